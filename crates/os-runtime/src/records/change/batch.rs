//! Many records in one request.
//!
//! `createMany` and `POST /api/v1/batch` are all or nothing and answer the first
//! fault. `batch`, `updateMany` and `deleteMany` answer for each record: with
//! `atomic` all are undone when one fails, without it the others stay.

use super::{delete, write};
use crate::auth::Caller;
use crate::kernel::Kernel;
use crate::records::read;
use crate::records::rights::Ask;
use crate::records::rights::{Sets, Verb};
use crate::{Code, Error, Result};
use os_db::Tx;
use serde_json::{Map, Value, json};

/// The most records of one request.
const MOST: usize = 200;

/// Somebody who asks for several objects at once.
#[derive(Clone, Copy)]
pub struct Cross<'k> {
    pub kernel: &'k Kernel,
    pub sets: &'k Sets,
    pub caller: &'k Caller,
}

impl<'k> Cross<'k> {
    fn ask(&self, object: &str, verb: Verb) -> Result<Ask<'k>> {
        Ask::new(self.kernel, self.sets, self.caller, object, verb)
    }
}

/// What is done with each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Create,
    Update,
    Upsert,
    Delete,
}

impl Operation {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "create" => Self::Create,
            "update" => Self::Update,
            "upsert" => Self::Upsert,
            "delete" => Self::Delete,
            _ => return None,
        })
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
        }
    }
}

/// How failures are treated.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    atomic: bool,
    goes_on: bool,
    with_records: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { atomic: false, goes_on: true, with_records: true }
    }
}

impl Options {
    fn read(value: Option<&Value>) -> Self {
        let flag = |key: &str| value.and_then(|it| it.get(key)).and_then(Value::as_bool);
        Self {
            atomic: flag("atomic").unwrap_or(false),
            goes_on: flag("continueOnError").unwrap_or(true),
            with_records: flag("returnRecords").unwrap_or(true),
        }
    }
}

/// One record of a batch.
struct Item {
    id: Option<String>,
    data: Map<String, Value>,
}

/// What is to be done.
pub struct Batch {
    operation: Operation,
    items: Vec<Item>,
    options: Options,
}

/// What was done, and whether it stays.
pub struct Done {
    pub answer: Value,
    pub keep: bool,
}

impl Batch {
    /// The body of `…/batch`.
    ///
    /// # Errors
    /// `VALIDATION_FAILED`, `MAX_RECORDS_EXCEEDED`.
    pub fn of_batch(mut body: Map<String, Value>) -> Result<Self> {
        let operation = body.get("operation").and_then(Value::as_str).and_then(Operation::of);
        let operation = operation
            .ok_or_else(|| invalid("`operation` must be one of create, update, upsert, delete"))?;
        let options = Options::read(body.get("options"));
        let items = items(body.remove("records"), "records")?;
        Ok(Self { operation, items, options })
    }

    /// The body of `…/updateMany`.
    ///
    /// # Errors
    /// As [`Batch::of_batch`].
    pub fn of_updates(mut body: Map<String, Value>) -> Result<Self> {
        let options = Options::read(body.get("options"));
        let items = items(body.remove("records"), "records")?;
        Ok(Self { operation: Operation::Update, items, options })
    }

    /// The body of `…/deleteMany`.
    ///
    /// # Errors
    /// As [`Batch::of_batch`].
    pub fn of_ids(mut body: Map<String, Value>) -> Result<Self> {
        let options = Options::read(body.get("options"));
        let ids = list(body.remove("ids"), "ids")?;
        let item = |id: Value| match id {
            Value::String(id) => Ok(Item { id: Some(id), data: Map::new() }),
            _ => Err(invalid("`ids` must be a list of texts")),
        };
        let items: Result<Vec<Item>> = ids.into_iter().map(item).collect();
        Ok(Self { operation: Operation::Delete, items: items?, options })
    }

    /// The body of `…/createMany`: the records themselves.
    ///
    /// # Errors
    /// As [`Batch::of_batch`].
    pub fn of_records(body: Value, options: Options) -> Result<Self> {
        let item = |record: Value| match record {
            Value::Object(data) => Ok(Item { id: None, data }),
            _ => Err(invalid("the body must be a list of records")),
        };
        let records = list(Some(body), "the body")?;
        let items: Result<Vec<Item>> = records.into_iter().map(item).collect();
        Ok(Self { operation: Operation::Create, items: items?, options })
    }
}

fn list(value: Option<Value>, place: &str) -> Result<Vec<Value>> {
    let Some(Value::Array(items)) = value else {
        return Err(invalid(&format!("`{place}` must be a list")));
    };
    if items.len() > MOST {
        let message =
            format!("{} records are too many; {MOST} is the most of one request", items.len());
        return Err(Code::MaxRecordsExceeded.error(message));
    }
    Ok(items)
}

/// `{id, data}`, or the fields of a record with its id among them.
fn items(value: Option<Value>, place: &str) -> Result<Vec<Item>> {
    let item = |record: Value| {
        let Value::Object(mut record) = record else {
            return Err(invalid(&format!("`{place}` must be a list of objects")));
        };
        let id = match record.get("id") {
            Some(Value::String(id)) => Some(id.clone()),
            _ => None,
        };
        let data = match record.remove("data") {
            Some(Value::Object(data)) => data,
            Some(_) => return Err(invalid(&format!("`data` of `{place}` must be an object"))),
            None => record,
        };
        Ok(Item { id, data })
    };
    list(value, place)?.into_iter().map(item).collect()
}

/// Does it record by record, and tells of each.
///
/// # Errors
/// Those of the object; what fails for a record is part of the answer.
pub async fn run(tx: &mut Tx, cross: &Cross<'_>, object: &str, batch: Batch) -> Result<Done> {
    let Batch { operation, items, options } = batch;
    let verbs: &[Verb] = match operation {
        Operation::Create => &[Verb::Create],
        Operation::Update => &[Verb::Edit],
        Operation::Upsert => &[Verb::Edit, Verb::Create],
        Operation::Delete => &[Verb::Delete],
    };
    for verb in verbs {
        cross.ask(object, *verb)?;
    }
    let total = items.len();
    let mut results: Vec<Value> = Vec::with_capacity(total);
    let mut failure: Option<(usize, String)> = None;
    for (index, item) in items.into_iter().enumerate() {
        if failure.is_some() && (options.atomic || !options.goes_on) {
            break;
        }
        tx.savepoint().await?;
        match perform(tx, cross, object, operation, &item).await {
            Ok((id, record)) => {
                tx.keep().await?;
                let mut result = json!({ "id": id, "success": true, "index": index });
                if let (true, Some(record)) = (options.with_records, record) {
                    result["data"] = record;
                }
                results.push(result);
            }
            Err(error) if error.code().status().is_server_error() => return Err(error),
            Err(error) => {
                tx.undo().await?;
                failure.get_or_insert_with(|| (index, error.message().to_owned()));
                results.push(failed(index, item.id, &error));
            }
        }
    }
    let keep = failure.is_none() || !options.atomic;
    if let (false, Some((at, message))) = (keep, &failure) {
        undone(&mut results, &format!("record {at} failed — {message}"));
    }
    let succeeded = results.iter().filter(|it| it["success"] == true).count();
    let answer = json!({
        "success": failure.is_none(), "operation": operation.as_str(), "total": total,
        "succeeded": succeeded, "failed": total - succeeded, "results": results,
    });
    Ok(Done { answer, keep })
}

/// Says of what went well that it was undone.
fn undone(results: &mut [Value], reason: &str) {
    for result in results.iter_mut().filter(|it| it["success"] == true) {
        *result = json!({
            "id": result["id"], "success": false, "index": result["index"],
            "errors": [{ "code": "ROLLED_BACK", "message": reason }],
        });
    }
}

async fn perform(
    tx: &mut Tx,
    cross: &Cross<'_>,
    object: &str,
    operation: Operation,
    item: &Item,
) -> Result<(String, Option<Value>)> {
    let id = item.id.as_deref();
    let needed = || id.ok_or_else(|| invalid(&format!("`{}` needs an `id`", operation.as_str())));
    let ask = |verb| cross.ask(object, verb);
    match operation {
        Operation::Create => created(tx, &ask(Verb::Create)?, &item.data).await,
        Operation::Update => updated(tx, &ask(Verb::Edit)?, needed()?, &item.data).await,
        Operation::Delete => {
            let id = needed()?;
            delete::delete(tx, &ask(Verb::Delete)?, id, None).await?;
            Ok((id.to_owned(), None))
        }
        Operation::Upsert => {
            let edit = ask(Verb::Edit)?;
            match id {
                Some(id) => match updated(tx, &edit, id, &item.data).await {
                    Err(error) if error.code() == Code::RecordNotFound => {
                        let mut data = item.data.clone();
                        data.insert("id".to_owned(), id.into());
                        created(tx, &ask(Verb::Create)?, &data).await
                    }
                    done => done,
                },
                None => created(tx, &ask(Verb::Create)?, &item.data).await,
            }
        }
    }
}

async fn created(
    tx: &mut Tx,
    ask: &Ask<'_>,
    data: &Map<String, Value>,
) -> Result<(String, Option<Value>)> {
    let written = write::create(tx, ask, data).await?;
    let record = value(tx, ask, &written.id).await?;
    Ok((written.id, Some(record)))
}

async fn updated(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    data: &Map<String, Value>,
) -> Result<(String, Option<Value>)> {
    write::update(tx, ask, id, data, None).await?;
    Ok((id.to_owned(), Some(value(tx, ask, id).await?)))
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

/// A record that was written just now, as its author sees it; one that they may
/// not see is an id.
pub async fn shown(tx: &mut Tx, ask: &Ask<'_>, id: &str) -> Result<Vec<u8>> {
    match read::one(tx, ask, id, None, &[]).await {
        Err(error) if error.code() == Code::RecordNotFound => {
            Ok(json!({ "id": id }).to_string().into_bytes())
        }
        record => record,
    }
}

/// The same, as a value.
pub async fn value(tx: &mut Tx, ask: &Ask<'_>, id: &str) -> Result<Value> {
    let bytes = shown(tx, ask, id).await?;
    Ok(serde_json::from_slice(&bytes).map_err(anyhow::Error::from)?)
}

/// Makes all records, or none.
///
/// # Errors
/// What is wrong with the first that cannot be made, and its number.
pub async fn create_all(tx: &mut Tx, ask: &Ask<'_>, batch: Batch) -> Result<Vec<Value>> {
    let mut records = Vec::with_capacity(batch.items.len());
    for (index, item) in batch.items.iter().enumerate() {
        let written = write::create(tx, ask, &item.data).await;
        let written = written.map_err(|error| error.with("index", index))?;
        records.push(value(tx, ask, &written.id).await?);
    }
    Ok(records)
}

/// One step of a transaction across objects.
pub struct Step {
    object: String,
    operation: Operation,
    id: Option<String>,
    data: Map<String, Value>,
}

/// The body of `POST /api/v1/batch`.
///
/// # Errors
/// `VALIDATION_FAILED`, `BATCH_NOT_ATOMIC`, `MAX_RECORDS_EXCEEDED`.
pub fn operations(mut body: Map<String, Value>) -> Result<Vec<Step>> {
    if body.get("atomic") == Some(&Value::Bool(false)) {
        return Err(Code::BatchNotAtomic.error(
            "a batch across objects is all or nothing; use POST /api/v1/data/<object>/batch to keep what succeeds",
        ));
    }
    let step = |value: Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let operation =
            text("action").and_then(Operation::of).filter(|it| *it != Operation::Upsert);
        let (Some(object), Some(operation)) = (text("object"), operation) else {
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
        if id.is_none() && operation != Operation::Create {
            return Err(invalid(&format!("`{}` of {object} needs an `id`", operation.as_str())));
        }
        Ok(Step { object: object.to_owned(), operation, id, data })
    };
    list(body.remove("operations"), "operations")?.into_iter().map(step).collect()
}

/// Takes all steps, or none. `{"$ref": n}` is the id that step `n` made.
///
/// # Errors
/// Those of the first step that fails, with its number.
pub async fn across(tx: &mut Tx, cross: &Cross<'_>, steps: Vec<Step>) -> Result<Vec<Value>> {
    let mut results: Vec<Value> = Vec::with_capacity(steps.len());
    for (index, mut step) in steps.into_iter().enumerate() {
        for (name, value) in &mut step.data {
            if let Some(reference) = value.get("$ref") {
                let made =
                    reference.as_u64().and_then(|at| results.get(at as usize)?.get("id").cloned());
                *value = made.ok_or_else(|| {
                    Code::BatchUnresolvedRef.error(format!(
                        "`$ref` of `{name}` must be the number of an earlier step that made a record"
                    ))
                })?;
            }
        }
        let item = Item { id: step.id, data: step.data };
        let done = perform(tx, cross, &step.object, step.operation, &item).await;
        let (id, record) = done.map_err(|error| error.with("index", index))?;
        results.push(record.unwrap_or_else(|| json!({ "id": id, "success": true })));
    }
    Ok(results)
}

fn invalid(message: &str) -> Error {
    Code::ValidationFailed.error(message)
}
