//! Deletion of a record, and what follows for those that refer to it.
//!
//! `cascade` deletes them too, `set_null` empties the reference, `restrict`
//! refuses. A required reference cannot be emptied, so it restricts.

use super::pipeline::{self, Change, Origin};
use super::reference;
use crate::object::{Field, ID, Object, OnDelete};
use crate::records::rights::ObjectAccess;
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use crate::records::store::sql::{self, StoredRow};
use crate::{Code, Result};
use os_db::{Cell, Name, Tx};
use os_package::system::OBJECTS;
use serde_json::json;
use std::collections::HashSet;

/// The most records that one deletion takes along.
const MAX_DELETED_RECORDS: usize = 10_000;
/// The number of records that are read at once.
const CHUNK_RECORDS: i64 = 500;

/// Deletes a row and all that goes with it.
///
/// # Errors
/// `CONCURRENT_MODIFICATION`, `DELETE_RESTRICTED`.
pub async fn delete(tx: &mut Tx, access: &ObjectAccess<'_>, row: StoredRow) -> Result<()> {
    let mut gone = HashSet::new();
    let mut waiting = vec![(access.object().name.clone(), row)];
    while let Some((name, row)) = waiting.pop() {
        let owned = access.kernel().object(name.as_str())?;
        let access = access.to(&owned.object);
        let Some(id) = id_of(&owned.object, &row) else { continue };
        if !gone.insert((name.to_string(), id.clone())) {
            continue;
        }
        if gone.len() > MAX_DELETED_RECORDS {
            let message = format!(
                "more than {MAX_DELETED_RECORDS} records would be deleted; delete some of them first"
            );
            return Err(Code::DeleteRestricted.error(message));
        }
        let change = Change::delete(&owned.object, Origin::Cascade(&access), row);
        if pipeline::run(tx, change, None).await?.is_none() {
            return Err(Code::ConcurrentModification
                .error(format!("Record {name}/{id} was modified by another user; try again"))
                .with("object", name.as_str()));
        }
        Deleted { access: &access, id: &id }.follow(tx, &mut waiting).await?;
    }
    Ok(())
}

fn id_of(object: &Object, row: &StoredRow) -> Option<String> {
    match &row[object.position(ID)?] {
        Cell::Text(id) => id.clone(),
        _ => None,
    }
}

/// A record that was deleted.
struct Deleted<'d, 'k> {
    access: &'d ObjectAccess<'k>,
    id: &'d str,
}

impl Deleted<'_, '_> {
    /// Follows the references to it; what is deleted along goes into `waiting`.
    async fn follow(&self, tx: &mut Tx, waiting: &mut Vec<(Name, StoredRow)>) -> Result<()> {
        let name = &self.access.object().name;
        for owned in self.access.kernel().objects().filter(|owned| !owned.object.is_external) {
            let refers = |field: &&Field| field.reference.as_ref() == Some(name);
            for field in owned.object.fields.iter().filter(refers) {
                let child = self.access.to(&owned.object);
                self.follow_field(tx, &child, field, waiting).await?;
            }
        }
        let enable = self.access.object().enable;
        if enable.feeds || enable.activities || enable.files {
            for feed in OBJECTS.iter().filter(|object| object.is_deleted_with_record) {
                self.delete_feed(tx, feed.name).await?;
            }
        }
        Ok(())
    }

    async fn follow_field(
        &self,
        tx: &mut Tx,
        child: &ObjectAccess<'_>,
        field: &Field,
        waiting: &mut Vec<(Name, StoredRow)>,
    ) -> Result<()> {
        let test = match field.is_multiple {
            true => Test::Holds(json!(self.id).to_string()),
            false => Test::Is(Cell::text(self.id)),
        };
        let filter = Filter::Column(field.name.clone(), test);
        match field.on_delete {
            _ if field.is_multiple => self.unlink(tx, child, field, &filter).await,
            OnDelete::Cascade => {
                let (object, most) = (child.object(), MAX_DELETED_RECORDS as i64);
                let rows = sql::all_stored(tx, object, &filter, most).await?;
                waiting.extend(rows.into_iter().map(|row| (object.name.clone(), row)));
                Ok(())
            }
            OnDelete::SetNull if !field.is_required => self.unlink(tx, child, field, &filter).await,
            OnDelete::Restrict | OnDelete::SetNull => {
                self.restrict(tx, &child.object().name, field, &filter).await
            }
        }
    }

    async fn restrict(
        &self,
        tx: &mut Tx,
        child: &Name,
        field: &Field,
        filter: &Filter,
    ) -> Result<()> {
        if !sql::exists(tx, child, filter).await? {
            return Ok(());
        }
        Err(Code::DeleteRestricted
            .error(format!(
                "records of {child} refer to it by `{}`; change or delete them first",
                field.name
            ))
            .with("object", self.access.object().name.as_str())
            .with("dependentObject", child.as_str())
            .with("field", field.name.as_str()))
    }

    /// Empties a reference, or takes the id out of a list of references.
    async fn unlink(
        &self,
        tx: &mut Tx,
        child: &ObjectAccess<'_>,
        field: &Field,
        filter: &Filter,
    ) -> Result<()> {
        let object = child.object();
        let Some(at) = object.position(field.name.as_str()) else { return Ok(()) };
        loop {
            let rows = sql::all_stored(tx, object, filter, CHUNK_RECORDS).await?;
            let count = rows.len() as i64;
            for row in rows {
                let cell = match field.is_multiple {
                    true => {
                        let mut ids = reference::ids(field, &row[at]);
                        ids.retain(|id| id != self.id);
                        Cell::text(json!(ids).to_string())
                    }
                    false => Cell::Text(None),
                };
                let mut change = Change::update(object, Origin::Cascade(child), row);
                change.draft.set(field.name.clone(), cell);
                pipeline::run(tx, change, None).await?;
            }
            if count < CHUNK_RECORDS {
                return Ok(());
            }
        }
    }

    /// Deletes the comments or attachments of the record.
    async fn delete_feed(&self, tx: &mut Tx, feed: &str) -> Result<()> {
        let Ok(owned) = self.access.kernel().object(feed) else { return Ok(()) };
        let object = &owned.object;
        if let (Some(of), Some(record)) = (object.column("object"), object.column("record_id")) {
            let name = self.access.object().name.as_str();
            let filter = Filter::All(vec![
                Filter::Column(of.name, Test::Is(Cell::text(name))),
                Filter::Column(record.name, Test::Is(Cell::text(self.id))),
            ]);
            sql::delete(tx, &object.name, &filter).await?;
        }
        Ok(())
    }
}
