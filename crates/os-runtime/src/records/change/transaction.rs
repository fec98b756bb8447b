//! Changes of several objects in one transaction: `POST /api/v1/batch`.

use super::batch::{self, perform};
use super::batch_input::{Action, Item, invalid, list, nothing_else};
use crate::records::rights::RequestScope;
use crate::{Code, Result};
use os_db::Tx;
use serde_json::{Map, Value, json};

/// One step of a transaction.
pub struct Step {
    object: String,
    action: Action,
    item: Item,
}

impl Step {
    fn borrowed(&self) -> batch::Step<'_> {
        batch::Step { object: &self.object, action: self.action, item: &self.item }
    }
}

/// Reads the body of `POST /api/v1/batch`.
///
/// # Errors
/// `VALIDATION_FAILED`, `BATCH_NOT_ATOMIC`, `MAX_RECORDS_EXCEEDED`.
pub fn read(mut body: Map<String, Value>) -> Result<Vec<Step>> {
    if body.get("atomic") == Some(&Value::Bool(false)) {
        return Err(Code::BatchNotAtomic.error(
            "a batch across objects is all or nothing; use POST /api/v1/data/<object>/batch to keep what succeeds",
        ));
    }
    let steps = list(body.remove("operations"), "operations")?;
    body.remove("atomic");
    nothing_else(&body, "the body")?;
    steps.into_iter().map(step).collect()
}

fn step(value: Value) -> Result<Step> {
    let known = ["object", "action", "id", "data"];
    let mut rest = value.as_object().cloned().unwrap_or_default();
    rest.retain(|key, _| !known.contains(&key.as_str()));
    nothing_else(&rest, "a step of `operations`")?;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let action = text("action").and_then(Action::of).filter(|it| *it != Action::Upsert);
    let (Some(object), Some(action)) = (text("object"), action) else {
        return Err(invalid(
            "each of `operations` needs an `object` and an `action`: create, update or delete",
        ));
    };
    let data = match value.get("data") {
        Some(Value::Object(data)) => data.clone(),
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(invalid("`data` must be an object")),
    };
    let id = text("id").or_else(|| data.get("id")?.as_str()).map(str::to_owned);
    if id.is_none() && action != Action::Create {
        return Err(invalid(&format!("`{}` of {object} needs an `id`", action.as_str())));
    }
    Ok(Step { object: object.to_owned(), action, item: Item { id, data } })
}

/// Runs all steps, or none. `{"$ref": n}` is the id of the record that step `n`
/// created. Returns the records.
///
/// # Errors
/// The error of the first step that fails, with its `index`.
pub async fn run(tx: &mut Tx, scope: RequestScope<'_>, steps: Vec<Step>) -> Result<Vec<Value>> {
    let mut results: Vec<Value> = Vec::with_capacity(steps.len());
    for (index, mut step) in steps.into_iter().enumerate() {
        for (name, value) in &mut step.item.data {
            if let Some(reference) = value.get("$ref") {
                let created =
                    reference.as_u64().and_then(|at| results.get(at as usize)?.get("id").cloned());
                *value = created.ok_or_else(|| {
                    Code::BatchUnresolvedRef.error(format!(
                        "`$ref` of `{name}` must be the number of an earlier step that created a record"
                    ))
                })?;
            }
        }
        let outcome = perform(tx, scope, &step.borrowed()).await;
        let (id, record) = outcome.map_err(|error| error.with("index", index))?;
        results.push(record.unwrap_or_else(|| json!({ "id": id, "success": true })));
    }
    Ok(results)
}
