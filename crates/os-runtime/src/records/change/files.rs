//! Files of records: those that fields of type `file`, `image` and the like
//! hold by their id, and attachments.
//!
//! **Invariant:** a record holds only files that its author uploaded, or that it
//! held before; a file is held by one field of one record.

use super::{Draft, ValidationErrors};
use crate::Result;
use crate::file::{self, File, Slot};
use crate::kernel::Kernel;
use crate::object::Object;
use crate::records::rights::{AssignedSets, ObjectAccess, RequestScope, Verb};
use crate::records::store::filter::Test;
use crate::records::store::sql::{self, StoredRow};
use crate::records::store::{Filter, of_id};
use os_db::{Cell, Tx};
use os_identity::UserPrincipal;
use os_package::system;
use serde_json::Value;

/// Assigns the files that a draft names to its record. A file that another record
/// holds is copied; what the field held before (`row`) stays, such as an id from a seed.
///
/// # Errors
/// `VALIDATION_FAILED` for files that do not exist, are not the caller's, too large
/// or of a type that the field does not accept.
pub async fn claim(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    row: Option<&StoredRow>,
    draft: &mut Draft,
) -> Result<()> {
    let mut errors = ValidationErrors::default();
    let object = access.object();
    for field in object.fields.iter().filter(|field| field.kind.is_file()) {
        let Some(cell @ Cell::Text(Some(text))) = draft.get(field.name.as_str()) else { continue };
        let at = object.position(field.name.as_str());
        if at.and_then(|at| row?.get(at)) == Some(cell) {
            continue;
        }
        let Ok(mut value) = serde_json::from_str::<Value>(text) else { continue };
        let slot = Slot { object: object.name.as_str(), record: id, field };
        for named in ids(&mut value) {
            match file::claim(tx, access.caller(), &slot, named).await? {
                Ok(claimed) => *named = claimed,
                Err(error) => errors.add(field, &error),
            }
        }
        draft.set(field.name.clone(), Cell::text(value.to_string()));
    }
    errors.check(object)
}

/// Deletes the files that fields held and do not hold any more. `row` is the record
/// as it is now; without it the record is gone.
///
/// # Errors
/// Those of the database.
pub async fn release(
    tx: &mut Tx,
    object: &Object,
    id: &str,
    row: Option<&StoredRow>,
) -> Result<()> {
    for field in object.fields.iter().filter(|field| field.kind.is_file()) {
        let at = object.position(field.name.as_str());
        let mut held = match at.and_then(|at| row.map(|row| &row[at])) {
            Some(Cell::Text(Some(text))) => serde_json::from_str(text).unwrap_or_default(),
            _ => Value::Null,
        };
        let held: Vec<&str> = ids(&mut held).into_iter().map(|id| id.as_str()).collect();
        let slot = Slot { object: object.name.as_str(), record: id, field };
        file::release(tx, &slot, &held).await?;
    }
    Ok(())
}

/// Returns whether a caller may read a record that holds the file, or that it is attached
/// to.
///
/// # Errors
/// Those of the database.
pub async fn may_read(
    tx: &mut Tx,
    kernel: &Kernel,
    caller: &UserPrincipal,
    file: &File,
) -> Result<bool> {
    let sets = AssignedSets::load(tx, kernel, caller).await?;
    let scope = RequestScope::new(kernel, &sets, caller);
    if let Some(holder) = file.holder()
        && let Ok(owned) = kernel.object(holder.object)
    {
        let access = ObjectAccess::new(scope, &owned.object);
        if access.rights().shows(holder.field)
            && reads_any(tx, &access, of_id(holder.record)).await?
        {
            return Ok(true);
        }
    }
    let Ok(owned) = kernel.object(system::ATTACHMENTS) else { return Ok(false) };
    let access = ObjectAccess::new(scope, &owned.object);
    let Some(column) = access.object().column("file_id") else { return Ok(false) };
    let is_this = Filter::Column(column.name, Test::Is(Cell::text(file.id.as_str())));
    reads_any(tx, &access, is_this).await
}

/// Returns whether the caller may read one of the records that pass a filter.
async fn reads_any(tx: &mut Tx, access: &ObjectAccess<'_>, filter: Filter) -> Result<bool> {
    let rights = access.rights();
    let filter = filter.and(rights.reads().clone());
    Ok(rights.grants(Verb::Read) && sql::exists(tx, &access.object().name, &filter).await?)
}

/// Returns the strings of a value that may be ids: itself, or the items of its list.
fn ids(value: &mut Value) -> Vec<&mut String> {
    match value {
        Value::String(id) => vec![id],
        Value::Array(items) => items.iter_mut().flat_map(ids).collect(),
        _ => Vec::new(),
    }
}
