//! From rows to JSON, without a tree between.
//!
//! **Invariant:** the output is valid JSON, whatever a column holds.

use super::computed::Formula;
use super::expanded::Expanded;
use super::json::{json, null, number, real, text, time};
use crate::Result;
use crate::object::{Field, SummaryFunction};
use chrono::{DateTime, Utc};
use os_db::{CellType, Name, Row};

/// A member of the JSON of a record.
pub enum Member<'k> {
    Column {
        at: usize,
        name: Name,
        format: Format,
    },
    Formula {
        name: Name,
        formula: Formula<'k>,
    },
    Summary {
        at: usize,
        name: Name,
        function: SummaryFunction,
    },
    /// A field that cannot be computed: null.
    Nothing {
        name: Name,
    },
}

/// The form of a column in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
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

impl Format {
    /// Returns the format of a column of this type and field.
    pub fn of(kind: CellType, field: Option<&Field>) -> Self {
        match (kind, field) {
            (_, Some(field)) if field.is_secret() => Self::Secret,
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
    members: &[Member<'_>],
    expanded: &Expanded,
    now: DateTime<Utc>,
) -> Result<()> {
    for (index, member) in members.iter().enumerate() {
        out.push(if index == 0 { b'{' } else { b',' });
        match member {
            Member::Column { at, name, format } => {
                key(out, name);
                match (expanded.of(*at), format) {
                    (Some(records), Format::Text) => records.one(out, row.text(*at)?),
                    (Some(records), Format::Json) => records.list(out, row.text(*at)?)?,
                    _ => column(out, row, *at, *format)?,
                }
            }
            Member::Formula { name, formula } => {
                key(out, name);
                formula.write(out, row, now)?;
            }
            Member::Summary { at, name, function } => {
                key(out, name);
                match (row.real(*at)?, function.is_zero_without_records()) {
                    (None, true) => out.push(b'0'),
                    (value, _) => real(out, value),
                }
            }
            Member::Nothing { name } => {
                key(out, name);
                out.extend_from_slice(b"null");
            }
        }
    }
    out.extend_from_slice(if members.is_empty() { b"{}" } else { b"}" });
    Ok(())
}

/// Appends the key of a member. Names need no escapes.
fn key(out: &mut Vec<u8>, name: &Name) {
    out.push(b'"');
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends the value of a column.
pub fn column(out: &mut Vec<u8>, row: &Row, at: usize, format: Format) -> Result<()> {
    match format {
        Format::Text => match row.text(at)? {
            Some(value) => text(out, value),
            None => null(out),
        },
        Format::Json => match row.text(at)? {
            Some(value) => json(out, value),
            None => null(out),
        },
        Format::Integer => match row.integer(at)? {
            Some(value) => number(out, value),
            None => null(out),
        },
        Format::Real => real(out, row.real(at)?),
        Format::Bool => out.extend_from_slice(match row.boolean(at)? {
            Some(true) => b"true",
            Some(false) => b"false",
            None => b"null",
        }),
        Format::Time => match row.time(at)? {
            Some(value) => time(out, value),
            None => null(out),
        },
        Format::Secret => null(out),
    }
    Ok(())
}
