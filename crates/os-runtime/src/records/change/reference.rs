//! References of a record that is written: the records must exist.

use super::{Draft, ValidationErrors};
use crate::Result;
use crate::object::{Field, FieldError};
use crate::records::rights::{ObjectAccess, Verb};
use crate::records::store::sql;
use os_db::{Cell, Tx};

/// Finds references to records that do not exist, or that the caller may not see.
/// What another database holds is not looked up.
///
/// # Errors
/// Those of the database.
pub async fn check(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    draft: &Draft,
    errors: &mut ValidationErrors,
) -> Result<()> {
    for field in access.object().fields.iter().filter(|field| field.kind.is_reference()) {
        let Some(target) = &field.reference else { continue };
        let wanted =
            draft.get(field.name.as_str()).map(|cell| ids(field, cell)).unwrap_or_default();
        let Ok(owned) = access.kernel().object(target.as_str()) else { continue };
        if wanted.is_empty() || owned.object.is_external {
            continue;
        }
        let target = access.to(&owned.object);
        if !target.rights().grants(Verb::Read) {
            errors.add(field, &missing(&target, &wanted[0]));
            continue;
        }
        let found = sql::kept(tx, &owned.object.name, &wanted, target.rights().reads()).await?;
        if let Some(id) = wanted.iter().find(|id| !found.contains(id)) {
            errors.add(field, &missing(&target, id));
        }
    }
    Ok(())
}

/// Returns the ids that a cell of a reference holds.
pub fn ids(field: &Field, cell: &Cell) -> Vec<String> {
    match cell {
        Cell::Text(Some(text)) if field.is_multiple => {
            serde_json::from_str(text).unwrap_or_default()
        }
        Cell::Text(Some(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn missing(target: &ObjectAccess<'_>, id: &str) -> FieldError {
    let shown: String = id.chars().take(80).collect();
    let message = format!(
        "refers to {} `{}`, which does not exist",
        target.object().name,
        shown.escape_debug()
    );
    FieldError::new("reference_not_found", message)
}
