//! From the JSON of a record to the cells of its row.
//!
//! **Invariant:** a [`Draft`] holds only cells of columns of the object, each of
//! its type and within the limits of its field. All faults of a record are told
//! at once.

use crate::object::{Column, Fault, Field, FieldType, ID, cell_of, is_system_column};
use crate::records::rights::Ask;
use crate::records::rights::{FEEDS, denied};
use crate::seed::expression;
use crate::{Code, Error, Result};
use chrono::{DateTime, Utc};
use os_db::{Cell, CellType, Name};
use serde_json::{Map, Value, json};

/// What is to be written, besides what the system sets.
#[derive(Default)]
pub struct Draft {
    pub id: Option<String>,
    pub cells: Vec<(Name, Cell)>,
    /// Fields that were sent and cannot be written: the system's, and readonly ones.
    pub dropped: Vec<String>,
}

/// What is wrong with a record.
#[derive(Default)]
pub struct Faults(Vec<Value>);

/// The columns that only the system writes.
const OF_SYSTEM: [&str; 6] = [
    "organization_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owning_business_unit_id",
];

impl Faults {
    /// Adds one of a field.
    pub fn add(&mut self, field: &Field, fault: &Fault) {
        let mut value = json!({
            "field": field.name.as_str(), "code": fault.code, "label": field.label,
            "message": format!("{} {}", field.label, fault.message),
        });
        if fault.code == "invalid_option" {
            value["options"] = json!(field.options);
        }
        self.0.push(value);
    }

    /// Adds one that no field alone is to blame for.
    pub fn of_record(&mut self, field: Option<&str>, message: &str) {
        let field = field.unwrap_or("_record");
        self.0.push(json!({ "field": field, "code": "rule_violation", "message": message }));
    }

    /// Refuses the record, if anything is wrong with it.
    ///
    /// # Errors
    /// `VALIDATION_FAILED` with `fields`.
    pub fn check(self, ask: &Ask<'_>) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let messages: Vec<&str> = self.0.iter().filter_map(|it| it["message"].as_str()).collect();
        Err(Code::ValidationFailed
            .error(messages.join("; "))
            .with("fields", self.0.clone())
            .with("object", ask.object.name.as_str()))
    }
}

impl Draft {
    /// Reads what a client sends. `is_new` says whether the record is made.
    ///
    /// # Errors
    /// `INVALID_FIELD` for a name that is no field, `PERMISSION_DENIED` for one
    /// that may not be edited. What is wrong with values goes into `faults`.
    pub fn read(
        ask: &Ask<'_>,
        input: &Map<String, Value>,
        is_new: bool,
        faults: &mut Faults,
    ) -> Result<Self> {
        let mut reading = Reading { ask, is_new, faults, draft: Self::default() };
        for (name, value) in input {
            reading.member(name, value)?;
        }
        Ok(reading.draft)
    }

    /// The cell of a column, if there is one.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|(column, _)| column.as_str() == name).map(|(_, cell)| cell)
    }

    /// Writes a cell, in place of another.
    pub fn set(&mut self, name: Name, cell: Cell) {
        match self.cells.iter_mut().find(|(column, _)| *column == name) {
            Some((_, place)) => *place = cell,
            None => self.cells.push((name, cell)),
        }
    }

    /// Fills in the defaults of a record that is made.
    pub fn defaults(&mut self, ask: &Ask<'_>, now: DateTime<Utc>) {
        for field in &ask.object.fields {
            let is_there = self.get(field.name.as_str()).is_some_and(|cell| !cell.is_null());
            if let (false, Some(default)) = (is_there, &field.default)
                && let Some(cell) = default_of(ask, field, default, now)
            {
                self.set(field.name.clone(), cell);
            }
        }
    }

    /// Finds required fields without a value.
    pub fn required(&self, ask: &Ask<'_>, faults: &mut Faults) {
        for field in ask.object.fields.iter().filter(|field| field.is_required) {
            let is_ours = is_system_column(field.name.as_str())
                || field.kind == FieldType::Autonumber
                || field.cell_type().is_none();
            if !is_ours && self.get(field.name.as_str()).is_none_or(is_blank) {
                faults.add(field, &Fault::new("required", "is required"));
            }
        }
    }

    /// What the client should know of fields that were not written.
    pub fn told(&self, object: &Name) -> Option<Value> {
        (!self.dropped.is_empty()).then(
            || json!([{ "object": object.as_str(), "fields": self.dropped, "reason": "readonly" }]),
        )
    }
}

/// Reading one record.
struct Reading<'a, 'k> {
    ask: &'a Ask<'k>,
    is_new: bool,
    faults: &'a mut Faults,
    draft: Draft,
}

impl Reading<'_, '_> {
    fn member(&mut self, name: &str, value: &Value) -> Result<()> {
        let known = self.ask.object.field(name).is_some() || is_system_column(name);
        if !known || !self.ask.rights.shows(name) {
            return Err(self.ask.unknown_field(name));
        }
        if OF_SYSTEM.contains(&name) {
            self.draft.dropped.push(name.to_owned());
        } else if name == ID {
            self.id(value);
        } else {
            self.field(name, value)?;
        }
        Ok(())
    }

    /// An id of the client's choosing, for a record that is made.
    fn id(&mut self, value: &Value) {
        let is_plain = |text: &&str| {
            let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            (1..=64).contains(&text.len()) && text.bytes().all(legal)
        };
        match value.as_str().filter(is_plain) {
            _ if !self.is_new => self.draft.dropped.push(ID.to_owned()),
            _ if value.is_null() => {}
            Some(id) => self.draft.id = Some(id.to_owned()),
            None => self.faults.of_record(
                Some(ID),
                "`id` may have 64 letters, digits and `-`, `_`, `.`, `:`; leave it out to have one made",
            ),
        }
    }

    fn field(&mut self, name: &str, value: &Value) -> Result<()> {
        let object = self.ask.object;
        let field = object.field(name);
        // What is said about a record stays there, and with whoever said it.
        let stays = ["object", "record_id", "author"].contains(&name)
            && FEEDS.contains(&object.name.as_str());
        let is_readonly = |it: &Field| it.is_readonly || it.kind == FieldType::Autonumber;
        let is_ours = field.is_some_and(is_readonly) || (stays && !self.is_new);
        let Some(column) = object.column(name).filter(|_| !is_ours) else {
            self.draft.dropped.push(name.to_owned());
            return Ok(());
        };
        if !self.ask.rights.edits(name) {
            return Err(denied(object).with("field", name));
        }
        let Some(field) = field else {
            self.owner(column, value);
            return Ok(());
        };
        match cell(field, value) {
            Ok(cell) if field.is_required && is_blank(&cell) && !self.is_new => {
                let fault = Fault::new("required", "is required and cannot be cleared");
                self.faults.add(field, &fault);
            }
            Ok(cell) => self.draft.cells.push((column.name, cell)),
            Err(fault) => self.faults.add(field, &fault),
        }
        Ok(())
    }

    /// `owner_id`, which no package need declare. Only the owner of the runtime
    /// gives records to others.
    fn owner(&mut self, column: Column, value: &Value) {
        let cell = match value {
            Value::Null if !self.is_new => Some(column.kind.null()),
            value => cell_of(column.kind, value).ok(),
        };
        match cell.filter(|_| self.ask.caller.is_platform_admin()) {
            Some(cell) => self.draft.cells.push((column.name, cell)),
            None => self.draft.dropped.push(column.name.to_string()),
        }
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.is_null() || matches!(cell, Cell::Text(Some(text)) if text.is_empty() || text == "[]")
}

/// A default: a value, the account that asks, or a moment around now.
fn default_of(ask: &Ask<'_>, field: &Field, default: &Value, now: DateTime<Utc>) -> Option<Cell> {
    if field.kind == FieldType::User && default.as_str() == Some("current_user") {
        return Some(Cell::text(ask.caller.id().to_string()));
    }
    if default.as_str() == Some("NOW()") || default.as_str() == Some("now()") {
        return moment(field, now);
    }
    match expression::source(default) {
        Some(source) => moment(field, expression::evaluate(source, now)?),
        None => cell(field, default).ok(),
    }
}

fn moment(field: &Field, moment: DateTime<Utc>) -> Option<Cell> {
    match (field.kind, field.cell_type()?) {
        (FieldType::Date, _) => Some(Cell::text(moment.date_naive().to_string())),
        (_, CellType::Time) => Some(Cell::Time(Some(moment))),
        _ => None,
    }
}

/// The cell for what a client sends, which may write numbers, truth values and
/// lists of one as texts.
fn cell(field: &Field, value: &Value) -> Result<Cell, Fault> {
    let is_list = field.is_multiple || field.kind.is_list();
    let kind = field.cell_type();
    let is_text = kind == Some(CellType::Text) && !field.is_json();
    let is_plain_text = is_text && field.options.is_empty() && !field.kind.is_reference();
    let sent = match value {
        Value::String(text) if text.is_empty() && !is_plain_text => Value::Null,
        Value::String(text) if text.is_empty() && is_formed(field.kind) => Value::Null,
        Value::String(_) | Value::Number(_) if is_list => json!([value]),
        Value::String(text) => match kind {
            Some(CellType::Real) => {
                let number: Option<f64> = text.trim().parse().ok();
                let number = number.and_then(serde_json::Number::from_f64);
                number.map_or_else(|| value.clone(), Value::Number)
            }
            Some(CellType::Bool) => text.parse().map_or_else(|_| value.clone(), Value::Bool),
            _ if field.kind == FieldType::Date && text.as_bytes().get(10) == Some(&b'T') => {
                text.get(..10).map_or_else(|| value.clone(), Value::from)
            }
            _ => value.clone(),
        },
        Value::Number(number) if kind == Some(CellType::Bool) => match number.as_i64() {
            Some(0) => Value::Bool(false),
            Some(1) => Value::Bool(true),
            _ => value.clone(),
        },
        _ => value.clone(),
    };
    let cell = field.cell(&sent).map_err(|fault| named(fault, kind))?;
    match &cell {
        Cell::Text(Some(text)) if field.kind == FieldType::Url && !text.contains("://") => {
            Err(Fault::new("invalid_url", "must be a URL, such as `https://example.com`"))
        }
        Cell::Real(Some(number)) if !number.is_finite() => {
            Err(Fault::new("invalid_number", "must be a number"))
        }
        _ => Ok(cell),
    }
}

/// A fault of the type by the name that clients know.
fn named(fault: Fault, kind: Option<CellType>) -> Fault {
    let code = match (fault.code, kind) {
        ("invalid_type", Some(CellType::Real | CellType::Integer)) => "invalid_number",
        ("invalid_type", Some(CellType::Bool)) => "invalid_boolean",
        ("invalid_type", Some(CellType::Time)) => "invalid_date",
        (code, _) => code,
    };
    Fault { code, ..fault }
}

/// Whether a text of this type must have a form, so that an empty one is none.
fn is_formed(kind: FieldType) -> bool {
    use FieldType::{Date, Email, Time, Url};
    matches!(kind, Email | Url | Date | Time)
}

/// Says that another record has the same value.
pub fn duplicate(ask: &Ask<'_>, fields: &[&str]) -> Error {
    let labels: Vec<&str> = fields
        .iter()
        .map(|name| ask.object.field(name).map_or(*name, |field| field.label.as_str()))
        .collect();
    let error = Code::DuplicateRecord.error(format!(
        "another record of {} has the same {}",
        ask.object.name,
        labels.join(", ")
    ));
    let faults: Vec<Value> = fields
        .iter()
        .map(|name| json!({ "field": name, "code": "unique", "message": "must be unique" }))
        .collect();
    error.with("fields", faults).with("object", ask.object.name.as_str())
}
