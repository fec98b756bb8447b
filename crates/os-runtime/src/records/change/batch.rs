//! Many records of one object in one request.
//!
//! `createMany` is all or nothing and returns the first error. `batch`,
//! `updateMany` and `deleteMany` return a result for each record: with `atomic` all
//! are rolled back when one fails, without it the others stay.

use super::batch_input::{Action, Batch, Item, invalid};
use super::record;
use crate::object::ApiMethod;
use crate::records::read;
use crate::records::rights::{ObjectAccess, RequestScope, Verb};
use crate::{Code, Error, Result};
use os_db::Tx;
use serde_json::{Map, Value, json};

/// The outcome of a batch.
pub struct BatchOutcome {
    /// The body of the response.
    pub response: Value,
    /// `true` if the transaction is to be committed.
    pub is_kept: bool,
}

/// Changes record by record, with a result for each.
///
/// # Errors
/// Those of the object and the database; what fails for a record is part of the
/// outcome.
pub async fn run(
    tx: &mut Tx,
    scope: RequestScope<'_>,
    object: &str,
    batch: Batch,
) -> Result<BatchOutcome> {
    let Batch { action, items, options } = batch;
    for verb in verbs(action) {
        scope.access(object, *verb)?.object().offers(ApiMethod::Bulk)?;
    }
    let total = items.len();
    let mut results: Vec<Value> = Vec::with_capacity(total);
    let mut failure: Option<(usize, String)> = None;
    for (index, item) in items.into_iter().enumerate() {
        if failure.is_some() && (options.atomic || !options.continues) {
            break;
        }
        tx.savepoint().await?;
        match perform(tx, scope, &Step { object, action, item: &item }).await {
            Ok((id, record)) => {
                tx.release_savepoint().await?;
                let mut result = json!({ "id": id, "success": true, "index": index });
                if let (true, Some(record)) = (options.returns_records, record) {
                    result["data"] = record;
                }
                results.push(result);
            }
            Err(error) if error.code().status().is_server_error() => return Err(error),
            Err(error) => {
                tx.rollback_to_savepoint().await?;
                failure.get_or_insert_with(|| (index, error.message().to_owned()));
                results.push(failed(index, item.id, &error));
            }
        }
    }
    let is_kept = failure.is_none() || !options.atomic;
    if let (false, Some((at, message))) = (is_kept, &failure) {
        mark_rolled_back(&mut results, &format!("record {at} failed — {message}"));
    }
    let succeeded = results.iter().filter(|it| it["success"] == true).count();
    let response = json!({
        "success": failure.is_none(), "operation": action.as_str(), "total": total,
        "succeeded": succeeded, "failed": total - succeeded, "results": results,
    });
    Ok(BatchOutcome { response, is_kept })
}

/// Returns the rights that an action needs.
fn verbs(action: Action) -> &'static [Verb] {
    match action {
        Action::Create => &[Verb::Create],
        Action::Update => &[Verb::Edit],
        Action::Upsert => &[Verb::Edit, Verb::Create],
        Action::Delete => &[Verb::Delete],
    }
}

/// Replaces results that succeeded, because they were rolled back.
fn mark_rolled_back(results: &mut [Value], reason: &str) {
    for result in results.iter_mut().filter(|it| it["success"] == true) {
        *result = json!({
            "id": result["id"], "success": false, "index": result["index"],
            "errors": [{ "code": "ROLLED_BACK", "message": reason }],
        });
    }
}

/// The change of one record in a batch.
pub struct Step<'s> {
    pub object: &'s str,
    pub action: Action,
    pub item: &'s Item,
}

/// Changes one record. Returns its id and, unless it was deleted, the record.
///
/// # Errors
/// Those of the change.
pub async fn perform(
    tx: &mut Tx,
    scope: RequestScope<'_>,
    step: &Step<'_>,
) -> Result<(String, Option<Value>)> {
    let Step { object, action, item } = *step;
    let id = item.id.as_deref();
    let needed = || id.ok_or_else(|| invalid(&format!("`{}` needs an `id`", action.as_str())));
    let access = |verb| scope.access(object, verb);
    match action {
        Action::Create => created(tx, &access(Verb::Create)?, &item.data).await,
        Action::Update => updated(tx, &access(Verb::Edit)?, needed()?, &item.data).await,
        Action::Delete => {
            let id = needed()?;
            record::delete(tx, &access(Verb::Delete)?, id, None).await?;
            Ok((id.to_owned(), None))
        }
        Action::Upsert => {
            let edit = access(Verb::Edit)?;
            match id {
                Some(id) => match updated(tx, &edit, id, &item.data).await {
                    Err(error) if error.code() == Code::RecordNotFound => {
                        let mut data = item.data.clone();
                        data.insert("id".to_owned(), id.into());
                        created(tx, &access(Verb::Create)?, &data).await
                    }
                    outcome => outcome,
                },
                None => created(tx, &access(Verb::Create)?, &item.data).await,
            }
        }
    }
}

async fn created(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    data: &Map<String, Value>,
) -> Result<(String, Option<Value>)> {
    let written = record::create(tx, access, data).await?;
    let record = read::written_value(tx, access, &written.id).await?;
    Ok((written.id, Some(record)))
}

async fn updated(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    id: &str,
    data: &Map<String, Value>,
) -> Result<(String, Option<Value>)> {
    record::update(tx, access, id, data, None).await?;
    Ok((id.to_owned(), Some(read::written_value(tx, access, id).await?)))
}

fn failed(index: usize, id: Option<String>, error: &Error) -> Value {
    let mut result = json!({
        "success": false, "index": index,
        "errors": [{
            "code": error.code().as_str(), "message": error.message(),
            "httpStatus": error.code().status().as_u16(),
        }],
    });
    if let Some(id) = id {
        result["id"] = id.into();
    }
    result
}

/// Creates all records, or none.
///
/// # Errors
/// The error of the first that cannot be created, with its `index`.
pub async fn create_all(
    tx: &mut Tx,
    access: &ObjectAccess<'_>,
    batch: Batch,
) -> Result<Vec<Value>> {
    let mut records = Vec::with_capacity(batch.items.len());
    for (index, item) in batch.items.iter().enumerate() {
        let written = record::create(tx, access, &item.data).await;
        let written = written.map_err(|error| error.with("index", index))?;
        records.push(read::written_value(tx, access, &written.id).await?);
    }
    Ok(records)
}
