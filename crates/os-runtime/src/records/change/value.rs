//! From values of clients and defaults to cells.

use super::rules::RecordScope;
use crate::object::{DefaultValue, Field, FieldError, Object};
use crate::records::store::sql::StoredRow;
use chrono::{DateTime, Utc};
use os_db::{Cell, CellType};
use os_identity::UserPrincipal;
use os_package::FieldType;
use os_package::expression;
use serde_json::{Value, json};

/// Returns whether a cell counts as empty.
pub fn is_blank(cell: &Cell) -> bool {
    cell.is_null() || matches!(cell, Cell::Text(Some(text)) if text.is_empty() || text == "[]")
}

/// The record that a default is for.
#[derive(Clone, Copy)]
pub struct NewRecord<'r> {
    pub object: &'r Object,
    /// The values so far.
    pub row: &'r StoredRow,
    /// The account that creates it; none for seeds.
    pub user: Option<&'r UserPrincipal>,
    pub now: DateTime<Utc>,
}

/// Returns the cell of a default of a new record; none where it does not fit or an expression
/// has no value (docs/wire/expressions.md#where-expressions-stand).
pub fn default_cell(record: NewRecord<'_>, field: &Field, default: &DefaultValue) -> Option<Cell> {
    let NewRecord { object, row, user, now } = record;
    match default {
        DefaultValue::Value(value) => field_cell(field, value).ok(),
        DefaultValue::Now => time_cell(field, now),
        DefaultValue::CurrentUser => user.map(|user| Cell::text(user.id().to_string())),
        DefaultValue::Expression(expression) => {
            let scope = RecordScope { object, record: row, previous: None, user, parent: None };
            match expression.evaluate(&scope, now) {
                Ok(value) => expression_cell(field, &value),
                Err(error) => {
                    let (object, field) = (object.name.as_str(), field.name.as_str());
                    tracing::warn!(object, field, %error, "a default has no value");
                    None
                }
            }
        }
    }
}

/// Returns the cell for the value of an expression.
fn expression_cell(field: &Field, value: &expression::Value) -> Option<Cell> {
    match value {
        expression::Value::Timestamp(time) => time_cell(field, *time),
        value => field_cell(field, &value.to_json()).ok(),
    }
}

/// Returns the cell for a point in time: of a date its day. Other fields hold none.
fn time_cell(field: &Field, time: DateTime<Utc>) -> Option<Cell> {
    match (field.kind, field.cell_type()?) {
        (FieldType::Date, _) => Some(Cell::text(time.date_naive().to_string())),
        (_, CellType::Time) => Some(Cell::Time(Some(time))),
        _ => None,
    }
}

/// Returns the cell for what a client sends, which may write numbers, booleans and lists of
/// one item as strings.
///
/// # Errors
/// What does not fit the field.
pub fn field_cell(field: &Field, value: &Value) -> Result<Cell, FieldError> {
    let kind = field.cell_type();
    let cell = field.cell(&normalized(field, value)).map_err(|error| renamed(error, kind))?;
    match &cell {
        Cell::Real(Some(number)) if !number.is_finite() => {
            Err(FieldError::new("invalid_number", "must be a number"))
        }
        _ => Ok(cell),
    }
}

/// Returns the value in the type of its field, where it means one.
fn normalized(field: &Field, value: &Value) -> Value {
    let is_list = field.is_multiple || field.kind.is_list();
    let kind = field.cell_type();
    let is_text = kind == Some(CellType::Text) && !field.is_json();
    let is_plain_text = is_text && field.options.is_empty() && !field.kind.is_reference();
    match value {
        Value::String(text) if text.is_empty() && (!is_plain_text || has_format(field.kind)) => {
            Value::Null
        }
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
    }
}

/// Returns an error of the type under the code that clients know.
fn renamed(error: FieldError, kind: Option<CellType>) -> FieldError {
    let code = match (error.code, kind) {
        ("invalid_type", Some(CellType::Real | CellType::Integer)) => "invalid_number",
        ("invalid_type", Some(CellType::Bool)) => "invalid_boolean",
        ("invalid_type", Some(CellType::Time)) => "invalid_date",
        (code, _) => code,
    };
    FieldError { code, ..error }
}

/// Returns whether strings of this type have a format, so that an empty one is no value.
fn has_format(kind: FieldType) -> bool {
    use FieldType::{Date, Email, Phone, Time, Url};
    matches!(kind, Email | Url | Phone | Date | Time)
}
