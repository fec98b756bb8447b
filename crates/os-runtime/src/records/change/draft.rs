//! From the JSON of a record to the cells of its row.
//!
//! **Invariant:** a [`Draft`] holds only cells of columns of the object, each of
//! its type and within the limits of its field. All errors of a record are
//! reported at once.

use super::value::{NewRecord, default_cell, field_cell, is_blank};
use super::{RecordError, ValidationErrors};
use crate::Result;
use crate::object::{
    Column, DefaultValue, Field, FieldError, ID, Object, cell_of, is_system_column,
};
use crate::records::rights::{ObjectAccess, denied};
use crate::records::store::sql::StoredRow;
use chrono::{DateTime, Utc};
use os_db::{Cell, Name};
use os_identity::UserPrincipal;
use os_package::FieldType;
use serde_json::{Map, Value, json};

/// The cells to write, besides what the system sets.
#[derive(Default)]
pub struct Draft {
    /// The id that a client chose for a new record.
    pub id: Option<String>,
    pub cells: Vec<(Name, Cell)>,
    /// Fields that were sent and cannot be written: the system's, and readonly ones.
    pub dropped: Vec<String>,
    /// Fields whose values are written later, so that they are not missing.
    pub pending: Vec<Name>,
}

/// The columns that only the system writes.
const SYSTEM_WRITTEN: [&str; 6] = [
    "organization_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owning_business_unit_id",
];

/// The fields of a comment or attachment that stay as they were created.
const FIXED_IN_FEEDS: [&str; 3] = ["object", "record_id", "author"];

/// The longest id that a client may choose, in characters.
const MAX_ID_CHARS: usize = 64;

impl Draft {
    /// Reads what a client sends. What is wrong with values goes into `errors`.
    ///
    /// # Errors
    /// `INVALID_FIELD` for a name that is not a field, `PERMISSION_DENIED` for one
    /// that may not be edited.
    pub fn read(
        access: &ObjectAccess<'_>,
        input: &Map<String, Value>,
        is_new: bool,
        errors: &mut ValidationErrors,
    ) -> Result<Self> {
        let mut reader = Reader { access, is_new, errors, draft: Self::default() };
        for (name, value) in input {
            reader.member(name, value)?;
        }
        Ok(reader.draft)
    }

    /// Returns the cell of a column, if there is one.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|(column, _)| column.as_str() == name).map(|(_, cell)| cell)
    }

    /// Returns the string in a column; an empty one where there is none.
    pub fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Cell::Text(Some(text))) => text.clone(),
            _ => String::new(),
        }
    }

    /// Sets a cell, in place of another.
    pub fn set(&mut self, name: Name, cell: Cell) {
        match self.cells.iter_mut().find(|(column, _)| *column == name) {
            Some((_, place)) => *place = cell,
            None => self.cells.push((name, cell)),
        }
    }

    /// Sets a column, if the object has it.
    pub fn set_column(&mut self, object: &Object, name: &str, cell: &Cell) {
        if let Some(column) = object.column(name) {
            self.set(column.name, cell.clone());
        }
    }

    /// Sets a column that has no value, if the object has it.
    pub fn set_if_null(&mut self, object: &Object, name: &str, cell: &Cell) {
        if self.get(name).is_none_or(Cell::is_null) {
            self.set_column(object, name, cell);
        }
    }

    /// Fills in the defaults of a new record. Expressions read `row`, the record so
    /// far; `user` is the account that creates it.
    pub fn fill_defaults(
        &mut self,
        object: &Object,
        row: &StoredRow,
        user: Option<&UserPrincipal>,
        now: DateTime<Utc>,
    ) {
        let record = NewRecord { object, row, user, now };
        for field in &object.fields {
            let Some(default) = &field.default else { continue };
            if self.get(field.name.as_str()).is_some_and(|cell| !cell.is_null()) {
                continue;
            }
            // A seed has no user to refer to, and refers by keys, not ids.
            if user.is_none() && field.kind.is_reference() {
                continue;
            }
            let cell = match default {
                DefaultValue::CurrentUser => user.map(|user| Cell::text(user.id().to_string())),
                default => default_cell(record, field, default),
            };
            if let Some(cell) = cell {
                self.set(field.name.clone(), cell);
            }
        }
    }

    /// Finds required fields without a value; `is_missing` says which cells count as none.
    pub fn check_required(
        &self,
        object: &Object,
        is_missing: fn(&Cell) -> bool,
        errors: &mut ValidationErrors,
    ) {
        for field in object.fields.iter().filter(|field| field.is_required) {
            let is_systems = is_system_column(field.name.as_str())
                || field.kind == FieldType::Autonumber
                || field.cell_type().is_none();
            let is_missing = self.get(field.name.as_str()).is_none_or(is_missing);
            if is_missing && !is_systems && !self.pending.contains(&field.name) {
                errors.add(field, &FieldError::new("required", "is required"));
            }
        }
    }

    /// Returns the fields that were not written, for clients.
    pub fn dropped_fields(&self, object: &Name) -> Option<Value> {
        (!self.dropped.is_empty()).then(
            || json!([{ "object": object.as_str(), "fields": self.dropped, "reason": "readonly" }]),
        )
    }
}

/// Reading one record.
struct Reader<'a, 'k> {
    access: &'a ObjectAccess<'k>,
    is_new: bool,
    errors: &'a mut ValidationErrors,
    draft: Draft,
}

impl Reader<'_, '_> {
    fn member(&mut self, name: &str, value: &Value) -> Result<()> {
        let is_known = self.access.object().field(name).is_some() || is_system_column(name);
        if !is_known || !self.access.rights().shows(name) {
            return Err(self.access.unknown_field(name));
        }
        if SYSTEM_WRITTEN.contains(&name) {
            self.draft.dropped.push(name.to_owned());
        } else if name == ID {
            self.id(value);
        } else {
            self.field(name, value)?;
        }
        Ok(())
    }

    /// An id of the client's choosing, for a new record.
    fn id(&mut self, value: &Value) {
        let is_plain = |text: &&str| {
            let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            (1..=MAX_ID_CHARS).contains(&text.len()) && text.bytes().all(legal)
        };
        match value.as_str().filter(is_plain) {
            _ if !self.is_new => self.draft.dropped.push(ID.to_owned()),
            _ if value.is_null() => {}
            Some(id) => self.draft.id = Some(id.to_owned()),
            None => self.errors.push(RecordError::rule(
                Some(ID),
                &format!(
                    "`id` may have {MAX_ID_CHARS} letters, digits and `-`, `_`, `.`, `:`; leave it out to have one created"
                ),
            )),
        }
    }

    fn field(&mut self, name: &str, value: &Value) -> Result<()> {
        let object = self.access.object();
        let field = object.field(name);
        let is_fixed = object.is_feed() && !self.is_new && FIXED_IN_FEEDS.contains(&name);
        let is_readonly = |it: &Field| it.is_readonly || it.kind == FieldType::Autonumber;
        let is_systems = field.is_some_and(is_readonly) || is_fixed;
        let Some(column) = object.column(name).filter(|_| !is_systems) else {
            self.draft.dropped.push(name.to_owned());
            return Ok(());
        };
        if !self.access.rights().edits_field(name) {
            return Err(denied(object).with("field", name));
        }
        let Some(field) = field else {
            self.owner(column, value);
            return Ok(());
        };
        match field_cell(field, value) {
            Ok(cell) if field.is_required && is_blank(&cell) && !self.is_new => {
                let error = FieldError::new("required", "is required and cannot be cleared");
                self.errors.add(field, &error);
            }
            Ok(cell) => self.draft.cells.push((column.name, cell)),
            Err(error) => self.errors.add(field, &error),
        }
        Ok(())
    }

    /// `owner_id`, which no package need declare. Only the owner of the runtime
    /// gives records to others.
    fn owner(&mut self, column: Column, value: &Value) {
        let cell = match value {
            Value::Null if !self.is_new => Some(column.kind.null()),
            value => cell_of(column.kind, value).ok(),
        };
        match cell.filter(|_| self.access.caller().is_platform_admin()) {
            Some(cell) => self.draft.cells.push((column.name, cell)),
            None => self.draft.dropped.push(column.name.to_string()),
        }
    }
}
