//! Rows of objects: conditions on them, and the statements that read and write them.

pub mod filter;
pub mod sql;

pub use filter::Filter;

use crate::object::{ID, Object};
use chrono::{DateTime, Utc};
use filter::Test;
use os_db::{Cell, Name};
use os_package::expression::Value;
use sql::StoredRow;

/// Returns the name of the column that every record is known by.
pub fn id_column() -> Name {
    ID.parse().expect("it is a plain name")
}

/// Returns the filter for one record.
pub fn of_id(id: &str) -> Filter {
    Filter::Column(id_column(), Test::Is(Cell::text(id)))
}

/// Returns the filter for a version of a record; every record where the object has no versions.
pub fn of_version(object: &Object, version: Option<DateTime<Utc>>) -> Filter {
    match (object.column("updated_at"), version) {
        (Some(column), Some(version)) => {
            Filter::Column(column.name, Test::Is(Cell::Time(Some(version))))
        }
        _ => Filter::everything(),
    }
}

/// Returns the time of the last change of a row: its version.
pub fn version_of(object: &Object, row: &StoredRow) -> Option<DateTime<Utc>> {
    match row[object.position("updated_at")?] {
        Cell::Time(time) => time,
        _ => None,
    }
}

/// Returns the value of a cell in expressions; `is_json` where its text is JSON.
pub fn expression_value(cell: &Cell, is_json: bool) -> Value {
    match cell {
        Cell::Text(Some(text)) if is_json => serde_json::from_str(text)
            .map_or_else(|_| Value::String(text.clone()), |json| Value::from_json(&json)),
        Cell::Text(Some(text)) => Value::String(text.clone()),
        Cell::Integer(Some(number)) => Value::Number(*number as f64),
        Cell::Real(Some(number)) => Value::Number(*number),
        Cell::Bool(Some(flag)) => Value::Bool(*flag),
        Cell::Time(Some(time)) => Value::Timestamp(*time),
        _ => Value::Null,
    }
}
