//! Files of records: those that fields of type `file`, `image` and the like
//! hold by their id, and attachments.
//!
//! **Invariant:** a record holds only files that whoever wrote it uploaded, or
//! that it held before; a file is held by one field of one record.

use super::record::{Draft, Faults};
use super::write::of_id;
use crate::Result;
use crate::auth::Caller;
use crate::file::{self, File, Slot};
use crate::kernel::Kernel;
use crate::records::rights::Ask;
use crate::records::rights::{Sets, Verb};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::records::store::sql;
use os_db::{Cell, Tx};
use serde_json::Value;

/// Makes the files that a draft names those of its record. A file that another
/// record holds is copied.
///
/// # Errors
/// `VALIDATION_FAILED` for files that are not there, not the caller's, too large
/// or of a type that the field does not accept.
pub async fn claim(tx: &mut Tx, ask: &Ask<'_>, id: &str, draft: &mut Draft) -> Result<()> {
    let mut faults = Faults::default();
    for field in ask.object.fields.iter().filter(|field| field.kind.is_file()) {
        let Some(Cell::Text(Some(text))) = draft.get(field.name.as_str()) else { continue };
        let Ok(mut value) = serde_json::from_str::<Value>(text) else { continue };
        let slot = Slot { object: ask.object.name.as_str(), record: id, field };
        for named in ids(&mut value) {
            match file::claim(tx, ask.caller, &slot, named).await? {
                Ok(claimed) => *named = claimed,
                Err(fault) => faults.add(field, &fault),
            }
        }
        draft.set(field.name.clone(), Cell::text(value.to_string()));
    }
    faults.check(ask)
}

/// Deletes the files that fields held and do not any more. `row` says what they
/// hold now; without it the record is gone.
pub async fn release(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    row: Option<&sql::Stored>,
) -> Result<()> {
    for field in ask.object.fields.iter().filter(|field| field.kind.is_file()) {
        let at = ask.object.position(field.name.as_str());
        let mut held = match at.and_then(|at| row.map(|row| &row[at])) {
            Some(Cell::Text(Some(text))) => serde_json::from_str(text).unwrap_or_default(),
            _ => Value::Null,
        };
        let held: Vec<&str> = ids(&mut held).into_iter().map(|id| id.as_str()).collect();
        let slot = Slot { object: ask.object.name.as_str(), record: id, field };
        file::release(tx, &slot, &held).await?;
    }
    Ok(())
}

/// Whether a caller may read a record that holds the file, or that it is
/// attached to.
pub async fn may_read(tx: &mut Tx, kernel: &Kernel, caller: &Caller, file: &File) -> Result<bool> {
    let sets = Sets::of(tx, kernel, caller).await?;
    if let Some((object, record, field)) = file.holder()
        && let Ok(owned) = kernel.object(object)
    {
        let ask = Ask::inside(kernel, &sets, caller, &owned.object);
        let filter = of_id(record).and(ask.rights.reads.clone());
        if ask.rights.grants(Verb::Read)
            && ask.rights.shows(field)
            && sql::exists(tx, &ask.object.name, &filter).await?
        {
            return Ok(true);
        }
    }
    let Ok(owned) = kernel.object("sys_attachment") else { return Ok(false) };
    let ask = Ask::inside(kernel, &sets, caller, &owned.object);
    let Some(column) = ask.object.column("file_id") else { return Ok(false) };
    let is_this = Filter::Column(column.name, Test::Is(Cell::text(file.id.as_str())));
    let filter = is_this.and(ask.rights.reads.clone());
    Ok(ask.rights.grants(Verb::Read) && sql::exists(tx, &ask.object.name, &filter).await?)
}

/// The texts of a value that may be ids: itself, or those of its list.
fn ids(value: &mut Value) -> Vec<&mut String> {
    match value {
        Value::String(id) => vec![id],
        Value::Array(items) => items.iter_mut().flat_map(ids).collect(),
        _ => Vec::new(),
    }
}
