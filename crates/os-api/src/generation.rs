//! Bodies of the `generation` endpoints (docs/wire/generations.md).

use chrono::{DateTime, Utc};
use os_package::ShownSettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A generation, without its packages.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GenerationSummary {
    /// 1, 2, 3, … without gaps.
    pub number: i64,
    /// The change that made it: `upgrade com.acme.crm 1.0.0 → 1.1.0`.
    pub cause: String,
    /// The generation that it restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<i64>,
    pub is_current: bool,
    pub package_count: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
}

/// One page of the generations of an environment, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Generations {
    pub generations: Vec<GenerationSummary>,
    /// The number of the current one; 0 before the first.
    pub current: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A generation with its packages.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Generation {
    #[serde(flatten)]
    pub summary: GenerationSummary,
    pub packages: Vec<GenerationPackage>,
}

/// One generation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneGeneration {
    pub generation: Generation,
    /// The reason why nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A package of a generation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GenerationPackage {
    /// The manifest id.
    pub package_id: String,
    pub package_row_id: Uuid,
    pub package_version_id: Uuid,
    pub version: String,
    /// The SHA-256 of its artifact, hex.
    pub checksum: String,
    pub enabled: bool,
    pub with_sample_data: bool,
    /// Without secrets.
    #[schemars(with = "Value")]
    pub settings: ShownSettings,
}

/// The difference between two generations.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GenerationDiff {
    pub from: i64,
    pub to: i64,
    pub added: Vec<PackageAt>,
    pub removed: Vec<PackageAt>,
    pub upgraded: Vec<PackageMoved>,
    pub downgraded: Vec<PackageMoved>,
    /// Manifest ids.
    pub enabled: Vec<String>,
    /// Manifest ids.
    pub disabled: Vec<String>,
    pub settings_changed: Vec<PackageSettingsChanged>,
}

/// A package at a version.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageAt {
    pub package_id: String,
    pub version: String,
}

/// A package that moved from one version to another.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageMoved {
    pub package_id: String,
    pub from: String,
    pub to: String,
}

/// The settings of a package that differ, without their values.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageSettingsChanged {
    pub package_id: String,
    pub keys: Vec<String>,
}

/// Restores a generation, as a new one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreGeneration {
    /// The current generation, as the caller knows it; another one is a conflict.
    pub expected_current: Option<i64>,
}
