//! Bodies of the `meta` endpoints of a runtime (docs/wire/metadata.md#metadata-items). Bare.

use super::package::RuntimePackage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The package whose items are read, and the language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MetadataQuery {
    /// The package that asks, or whose items are listed.
    #[schemars(extend("minLength" = 1))]
    pub package: Option<String>,
    /// A language tag such as `ja`; the `Accept-Language` header by default.
    pub locale: Option<String>,
}

/// The kinds of metadata.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MetadataKinds {
    /// Their names.
    pub types: Vec<String>,
    pub entries: Vec<MetadataKind>,
}

/// A kind of metadata.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetadataKind {
    #[serde(rename = "type")]
    pub name: String,
    pub label: String,
    /// The files of a project that hold it.
    pub file_patterns: Vec<String>,
    /// Always `false`.
    pub supports_overlay: bool,
    /// Always `false`.
    pub allow_org_override: bool,
    /// Always `false`.
    pub allow_runtime_create: bool,
    /// Always `false`.
    pub supports_versioning: bool,
    /// Always `false`.
    pub execution_pinned: bool,
    /// Smaller ones are loaded first.
    pub load_order: u16,
    /// `system`, `data`, `security`, `ui`, `automation` or `ai`.
    pub domain: String,
    /// Always `registry`.
    pub override_source: String,
}

/// A metadata item: the members that the protocol defines for its kind, in the reader's
/// language, with `_packageId`, `_provenance` and `_diagnostics` of the runtime.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MetadataItem(#[schemars(with = "Map<String, Value>")] pub Value);

/// A metadata item or, for the kind `package`, a package.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnyItem {
    Package(RuntimePackage),
    Item(MetadataItem),
}

/// The items of one kind.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MetadataItems {
    #[serde(rename = "type")]
    pub kind: String,
    pub items: Vec<AnyItem>,
}

/// A metadata item with its provenance. A package has `type`, `name` and `item` only.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ShownItem {
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    /// Of an object: which fields a list can be sorted by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sortability: Option<Sortability>,
    pub item: AnyItem,
    #[serde(flatten)]
    pub provenance: Option<Provenance>,
}

/// The origin of an item, and the changes that are allowed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// `full` for an item of the runtime itself, else `none`.
    pub lock: String,
    /// Always `package`.
    pub provenance: String,
    pub package_id: String,
    /// Always `false`.
    pub editable: bool,
    /// Always `false`.
    pub deletable: bool,
    /// Always `false`.
    pub resettable: bool,
}

/// The fields of an object that a list can be sorted by.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Sortability {
    /// By field.
    #[schemars(with = "BTreeMap<String, FieldSortability>")]
    pub fields: Map<String, Value>,
}

/// The answer whether a list can be sorted by a field.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldSortability {
    pub sortable: bool,
    /// The reason if it cannot: `virtual-type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The places that name an item.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct References {
    pub references: Vec<Reference>,
}

/// A place that names an item.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// The kind of the item that names it.
    #[serde(rename = "type")]
    pub item_kind: String,
    pub name: String,
    pub label: Value,
    /// The path in the item, such as `columns[].field`.
    pub path: String,
    /// The kind of the item and the member that names it.
    pub kind: String,
}

/// The changes of an item in this runtime: none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ItemHistory {
    pub events: Vec<Value>,
}

/// The difference between an item and its package: none.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemDiff {
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    /// Always null.
    pub from_version: Option<String>,
    /// Always null.
    pub to_version: Option<String>,
    pub added: Vec<Value>,
    pub removed: Vec<Value>,
    pub changed: Vec<Value>,
}

/// Unpublished changes: none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct MetadataDrafts {
    pub drafts: Vec<Value>,
}

/// The number of items of each kind in the runtime.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetadataDiagnostics {
    /// Problems: none, because a package with problems is not installed.
    pub entries: Vec<Value>,
    pub total: usize,
    pub scanned_types: usize,
    pub scanned_items: usize,
    /// By kind.
    #[schemars(with = "BTreeMap<String, KindStatistics>")]
    pub stats: Map<String, Value>,
}

/// The number of items of one kind in the runtime.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct KindStatistics {
    pub count: usize,
    /// Always 0.
    pub locked: usize,
    /// The manifest ids of the packages that have any.
    pub packages: Vec<String>,
}
