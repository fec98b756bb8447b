//! The second pass: references that can be resolved now are written. A record that lacks one which
//! it requires, or that breaks a rule with what it refers to, is taken back.

use super::reference::{Resolved, resolve};
use super::sql;
use super::state::{Deferred, State};
use crate::Result;
use crate::object::Object;
use crate::records::change::pipeline;
use os_api::runtime::install::SeedError;
use os_db::{Cell, Name, Tx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record whose references were left open.
struct Closed {
    object: Arc<Object>,
    record_index: usize,
    loss: Option<Loss>,
}

/// The reason why a record cannot stay.
struct Loss {
    field: Option<Name>,
    value: Value,
    message: String,
}

/// Writes the references that the first pass left open, and checks the records that hold them.
///
/// # Errors
/// Those of the database; bad records are in the report.
pub async fn run(tx: &mut Tx, state: &mut State<'_>) -> Result<()> {
    let mut inserted: BTreeMap<String, Closed> = BTreeMap::new();
    for deferred in std::mem::take(&mut state.deferred) {
        let loss = close(tx, state, &deferred).await?;
        let Deferred { object, id, record_index, is_new, .. } = deferred;
        if is_new {
            let record = inserted.entry(id).or_insert(Closed { object, record_index, loss: None });
            record.loss = record.loss.take().or(loss);
        }
    }
    for (id, record) in inserted {
        let loss = match record.loss {
            None => broken_rule(tx, state, &record.object, &id).await?,
            loss => loss,
        };
        if let Some(loss) = loss {
            list(state, &record.object, record.record_index, loss);
            take_back(tx, state, record.object, id).await?;
        }
    }
    Ok(())
}

/// Writes a reference. Where there is still nothing that it refers to, it is dropped and reported;
/// the loss is that of a new record which requires it.
async fn close(tx: &mut Tx, state: &mut State<'_>, deferred: &Deferred) -> Result<Option<Loss>> {
    let Deferred { object, id, field: name, value, record_index, dataset, is_new } = deferred;
    let field = object.field(name.as_str()).expect("it was taken from the object");
    if let Resolved::Ids(ids) = resolve(tx, state, field, value).await?
        && let Ok(cell) = field.cell(&ids)
    {
        sql::update(tx, &object.name, id, vec![(name.clone(), cell)]).await?;
        state.report.datasets[*dataset].references_resolved += 1;
        return Ok(None);
    }
    let target = field.reference.as_ref().map_or("nothing", Name::as_str);
    let is_lost = *is_new && field.is_required;
    let outcome = if is_lost { "and is required" } else { "the record was loaded without it" };
    let message = format!("`{name}` refers to a record of {target} that does not exist; {outcome}");
    let loss = Loss { field: Some(name.clone()), value: value.clone(), message };
    if is_lost {
        return Ok(Some(loss));
    }
    state.report.datasets[*dataset].references_dropped += 1;
    state.report.dropped_refs += 1;
    list(state, object, *record_index, loss);
    Ok(None)
}

/// Returns the first rule that a record breaks, now that its references are there.
async fn broken_rule(
    tx: &mut Tx,
    state: &State<'_>,
    object: &Arc<Object>,
    id: &str,
) -> Result<Option<Loss>> {
    let errors = pipeline::check_seeded(tx, object, id, state.seeding.now).await?;
    Ok(errors.into_first().map(|error| {
        let field = object.field(&error.field).map(|field| field.name.clone());
        Loss { field, value: Value::Null, message: error.message }
    }))
}

/// Deletes a record of this load, and those of this load that cannot be without it.
async fn take_back(
    tx: &mut Tx,
    state: &mut State<'_>,
    object: Arc<Object>,
    id: String,
) -> Result<()> {
    let (package, kernel) = (state.seeding.package, state.seeding.kernel);
    let mut waiting = vec![(object, id)];
    while let Some((object, id)) = waiting.pop() {
        if !sql::delete(tx, &object.name, &id).await? {
            continue;
        }
        sql::forget(tx, package, object.name.as_str(), &id).await?;
        state.take_back(object.name.as_str());
        let own = |name: &str| kernel.owner_of(name) == Some(package);
        for child in kernel.objects().filter(|child| own(child.object.name.as_str())) {
            for field in &child.object.fields {
                if field.reference.as_ref() != Some(&object.name) || field.is_multiple {
                    continue;
                }
                let table = &child.object.name;
                for referring in sql::referring(tx, table, &field.name, &id).await? {
                    if field.is_required {
                        waiting.push((child.object.clone(), referring));
                    } else {
                        let empty = vec![(field.name.clone(), Cell::Text(None))];
                        sql::update(tx, table, &referring, empty).await?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn list(state: &mut State<'_>, object: &Object, record_index: usize, loss: Loss) {
    let Loss { field, value, message } = loss;
    let reference = field.as_ref().and_then(|name| object.field(name.as_str())?.reference.as_ref());
    let target = reference.map(Name::to_string);
    state.list_error(SeedError {
        source_object: object.name.to_string(),
        field: field.map(|name| name.to_string()),
        target_field: target.as_ref().and_then(|target| state.keys.get(target)).cloned(),
        target_object: target,
        attempted_value: value,
        record_index,
        message,
    });
}
