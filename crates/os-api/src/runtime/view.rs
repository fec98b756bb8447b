//! Views of an object that a runtime generates (`/api/v1/ui/view`). Bare.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A generated list or form of an object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedView {
    /// The name of the object.
    pub object: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<GeneratedList>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<GeneratedForm>,
}

/// A list with the object's most descriptive fields.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedList {
    /// Always `grid`.
    #[serde(rename = "type")]
    pub kind: String,
    pub label: Value,
    pub columns: Vec<ListColumn>,
    pub sort: Vec<ListSort>,
    pub searchable_fields: Vec<String>,
}

/// A column of a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListColumn {
    pub field: String,
    pub label: Value,
    /// Always `true`.
    pub sortable: bool,
}

/// The order of a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListSort {
    pub field: String,
    /// `asc` or `desc`.
    pub order: String,
}

/// A form with all fields of the object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedForm {
    /// Always `simple`.
    #[serde(rename = "type")]
    pub kind: String,
    pub sections: Vec<FormSection>,
}

/// A part of a form.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FormSection {
    pub label: String,
    /// The number of columns.
    pub columns: u8,
    pub collapsible: bool,
    pub collapsed: bool,
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormField {
    pub field: String,
    pub label: Value,
    pub required: bool,
    pub readonly: bool,
    /// The field type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The number of columns it spans.
    pub col_span: u8,
    /// Always `auto`.
    pub span: String,
}
