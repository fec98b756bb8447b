//! Bodies of the `packages` endpoints of a runtime
//! (docs/wire/runtime-install.md#packages-of-a-runtime).

use chrono::{DateTime, Utc};
use os_package::ShownSettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The filter of a list of packages.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PackageQuery {
    /// `installed` or `disabled`.
    pub status: Option<String>,
    /// The type of a package, such as `app`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `true` or `false`.
    pub enabled: Option<String>,
}

/// The packages of a runtime.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuntimePackages {
    pub total: usize,
    pub packages: Vec<RuntimePackage>,
}

/// A package of a runtime.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuntimePackage {
    /// The flat manifest; in lists without the metadata items.
    pub manifest: Map<String, Value>,
    /// `installed` or `disabled`.
    pub status: String,
    pub enabled: bool,
    pub installed_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub installed_version: String,
    /// Without secrets.
    #[schemars(with = "Value")]
    pub settings: ShownSettings,
    /// Always `false`: packages are changed by their next version.
    pub writable: bool,
    /// The time of its last change after its installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_changed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
}

/// Installs a package that is sent whole.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct InstallManifest {
    /// The artifact. Without a version it is 0.1.0.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub manifest: Value,
    pub settings: Option<Value>,
    /// `true` if it is loaded; as before by default.
    pub enable_on_install: Option<bool>,
    /// `true` if it may replace a version that is installed.
    pub overwrite: bool,
}

/// The package is deleted; its data stays.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedPackage {
    /// Always `true`.
    pub success: bool,
    /// Always `true`.
    pub registry_removed: bool,
    pub persisted: PersistedRemoval,
}

/// The data that was deleted beside the package: none.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersistedRemoval {
    /// Always `true`.
    pub success: bool,
    pub deleted_count: u64,
    pub failed_count: u64,
    pub deleted: Vec<String>,
    pub failed: Vec<String>,
    pub cleanups: Vec<String>,
}

/// A flat manifest with its metadata items, without members that only a runtime adds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ExportedManifest(pub Map<String, Value>);

/// The commits of a package: none, because it is changed by its next version.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PackageCommits {
    pub commits: Vec<Value>,
}

/// Suggested permission sets: none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SuggestedBindings {
    pub items: Vec<Value>,
    pub total: usize,
    pub suggestions: Vec<Value>,
}
