//! Objects and their fields, read once from an artifact.
//!
//! **Invariant:** an [`Object`] is complete: its names can stand in SQL, every
//! field has a type we know, and the columns of its table follow from it alone.

mod computed;
mod condition;
mod default;
mod demand;
mod field;
mod format;
pub mod number;
mod read;
mod reading;
mod row;
mod rule;
mod sql;
mod value;

pub use computed::{Computed, Formula, Summary, SummaryFunction};
pub use condition::{
    Condition, ConditionParser, FieldTest, InvalidCondition, MAX_PATTERN_BYTES, Operator,
};
pub use default::DefaultValue;
pub use demand::{Demands, permissions};
pub use field::{Field, OnDelete};
pub use format::is_file_id;
pub use read::read;
pub use row::{RowUser, row_cell, sql_operator};
pub use rule::{Check, Compiled, StateMachine, ValidationRule};
pub use value::{FieldError, cell_of};

use os_db::{CellType, Name};
use os_package::system::SystemObject;
use std::collections::HashMap;

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
    /// The system permissions that its callers need (`requiredPermissions`).
    pub demands: Demands,
    /// `true` if `*` of a permission set does not mean it (`access.default: "private"`), unless the
    /// set reaches all records.
    pub needs_own_grant: bool,
    pub enable: Enable,
    pub indexes: Vec<Index>,
    /// `true` if its rows live in another database, so that it has no table here.
    pub is_external: bool,
    /// Its row in the table of the platform's objects, if it is one of them.
    pub system: Option<&'static SystemObject>,
    /// `true` if it is the platform's, so that packages cannot grant rights on it.
    pub is_protected: bool,
    /// Checked in this order.
    pub validations: Vec<ValidationRule>,
    /// `true` if a condition of a field reads the record that this one belongs to.
    pub reads_parent: bool,
    /// The names of its actions.
    pub actions: Vec<String>,
    by_name: HashMap<Name, usize>,
    columns: Vec<Column>,
    column_by_name: HashMap<Name, usize>,
}

/// The visibility of records that are not one's own (`sharingModel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    Private,
    PublicRead,
    PublicReadWrite,
    /// As the record that a `master_detail` field names.
    ControlledByParent,
}

/// The features that an object enables (`enable`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enable {
    pub track_history: bool,
    /// `true` if its records have comments.
    pub feeds: bool,
    /// `true` if changes of its records are recorded as activity.
    pub activities: bool,
    pub files: bool,
    /// `true` if the data API offers it.
    pub api: bool,
    /// The methods that the data API offers (`apiMethods`).
    pub methods: ApiMethods,
    /// `true` if its records can be cloned.
    pub clone: bool,
}

/// A method of the data API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiMethod {
    Get,
    List,
    Create,
    Update,
    Delete,
    /// Several changes in one request; the method of each is needed, too.
    Bulk,
}

impl ApiMethod {
    const ALL: [Self; 6] =
        [Self::Get, Self::List, Self::Create, Self::Update, Self::Delete, Self::Bulk];

    /// Returns its name in `apiMethods`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Bulk => "bulk",
        }
    }
}

/// The methods that the data API offers for an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiMethods([bool; 6]);

impl ApiMethods {
    /// Returns all methods.
    pub fn all() -> Self {
        Self([true; 6])
    }

    /// Returns the methods of these names; `None` where one is unknown.
    pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let mut methods = Self([false; 6]);
        for name in names {
            let method = ApiMethod::ALL.into_iter().find(|it| it.as_str() == name)?;
            methods.0[method as usize] = true;
        }
        Some(methods)
    }

    /// Returns those that are among others, too.
    pub fn and(self, others: [ApiMethod; 2]) -> Self {
        Self(ApiMethod::ALL.map(|method| self.offers(method) && others.contains(&method)))
    }

    /// Returns whether it is one of them.
    pub fn offers(self, method: ApiMethod) -> bool {
        self.0[method as usize]
    }

    /// Returns their names.
    pub fn names(self) -> Vec<&'static str> {
        let offered = ApiMethod::ALL.into_iter().filter(|method| self.offers(*method));
        offered.map(ApiMethod::as_str).collect()
    }
}

/// An index that the package declares.
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

/// The columns that every table has besides `id`, in their order
/// (docs/wire/records.md#system-fields).
pub const SYSTEM_COLUMNS: [(&str, CellType); 7] = [
    ("organization_id", CellType::Text),
    ("created_at", CellType::Time),
    ("created_by", CellType::Text),
    ("updated_at", CellType::Time),
    ("updated_by", CellType::Text),
    ("owner_id", CellType::Text),
    ("owning_business_unit_id", CellType::Text),
];

/// The column that names a record; a string that the runtime creates.
pub const ID: &str = "id";

/// Returns the id of a new record, greater than every id before it.
pub fn new_record_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Returns whether every table has this column.
pub fn is_system_column(name: &str) -> bool {
    name == ID || SYSTEM_COLUMNS.iter().any(|(system, _)| *system == name)
}

/// The prefix of columns that are kept under another name; no field may begin with it.
pub const RETIRED_COLUMN_PREFIX: &str = "_was_";

impl Object {
    /// Returns whether its records belong to records of other objects, as comments do.
    pub fn is_feed(&self) -> bool {
        self.system.is_some_and(SystemObject::is_feed)
    }

    /// Returns the field of this name. System columns are none, unless the package
    /// declares them to say more about them.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|index| &self.fields[*index])
    }

    /// Returns the columns of its table: `id`, those of the system, one for each field
    /// that is stored.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the column of this name.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.column_by_name.get(name).map(|index| self.columns[*index].clone())
    }

    /// Returns the position of a column among [`Object::columns`].
    pub fn position(&self, column: &str) -> Option<usize> {
        self.column_by_name.get(column).copied()
    }
}

/// Returns the columns that follow from the fields.
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
