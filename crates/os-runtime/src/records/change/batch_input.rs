//! The bodies of requests with many records.

use crate::{Code, Error, Result};
use os_api::runtime::record as wire;
use os_http::extract::typed;
use serde_json::{Map, Value};

/// The most records of one request.
const MAX_BATCH_RECORDS: usize = 200;

/// The change of a record in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    Update,
    Upsert,
    Delete,
}

impl Action {
    /// Returns the action of this name.
    pub fn of(text: &str) -> Option<Self> {
        Some(match text {
            "create" => Self::Create,
            "update" => Self::Update,
            "upsert" => Self::Upsert,
            "delete" => Self::Delete,
            _ => return None,
        })
    }

    /// Returns its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
        }
    }
}

/// The treatment of failures.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// `true` if all are rolled back when one fails.
    pub atomic: bool,
    /// `true` if the others go on when one fails.
    pub continues: bool,
    /// `true` if the results hold the records.
    pub returns_records: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { atomic: false, continues: true, returns_records: true }
    }
}

impl Options {
    /// Takes the options out of a body.
    fn take(body: &mut Map<String, Value>) -> Result<Self> {
        let Some(value) = body.remove("options").filter(|it| !it.is_null()) else {
            return Ok(Self::default());
        };
        let as_invalid = |error: Error| invalid(&format!("`options`: {}", error.message()));
        if !value.is_object() {
            return Err(invalid("`options` must be an object"));
        }
        let sent: wire::BatchOptions = typed(value).map_err(as_invalid)?;
        Ok(Self {
            atomic: sent.atomic.unwrap_or(false),
            continues: sent.continue_on_error.unwrap_or(true),
            returns_records: sent.return_records.unwrap_or(true),
        })
    }
}

/// One record of a batch.
pub struct Item {
    pub id: Option<String>,
    pub data: Map<String, Value>,
}

/// Records of one object, and what to do with them.
pub struct Batch {
    pub action: Action,
    pub items: Vec<Item>,
    pub options: Options,
}

impl Batch {
    /// Reads the body of `…/batch`.
    ///
    /// # Errors
    /// `VALIDATION_FAILED`, `MAX_RECORDS_EXCEEDED`.
    pub fn of_batch(mut body: Map<String, Value>) -> Result<Self> {
        let action = body.get("operation").and_then(Value::as_str).and_then(Action::of);
        let action = action
            .ok_or_else(|| invalid("`operation` must be one of create, update, upsert, delete"))?;
        let options = Options::take(&mut body)?;
        let items = items(body.remove("records"), "records")?;
        body.remove("operation");
        nothing_else(&body, "the body")?;
        Ok(Self { action, items, options })
    }

    /// Reads the body of `…/updateMany`.
    ///
    /// # Errors
    /// As [`Batch::of_batch`].
    pub fn of_updates(mut body: Map<String, Value>) -> Result<Self> {
        let options = Options::take(&mut body)?;
        let items = items(body.remove("records"), "records")?;
        nothing_else(&body, "the body")?;
        Ok(Self { action: Action::Update, items, options })
    }

    /// Reads the body of `…/deleteMany`.
    ///
    /// # Errors
    /// As [`Batch::of_batch`].
    pub fn of_ids(mut body: Map<String, Value>) -> Result<Self> {
        let options = Options::take(&mut body)?;
        let ids = list(body.remove("ids"), "ids")?;
        let item = |id: Value| match id {
            Value::String(id) => Ok(Item { id: Some(id), data: Map::new() }),
            _ => Err(invalid("`ids` must be a list of strings")),
        };
        let items: Result<Vec<Item>> = ids.into_iter().map(item).collect();
        nothing_else(&body, "the body")?;
        Ok(Self { action: Action::Delete, items: items?, options })
    }

    /// Reads the body of `…/createMany`: the records themselves.
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
        Ok(Self { action: Action::Create, items: items?, options })
    }
}

/// Returns a list of at most `MAX_BATCH_RECORDS` items.
///
/// # Errors
/// `VALIDATION_FAILED`, `MAX_RECORDS_EXCEEDED`.
pub fn list(value: Option<Value>, place: &str) -> Result<Vec<Value>> {
    let Some(Value::Array(items)) = value else {
        return Err(invalid(&format!("`{place}` must be a list")));
    };
    if items.len() > MAX_BATCH_RECORDS {
        let message =
            format!("{} records are too many; one request takes {MAX_BATCH_RECORDS}", items.len());
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
            Some(Value::Object(data)) => {
                record.remove("id");
                nothing_else(&record, &format!("`{place}`"))?;
                data
            }
            Some(_) => return Err(invalid(&format!("`data` of `{place}` must be an object"))),
            None => record,
        };
        Ok(Item { id, data })
    };
    list(value, place)?.into_iter().map(item).collect()
}

/// Refuses members that are left after the known ones were taken out.
///
/// # Errors
/// `VALIDATION_FAILED`.
pub fn nothing_else(rest: &Map<String, Value>, place: &str) -> Result<()> {
    let Some(name) = rest.keys().next() else { return Ok(()) };
    let name: String = name.chars().take(80).collect();
    Err(invalid(&format!("`{}` is not a member of {place}; remove it", name.escape_debug())))
}

/// Returns the refusal of a body.
pub fn invalid(message: &str) -> Error {
    Code::ValidationFailed.error(message)
}
