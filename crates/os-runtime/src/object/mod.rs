//! What an object and its fields are, read once from an artifact.
//!
//! **Invariant:** an [`Object`] is complete: its names can stand in SQL, every
//! field has a type we know, and the columns of its table follow from it alone.

mod field;
pub mod number;
mod read;
mod value;

pub use field::{Field, OnDelete};
pub use os_package::FieldType;
pub use read::read;
pub use value::{Fault, cell_of};

use os_db::{CellType, Name};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A type in a package, with a table of its own.
#[derive(Debug)]
pub struct Object {
    pub name: Name,
    pub label: String,
    /// In the order of the package.
    pub fields: Vec<Field>,
    /// The field that people know a record by.
    pub name_field: Option<Name>,
    pub sharing: Sharing,
    pub enable: Enable,
    pub indexes: Vec<Index>,
    /// Whether its rows live in another database, so that it has no table here.
    pub is_external: bool,
    /// As the package wrote it.
    pub source: Arc<Value>,
    by_name: HashMap<Name, usize>,
    columns: Vec<Column>,
    column_by_name: HashMap<Name, usize>,
}

/// Who sees records that are not their own (`sharingModel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sharing {
    Private,
    PublicRead,
    #[default]
    PublicReadWrite,
    /// As the record that a `master_detail` field names.
    ControlledByParent,
}

/// What an object takes part in (`enable`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enable {
    pub track_history: bool,
    pub feeds: bool,
    pub files: bool,
    /// Whether the data API offers it.
    pub api: bool,
    /// Whether the data API may change its records (`apiMethods`).
    pub writes: bool,
}

/// An index that the package asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub fields: Vec<Name>,
    pub is_unique: bool,
}

/// A column of the table of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: Name,
    pub kind: CellType,
}

/// The columns that every table has besides `id`, in their order (contract §6.1).
pub const SYSTEM_COLUMNS: [(&str, CellType); 7] = [
    ("organization_id", CellType::Text),
    ("created_at", CellType::Time),
    ("created_by", CellType::Text),
    ("updated_at", CellType::Time),
    ("updated_by", CellType::Text),
    ("owner_id", CellType::Text),
    ("owning_business_unit_id", CellType::Text),
];

/// The column that names a record; a text of ours.
pub const ID: &str = "id";

/// The id of a new record, greater than every id made before it.
pub fn new_record_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Whether every table has this column.
pub fn is_system_column(name: &str) -> bool {
    name == ID || SYSTEM_COLUMNS.iter().any(|(system, _)| *system == name)
}

impl Object {
    /// The field of this name. System columns are none, unless the package
    /// declares them to say more about them.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|index| &self.fields[*index])
    }

    /// The columns of its table: `id`, those of the system, one for each field
    /// that is stored.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.column_by_name.get(name).map(|index| self.columns[*index].clone())
    }

    /// Where a column stands among [`Object::columns`].
    pub fn position(&self, column: &str) -> Option<usize> {
        self.column_by_name.get(column).copied()
    }
}

/// The columns that follow from the fields.
fn columns_of(fields: &[Field]) -> Vec<Column> {
    let column = |(name, kind): (&str, CellType)| Column {
        name: name.parse().expect("names of system columns are plain"),
        kind,
    };
    let system = [(ID, CellType::Text)].into_iter().chain(SYSTEM_COLUMNS).map(column);
    let own = fields.iter().filter(|field| !is_system_column(field.name.as_str()));
    let own = own.filter_map(|field| {
        field.cell_type().map(|kind| Column { name: field.name.clone(), kind })
    });
    system.chain(own).collect()
}
