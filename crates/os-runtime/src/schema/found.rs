//! The tables and indexes that exist.

use super::sql;
use crate::object::Object;
use os_db::{CellType, Result, Tx};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The tables that a database has for a list of objects.
pub struct Found {
    tables: HashMap<String, Table>,
}

/// A table that exists.
#[derive(Debug, Default)]
pub struct Table {
    /// Its columns; `None` for a type that is not ours.
    pub columns: BTreeMap<String, Option<CellType>>,
    pub indexes: HashSet<String>,
}

impl Found {
    /// Looks all of them up with two statements.
    pub async fn of(tx: &mut Tx, objects: &[&Object]) -> Result<Self> {
        let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
        Self::named(tx, &names).await
    }

    /// Looks up the tables with these names.
    pub async fn named(tx: &mut Tx, names: &[&str]) -> Result<Self> {
        let names = serde_json::json!(names).to_string();
        let columns = sql::columns(tx, &names).await?;
        let indexes = sql::indexes(tx, &names).await?;
        let mut tables: HashMap<String, Table> = HashMap::new();
        for (table, column, kind) in columns {
            tables.entry(table).or_default().columns.insert(column, cell_type(&kind));
        }
        for (table, index) in indexes {
            tables.entry(table).or_default().indexes.insert(index);
        }
        Ok(Self { tables })
    }

    /// Takes the table of this name.
    pub fn table(&mut self, name: &str) -> Option<Table> {
        self.tables.remove(name)
    }
}

/// Returns a column type as either database names it.
fn cell_type(text: &str) -> Option<CellType> {
    Some(match text.to_ascii_lowercase().as_str() {
        "text" => CellType::Text,
        "bigint" => CellType::Integer,
        "double precision" => CellType::Real,
        "boolean" => CellType::Bool,
        "timestamptz" | "timestamp with time zone" => CellType::Time,
        _ => return None,
    })
}
