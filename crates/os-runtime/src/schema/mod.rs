//! The tables of objects.
//!
//! **Invariant:** nothing that holds data is ever dropped. What a new version no
//! longer has stays where it is and is reported as [`Kept`]; a column whose type
//! changes is retired under another name, and restored when the type comes back.

mod change;
mod found;
mod migrate;
mod sql;

use crate::object::{Object, number};
use os_db::{CellType, Name, Result, Tx};
use os_package::Checksum;
use serde::Serialize;
use std::sync::Arc;

pub use migrate::migrate;

use found::Found;

/// Data that a change left in place, or a constraint that it could not enforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub object: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The change, and the column that holds the data.
    pub reason: String,
}

/// Creates and alters the tables of these objects; returns what was kept. `before` are
/// the objects of the version that is replaced.
///
/// # Errors
/// Those of the database.
pub async fn apply(
    tx: &mut Tx,
    objects: &[Arc<Object>],
    before: &[Arc<Object>],
) -> Result<Vec<Kept>> {
    let tables: Vec<&Object> =
        objects.iter().map(AsRef::as_ref).filter(|object| !object.is_external).collect();
    let mut found = Found::of(tx, &tables).await?;
    let mut kept = Vec::new();
    for object in &tables {
        match found.table(object.name.as_str()) {
            Some(table) => change::alter(tx, object, table, &mut kept).await?,
            None => change::create(tx, object).await?,
        }
        number::recount(tx, &object.name).await?;
    }
    for object in before {
        if !object.is_external && !objects.iter().any(|other| other.name == object.name) {
            let reason = "the object was removed; its table and records stay".to_owned();
            kept.push(Kept { object: object.name.to_string(), field: None, reason });
        }
    }
    Ok(kept)
}

/// Returns whether the table of an object has no record.
///
/// # Errors
/// Those of the database.
pub async fn is_empty(tx: &mut Tx, table: &Name) -> Result<bool> {
    let mut sql = os_db::Sql::new("SELECT 1 FROM ");
    sql.name(table).push(" LIMIT 1");
    Ok(tx.query_dynamic(sql).rows().await?.is_empty())
}

/// Returns the name of a column type in column names and messages.
fn word(kind: CellType) -> &'static str {
    match kind {
        CellType::Text => "text",
        CellType::Integer => "integer",
        CellType::Real => "number",
        CellType::Bool => "boolean",
        CellType::Time => "time",
    }
}

/// Returns the name of an index: readable, with a digest because `a_b` of `x` and `b` of `x_a`
/// would read the same.
fn index_name(prefix: &str, object: &Name, columns: &[Name]) -> Name {
    let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
    let digest = Checksum::of(format!("{object}.{}", columns.join(".")).as_bytes());
    let text = format!("{prefix}_{object}_{}", columns.join("_"));
    let room = &text[..text.len().min(Name::MAX_CHARS - 9)];
    format!("{room}_{}", &digest.as_str()[..8]).parse().expect("it is made of names and digits")
}

/// Returns a name, or its beginning and its digest where it is too long.
fn cut(text: String) -> Name {
    if text.len() <= Name::MAX_CHARS {
        return text.parse().expect("it is made of names");
    }
    let digest = Checksum::of(text.as_bytes());
    let text = format!("{}_{}", &text[..Name::MAX_CHARS - 17], &digest.as_str()[..16]);
    text.parse().expect("it is made of names and hexadecimal digits")
}
