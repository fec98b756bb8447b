//! From rows to JSON, without a tree between.
//!
//! **Invariant:** what leaves is valid JSON, whatever a column holds.

use super::computed::{Formula, Summary};
use super::expand::Expanded;
use crate::Result;
use crate::object::{Field, FieldType};
use chrono::{DateTime, SecondsFormat, Utc};
use os_db::{CellType, Name, Row};
use serde::de::IgnoredAny;

/// A member of the JSON of a record.
pub enum Shown<'k> {
    Column {
        at: usize,
        name: Name,
        face: Face,
    },
    Formula {
        name: Name,
        formula: Formula<'k>,
    },
    Summary {
        at: usize,
        name: Name,
        summary: Summary,
    },
    /// Known, and without a value here: a computation that we do not make.
    Nothing {
        name: Name,
    },
}

/// How a column looks in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Text,
    /// Text that is JSON already.
    Json,
    Integer,
    Real,
    Bool,
    Time,
    /// Written and never shown.
    Secret,
}

impl Face {
    /// The face of a column of this type and field.
    pub fn of(kind: CellType, field: Option<&Field>) -> Self {
        match (kind, field) {
            (_, Some(field)) if matches!(field.kind, FieldType::Password | FieldType::Secret) => {
                Self::Secret
            }
            (CellType::Text, Some(field)) if field.is_json() => Self::Json,
            (CellType::Text, _) => Self::Text,
            (CellType::Integer, _) => Self::Integer,
            (CellType::Real, _) => Self::Real,
            (CellType::Bool, _) => Self::Bool,
            (CellType::Time, _) => Self::Time,
        }
    }
}

/// Appends a record.
pub fn record(
    out: &mut Vec<u8>,
    row: &Row,
    shown: &[Shown<'_>],
    expanded: &Expanded,
    now: DateTime<Utc>,
) -> Result<()> {
    for (index, member) in shown.iter().enumerate() {
        out.push(if index == 0 { b'{' } else { b',' });
        match member {
            Shown::Column { at, name, face } => {
                key(out, name);
                match (expanded.of(*at), face) {
                    (Some(records), Face::Text) => records.one(out, row.text(*at)?),
                    (Some(records), Face::Json) => records.list(out, row.text(*at)?),
                    _ => column(out, row, *at, *face)?,
                }
            }
            Shown::Formula { name, formula } => {
                key(out, name);
                formula.write(out, row, now)?;
            }
            Shown::Summary { at, name, summary } => {
                key(out, name);
                match (row.real(*at)?, summary.is_zero_without_records) {
                    (None, true) => out.push(b'0'),
                    (value, _) => real(out, value),
                }
            }
            Shown::Nothing { name } => {
                key(out, name);
                out.extend_from_slice(b"null");
            }
        }
    }
    out.extend_from_slice(if shown.is_empty() { b"{}" } else { b"}" });
    Ok(())
}

/// Appends the key of a member. Names need no escapes.
fn key(out: &mut Vec<u8>, name: &Name) {
    out.push(b'"');
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends the value of a column.
pub fn column(out: &mut Vec<u8>, row: &Row, at: usize, face: Face) -> Result<()> {
    match face {
        Face::Text => match row.text(at)? {
            Some(value) => text(out, value),
            None => null(out),
        },
        Face::Json => match row.text(at)? {
            Some(value) => json(out, value),
            None => null(out),
        },
        Face::Integer => match row.integer(at)? {
            Some(value) => number(out, value),
            None => null(out),
        },
        Face::Real => real(out, row.real(at)?),
        Face::Bool => out.extend_from_slice(match row.boolean(at)? {
            Some(true) => b"true",
            Some(false) => b"false",
            None => b"null",
        }),
        Face::Time => match row.time(at)? {
            Some(value) => time(out, value),
            None => null(out),
        },
        Face::Secret => null(out),
    }
    Ok(())
}

fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

/// Appends a text in quotes.
pub fn text(out: &mut Vec<u8>, value: &str) {
    serde_json::to_writer(out, value).expect("a text is JSON and a buffer takes everything");
}

/// Appends text that should be JSON: as it is, or quoted if it is not.
fn json(out: &mut Vec<u8>, value: &str) {
    if serde_json::from_str::<IgnoredAny>(value).is_ok() {
        out.extend_from_slice(value.as_bytes());
    } else {
        text(out, value);
    }
}

fn number(out: &mut Vec<u8>, value: i64) {
    serde_json::to_writer(out, &value).expect("a number is JSON and a buffer takes everything");
}

/// Appends a number, without a point where there is nothing behind it.
pub fn real(out: &mut Vec<u8>, value: Option<f64>) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Some(value) if value.fract() == 0.0 && value.abs() < EXACT => number(out, value as i64),
        Some(value) => {
            serde_json::to_writer(out, &value)
                .expect("a number is JSON and a buffer takes everything");
        }
        None => null(out),
    }
}

/// Appends a moment, `2026-12-31T17:30:00.000Z`.
pub fn time(out: &mut Vec<u8>, value: DateTime<Utc>) {
    text(out, &moment(value));
}

/// A moment as it is written everywhere: with milliseconds, as JavaScript does,
/// and with microseconds where there are any.
pub fn moment(value: DateTime<Utc>) -> String {
    let has_micros = !value.timestamp_subsec_micros().is_multiple_of(1000);
    let format = if has_micros { SecondsFormat::Micros } else { SecondsFormat::Millis };
    value.to_rfc3339_opts(format, true)
}
