//! The id and the autonumbers of a new record (docs/wire/records.md#autonumbers).

use super::pipeline::{Change, Operation};
use crate::Result;
use crate::object::number::{Counter, NumberFormat};
use crate::object::{Field, FieldError, new_record_id};
use crate::records::store::id_column;
use os_db::{Cell, Tx};

impl Change<'_, '_> {
    /// Gives a new record its id and its numbers.
    ///
    /// # Errors
    /// `VALIDATION_FAILED` for a number that contains a field without a value.
    pub async fn take_numbers(&mut self, tx: &mut Tx) -> Result<()> {
        if self.operation != Operation::Insert {
            return Ok(());
        }
        for field in &self.object.fields {
            if let Some(format) = &field.number_format {
                self.take_number(tx, field, format).await?;
            }
        }
        if self.id.is_none() {
            let id = self.draft.id.take().unwrap_or_else(new_record_id);
            self.draft.set(id_column(), Cell::text(id.as_str()));
            self.id = Some(id);
        }
        Ok(())
    }

    async fn take_number(
        &mut self,
        tx: &mut Tx,
        field: &Field,
        format: &NumberFormat,
    ) -> Result<()> {
        let value = |name: &str| {
            let row = self.after.as_ref()?;
            text_of(&row[self.object.position(name)?])
        };
        let form = match format.render(value, self.now) {
            Ok(form) => form,
            Err(missing) => {
                let message = format!("needs a value in `{missing}`, which is part of the number");
                self.errors.add(field, &FieldError::new("required", message));
                return self.refuse_errors();
            }
        };
        let counter = Counter { object: self.object, field };
        // Seeds may bring their own.
        let own = self.draft.text(field.name.as_str());
        if self.request().is_none() && !own.is_empty() {
            return Ok(counter.keep(tx, &form, &own).await?);
        }
        let next = counter.next(tx, &form).await?;
        self.draft.set(field.name.clone(), Cell::text(next));
        Ok(())
    }
}

/// Returns the text of a value, as a number of a record shows it.
fn text_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.map(|it| it.to_string()),
        Cell::Real(number) => number.map(|it| it.to_string()),
        Cell::Bool(value) => value.map(|it| it.to_string()),
        Cell::Time(time) => time.map(|it| it.to_rfc3339()),
    }
}
