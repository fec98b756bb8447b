//! Bodies of the `install-local` endpoints of a runtime
//! (docs/wire/runtime-install.md#install-local).

use super::health::QuarantinedPackage;
use crate::desired::KeptData;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Installs a package of the catalog, or an artifact. A member of another type counts as
/// absent, as in the original.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct InstallRequest {
    /// A package of the catalog, such as `com.acme.crm`.
    #[serde(deserialize_with = "string")]
    #[schemars(with = "Option<String>")]
    pub package_id: Option<String>,
    /// A version of that package; `latest` by default.
    #[serde(deserialize_with = "string")]
    #[schemars(with = "Option<String>")]
    pub version_id: Option<String>,
    /// The artifact to install instead of a package of the catalog.
    #[serde(deserialize_with = "object")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub manifest: Option<Value>,
    /// The settings of the package; those of the version before by default.
    pub settings: Option<Value>,
    /// `false`: the seeds are not loaded.
    #[serde(deserialize_with = "boolean")]
    #[schemars(with = "Option<bool>")]
    pub seed_sample_data: Option<bool>,
    /// Without effect: names that must be unique are checked when records are written.
    pub confirm_global_uniques: Option<Value>,
}

fn string<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned))
}

fn object<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Some(Value::deserialize(deserializer)?).filter(Value::is_object))
}

fn boolean<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_bool())
}

/// The outcome of an install.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallResult {
    pub manifest_id: String,
    /// The id by which the package was requested.
    pub package_id: String,
    pub version: String,
    pub version_id: String,
    pub installed_at: DateTime<Utc>,
    /// Always `true`: the package is live.
    pub hot_loaded: bool,
    /// `previous-marketplace-version` after an upgrade.
    pub upgraded_from: Option<String>,
    /// The version that was replaced.
    pub previous_version: Option<String>,
    /// The number of languages that the package is translated into.
    pub translations_loaded: usize,
    pub seeded: SeedResult,
    /// Data that the version no longer uses and the runtime kept.
    pub kept: Vec<KeptData>,
    /// Kinds of metadata in the package that this runtime stores and does not run.
    pub not_running: Vec<String>,
    /// Problems that did not prevent the install.
    pub warnings: Vec<String>,
    /// The data folder of the runtime.
    pub storage_dir: String,
    /// The next step, for people.
    pub note: String,
}

/// The outcome of loading the seeds of a package.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SeedResult {
    Loaded(LoadedSeeds),
    Skipped(SkippedSeeds),
}

/// No seed was loaded.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SkippedSeeds {
    /// Always `skipped`.
    pub mode: String,
    /// `no-datasets`, `already-installed`, `not-wanted` or `disabled`.
    pub reason: String,
}

/// The seeds were loaded, except for those that failed.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadedSeeds {
    pub inserted: u64,
    pub updated: u64,
    pub skipped: u64,
    pub errors: u64,
    /// The first 100 errors.
    pub error_list: Vec<SeedError>,
    /// References to records that do not exist.
    pub dropped_refs: u64,
    pub datasets: Vec<DatasetResult>,
    /// Always `inline`.
    pub mode: String,
}

/// The outcome of loading one dataset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatasetResult {
    pub object: String,
    /// `insert`, `update`, `upsert`, `ignore` or `replace`.
    pub mode: String,
    pub inserted: u64,
    pub updated: u64,
    pub skipped: u64,
    pub errored: u64,
    pub total: u64,
    pub references_resolved: u64,
    pub references_deferred: u64,
    pub references_dropped: u64,
}

/// A seed record, or one of its references, that was not loaded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeedError {
    pub source_object: String,
    pub field: Option<String>,
    pub target_object: Option<String>,
    pub target_field: Option<String>,
    pub attempted_value: Value,
    /// The position of the record in its dataset, from 0.
    pub record_index: usize,
    pub message: String,
}

/// Everything that is installed from the ledger.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstalledPackages {
    pub total: usize,
    pub items: Vec<InstalledPackage>,
    /// The data folder of the runtime; for its owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_dir: Option<String>,
    /// Packages that could not be loaded; for the owner only.
    #[serde(rename = "setAside", default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<Vec<QuarantinedPackage>>,
}

/// A package that is installed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstalledPackage {
    pub package_id: String,
    pub version_id: String,
    pub manifest_id: String,
    pub version: String,
    pub installed_at: DateTime<Utc>,
    pub with_sample_data: bool,
    pub enabled: bool,
    /// For the owner of the runtime only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_by: Option<Option<String>>,
}

/// The package is unloaded; its data stays.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UninstalledPackage {
    pub manifest_id: String,
    /// The next step, for people.
    pub note: String,
}

/// The sample data was loaded again.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReseededData {
    pub manifest_id: String,
    pub inserted: u64,
    pub updated: u64,
    pub errors: u64,
    /// The first 100 errors.
    pub error_list: Vec<SeedError>,
    /// Always `true`.
    pub with_sample_data: bool,
}

/// The sample data was deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PurgedData {
    pub deleted: u64,
    /// Records that were gone already, or were there before seeding.
    pub skipped: u64,
    pub errors: u64,
    pub manifest_id: String,
    /// Always `false`.
    pub with_sample_data: bool,
}
