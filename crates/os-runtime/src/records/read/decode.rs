//! From rows to values, for callers in this process: what [`super::encode`] writes, without
//! the detour over text. Ids of other records stay ids.

use super::encode::{Format, Member};
use super::json;
use crate::Result;
use chrono::{DateTime, Utc};
use os_db::Row;
use serde_json::{Map, Value};

/// Returns a record.
///
/// # Errors
/// Those of the database.
pub fn record(row: &Row, members: &[Member<'_>], now: DateTime<Utc>) -> Result<Map<String, Value>> {
    let mut record = Map::with_capacity(members.len());
    for member in members {
        let (name, value) = match member {
            Member::Column { at, name, format } => (name, column(row, *at, *format)?),
            Member::Formula { name, formula } => (name, formula.value(row, now)?),
            Member::Summary { at, name, function } => {
                let none = if function.is_zero_without_records() { 0.into() } else { Value::Null };
                (name, row.real(*at)?.map_or(none, json::real_value))
            }
            Member::Nothing { name } => (name, Value::Null),
        };
        record.insert(name.to_string(), value);
    }
    Ok(record)
}

fn column(row: &Row, at: usize, format: Format) -> Result<Value> {
    Ok(match format {
        Format::Text => row.text(at)?.into(),
        Format::Json => row.text(at)?.map_or(Value::Null, |text| {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }),
        Format::Integer => row.integer(at)?.into(),
        Format::Real => row.real(at)?.map_or(Value::Null, json::real_value),
        Format::Bool => row.boolean(at)?.into(),
        Format::Time => row.time(at)?.map(json::timestamp).into(),
        Format::Secret => Value::Null,
    })
}
