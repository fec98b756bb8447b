//! Bodies of the `version` endpoints.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Makes a version: with `bundle` it is published at once, with `manifest_json`
/// it is a draft.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CreateVersion {
    pub version: String,
    /// The compiled artifact, `dist/objectstack.json`.
    pub bundle: Option<Value>,
    /// `package`; plugins are not supported.
    pub artifact_kind: Option<String>,
    /// The manifest of a draft, as text.
    pub manifest_json: Option<String>,
    /// Plugins are not supported.
    pub osplugin: Option<String>,
    /// Markdown.
    pub release_notes: Option<String>,
    /// Also true when the version has a `-` part.
    pub is_pre_release: bool,
    /// Asks for a place in the marketplace.
    pub submit_for_review: bool,
    /// Lists it without a review; platform administrators only.
    pub auto_approve: bool,
    /// An environment to install it in afterwards.
    pub install_env_id: Option<String>,
    pub seed_sample_data: bool,
}

/// Changes a draft. What is left out stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UpdateVersion {
    pub manifest_json: Option<String>,
    pub release_notes: Option<String>,
    pub is_pre_release: Option<bool>,
}

/// Says why a version should no longer be installed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DeprecateVersion {
    pub reason: Option<String>,
}

/// A version.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    pub id: Uuid,
    pub package_id: Uuid,
    pub version: String,
    /// `draft`, `published` or `deprecated`.
    pub status: String,
    pub is_pre_release: bool,
    /// `draft`, `pending_review`, `approved` or `rejected`.
    pub listing_status: String,
    /// SHA-256 of `manifest_json`, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// The frozen text; in answers about one version only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_json: Option<String>,
    /// Bytes of `manifest_json`.
    pub size: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_platform_version: Option<String>,
    /// `platform` or `environment`.
    pub scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engines: Option<Value>,
    /// `package`.
    pub artifact_kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecation_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_notes: Option<String>,
    /// Why the review refused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejection_reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: String,
}

/// The answer to [`CreateVersion`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedVersion {
    /// False when the same content was published before.
    pub created: bool,
    /// What one should know although it was done.
    pub warnings: Vec<String>,
    /// Where it was installed, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstalledOnPublish>,
    #[serde(flatten)]
    pub version: Version,
}

/// Where a version was installed when it was published.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InstalledOnPublish {
    pub environment_id: String,
    pub installation_id: String,
}

/// The answer around [`CreatedVersion`]: `violations` stands beside `data`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedVersionAnswer {
    pub success: bool,
    pub data: CreatedVersion,
    /// Always empty on success; the original's clients read it.
    pub violations: Vec<String>,
}

/// One version.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionDetail {
    pub version: Version,
}

/// One page of versions, the highest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Versions {
    pub versions: Vec<Version>,
    /// How many there are on all pages.
    pub total: i64,
    /// Ask for the next page with it; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What versions to list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListVersions {
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `manifest_json` adds the text to each row.
    pub include: Option<String>,
}

/// The manifest of a version, byte for byte as it is stored.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionManifest {
    pub version_id: Uuid,
    pub version: String,
    /// SHA-256 of the bytes of `manifest`, hex.
    pub checksum: Option<String>,
    pub manifest: Value,
}
