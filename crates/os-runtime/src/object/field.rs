use super::number::NumberFormat;
use super::{Compiled, Computed, DefaultValue};
use os_db::{CellType, Name};
use os_package::FieldType;
use os_package::expression::Expression;
use os_package::field::Storage;

/// A part of an object.
#[derive(Debug)]
pub struct Field {
    pub name: Name,
    pub label: String,
    pub kind: FieldType,
    pub is_required: bool,
    pub is_unique: bool,
    /// `true` if it holds a list.
    pub is_multiple: bool,
    pub is_readonly: bool,
    pub is_searchable: bool,
    /// The system permissions that its callers need (`requiredPermissions`).
    pub demands: Vec<String>,
    /// `true` if its values are to be masked (`maskingRule`), which is not done here.
    pub is_masked: bool,
    /// `true` if its values are shown to nobody (`internal`).
    pub is_internal: bool,
    /// `true` if seeds may refer to records by it (`externalId`).
    pub is_external_id: bool,
    /// `true` if changes of it are written to the audit log, even if those of the object are not.
    pub tracks_history: bool,
    /// The object that a lookup refers to.
    pub reference: Option<Name>,
    pub on_delete: OnDelete,
    /// The values that options allow; empty where there are none.
    pub options: Vec<String>,
    /// The conditions of options that have one (`visibleWhen`).
    pub option_conditions: Vec<(String, Compiled)>,
    pub default: Option<DefaultValue>,
    /// The condition under which it is required (`requiredWhen`).
    pub required_when: Option<Expression>,
    /// The condition under which it does not change (`readonlyWhen`).
    pub readonly_when: Option<Compiled>,
    /// The computation; `None` where it is stored, or cannot be computed.
    pub computed: Option<Computed>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub max_length: Option<usize>,
    pub min_length: Option<usize>,
    /// The number of values of a vector.
    pub dimensions: Option<usize>,
    /// The most digits after the decimal point (`scale`).
    pub scale: Option<u32>,
    /// The most digits in all (`precision`).
    pub precision: Option<u32>,
    /// The format of an autonumber.
    pub number_format: Option<NumberFormat>,
    /// The largest file that it takes, in bytes (`maxSize`).
    pub max_file_bytes: Option<f64>,
    /// The types and endings of files that it takes; empty for all (`accept`).
    pub accepted_files: Vec<String>,
}

/// The effect of deleting a record on those that refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The reference becomes empty.
    SetNull,
    /// It goes along.
    Cascade,
    /// The deletion is refused.
    Restrict,
}

impl Field {
    /// Returns whether its values are written and never shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, FieldType::Password | FieldType::Secret)
    }

    /// Returns whether the column holds JSON text rather than the value itself.
    pub fn is_json(&self) -> bool {
        self.is_multiple || self.kind.is_list() || self.kind.properties().storage == Storage::Json
    }

    /// Returns the type of its column; `None` where it is computed.
    pub fn cell_type(&self) -> Option<CellType> {
        if self.is_json() {
            return Some(CellType::Text);
        }
        match self.kind.properties().storage {
            Storage::Computed => None,
            Storage::Boolean => Some(CellType::Bool),
            Storage::Timestamp => Some(CellType::Time),
            Storage::Number => Some(CellType::Real),
            Storage::Text | Storage::Json => Some(CellType::Text),
        }
    }
}
