//! Deleting a record, and what follows for those that refer to it.
//!
//! `cascade` deletes them too, `set_null` empties the reference, `restrict`
//! refuses. A required reference cannot be emptied, so it restricts.

use super::history::Told;
use super::write::{current, of_id, of_version, version_of};
use super::{files, reference};
use crate::object::{Field, ID, OnDelete};
use crate::records::rights::Ask;
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::records::store::sql::{self, Stored};
use crate::{Code, Result};
use os_db::{Cell, Name, Tx, now};
use serde_json::json;
use std::collections::HashSet;

/// The most records that one deletion takes along.
const MOST: usize = 10_000;
/// How many records are read at once.
const CHUNK: i64 = 500;

/// Deletes a record.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `CONCURRENT_MODIFICATION`, `DELETE_RESTRICTED`,
/// `PERMISSION_DENIED`.
pub async fn delete(tx: &mut Tx, ask: &Ask<'_>, id: &str, expected: Option<&str>) -> Result<()> {
    let row = current(tx, ask, id, expected).await?;
    let mut gone = HashSet::new();
    let mut waiting = vec![(ask.object.name.clone(), row)];
    while let Some((object, row)) = waiting.pop() {
        let owned = ask.kernel.object(object.as_str())?;
        let ask = Ask::inside(ask.kernel, ask.sets, ask.caller, &owned.object);
        let Some(id) = id_of(&ask, &row) else { continue };
        if !gone.insert((object.to_string(), id.clone())) {
            continue;
        }
        if gone.len() > MOST {
            let message =
                format!("more than {MOST} records would be deleted; delete some of them first");
            return Err(Code::DeleteRestricted.error(message));
        }
        let filter = of_id(&id).and(of_version(ask.object, version_of(ask.object, &row)));
        if sql::delete(tx, &ask.object.name, &filter).await? == 0 {
            return Err(Code::ConcurrentModification
                .error(format!("Record {object}/{id} was modified by another user; try again"))
                .with("object", object.as_str()));
        }
        files::release(tx, &ask, &id, None).await?;
        follow(tx, &ask, &id, &mut waiting).await?;
        Told { ask: &ask, id: &id, before: Some(&row), after: None, now: now() }.tell(tx).await?;
    }
    Ok(())
}

fn id_of(ask: &Ask<'_>, row: &Stored) -> Option<String> {
    match &row[ask.object.position(ID)?] {
        Cell::Text(id) => id.clone(),
        _ => None,
    }
}

/// What happens to the records that refer to one that is gone.
async fn follow(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    waiting: &mut Vec<(Name, Stored)>,
) -> Result<()> {
    for owned in ask.kernel.objects().filter(|owned| !owned.object.is_external) {
        let child = Ask::inside(ask.kernel, ask.sets, ask.caller, &owned.object);
        for field in &owned.object.fields {
            if field.reference.as_ref() != Some(&ask.object.name) {
                continue;
            }
            let test = match field.is_multiple {
                true => Test::Holds(json!(id).to_string()),
                false => Test::Is(Cell::text(id)),
            };
            let filter = Filter::Column(field.name.clone(), test);
            match field.on_delete {
                _ if field.is_multiple => leave_lists(tx, &child, field, id, &filter).await?,
                OnDelete::Cascade => {
                    let rows = sql::all_stored(tx, child.object, &filter, MOST as i64).await?;
                    waiting.extend(rows.into_iter().map(|row| (child.object.name.clone(), row)));
                }
                OnDelete::SetNull if !field.is_required => {
                    empty(tx, &child, field, &filter).await?;
                }
                OnDelete::Restrict | OnDelete::SetNull => {
                    restrict(tx, ask, field, &child, &filter).await?
                }
            }
        }
    }
    if ask.object.enable.feeds || ask.object.enable.files {
        for name in ["sys_comment", "sys_attachment"] {
            forget(tx, ask, name, id).await?;
        }
    }
    Ok(())
}

async fn restrict(
    tx: &mut Tx,
    ask: &Ask<'_>,
    field: &Field,
    child: &Ask<'_>,
    filter: &Filter,
) -> Result<()> {
    let name = &child.object.name;
    if !sql::exists(tx, name, filter).await? {
        return Ok(());
    }
    Err(Code::DeleteRestricted
        .error(format!(
            "records of {name} refer to it by `{}`; change or delete them first",
            field.name
        ))
        .with("object", ask.object.name.as_str())
        .with("dependentObject", name.as_str())
        .with("field", field.name.as_str()))
}

/// Empties a reference, and tells the history of each record.
async fn empty(tx: &mut Tx, child: &Ask<'_>, field: &Field, filter: &Filter) -> Result<()> {
    loop {
        let rows = sql::all_stored(tx, child.object, filter, CHUNK).await?;
        for row in &rows {
            set(tx, child, field, row, Cell::Text(None)).await?;
        }
        if (rows.len() as i64) < CHUNK {
            return Ok(());
        }
    }
}

/// Takes an id out of lists of references.
async fn leave_lists(
    tx: &mut Tx,
    child: &Ask<'_>,
    field: &Field,
    id: &str,
    filter: &Filter,
) -> Result<()> {
    loop {
        let rows = sql::all_stored(tx, child.object, filter, CHUNK).await?;
        for row in &rows {
            let Some(at) = child.object.position(field.name.as_str()) else { return Ok(()) };
            let mut ids = reference::ids(field, &row[at]);
            ids.retain(|other| other != id);
            set(tx, child, field, row, Cell::text(json!(ids).to_string())).await?;
        }
        if (rows.len() as i64) < CHUNK {
            return Ok(());
        }
    }
}

async fn set(tx: &mut Tx, child: &Ask<'_>, field: &Field, row: &Stored, cell: Cell) -> Result<()> {
    let (Some(id), now) = (id_of(child, row), now()) else { return Ok(()) };
    let mut cells = vec![(field.name.clone(), cell)];
    let stamps = [
        ("updated_at", Cell::Time(Some(now))),
        ("updated_by", Cell::text(child.caller.id().to_string())),
    ];
    cells.extend(
        stamps.into_iter().filter_map(|(name, cell)| Some((child.object.column(name)?.name, cell))),
    );
    let mut after = row.clone();
    for (name, cell) in &cells {
        if let Some(at) = child.object.position(name.as_str()) {
            after[at] = cell.clone();
        }
    }
    sql::update(tx, &child.object.name, cells, &of_id(&id)).await?;
    Told { ask: child, id: &id, before: Some(row), after: Some(&after), now }.tell(tx).await
}

/// Deletes what was said about a record, and attached to it.
async fn forget(tx: &mut Tx, ask: &Ask<'_>, name: &str, id: &str) -> Result<()> {
    let Ok(owned) = ask.kernel.object(name) else { return Ok(()) };
    let object = &owned.object;
    if let (Some(of), Some(record)) = (object.column("object"), object.column("record_id")) {
        let filter = Filter::All(vec![
            Filter::Column(of.name, Test::Is(Cell::text(ask.object.name.as_str()))),
            Filter::Column(record.name, Test::Is(Cell::text(id))),
        ]);
        sql::delete(tx, &object.name, &filter).await?;
    }
    Ok(())
}
