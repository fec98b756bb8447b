//! Bodies of the `version` endpoints.

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Creates a version: published at once with `bundle`, a draft with `manifest_json`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreateVersion {
    pub version: String,
    /// The compiled artifact, `dist/objectstack.json`.
    pub bundle: Option<Value>,
    /// `package`; plugins are not supported.
    pub artifact_kind: Option<String>,
    /// The manifest of a draft, as a JSON string.
    pub manifest_json: Option<String>,
    /// Plugins are not supported.
    pub osplugin: Option<String>,
    /// Markdown.
    #[schemars(extend("maxLength" = limits::MAX_RELEASE_NOTES_CHARS))]
    pub release_notes: Option<String>,
    /// Also true when the version number has a `-` part.
    pub is_pre_release: bool,
    /// Submits it for a listing.
    pub submit_for_review: bool,
    /// Lists it without a review; platform administrators only.
    pub auto_approve: bool,
    /// An environment to install it in.
    pub install_env_id: Option<String>,
    pub seed_sample_data: bool,
    /// The package of the URL, again.
    pub package_id: Option<String>,
    /// Replaced by who is signed in.
    pub created_by: Option<String>,
    /// Replaced by who is signed in.
    pub published_by: Option<String>,
}

/// Updates a draft. Absent members stay unchanged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateVersion {
    pub manifest_json: Option<String>,
    #[schemars(extend("maxLength" = limits::MAX_RELEASE_NOTES_CHARS))]
    pub release_notes: Option<String>,
    pub is_pre_release: Option<bool>,
}

/// Publishes a draft.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublishVersion {
    /// Replaced by who is signed in.
    pub published_by: Option<String>,
}

/// Deprecates a version, with a reason.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeprecateVersion {
    #[schemars(extend("maxLength" = limits::MAX_REASON_CHARS))]
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
    /// The stored text; in responses about one version only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_json: Option<String>,
    /// The size of `manifest_json`, in bytes.
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
    /// The reasons of the review for rejecting it.
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
    /// `false` when the same content was published before.
    pub created: bool,
    /// Problems that did not prevent the change.
    pub warnings: Vec<String>,
    /// The installation, if one was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstalledOnPublish>,
    #[serde(flatten)]
    pub version: Version,
}

/// The installation that a publish made.
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
    /// The number of versions on all pages.
    pub total: i64,
    /// The cursor of the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The query of a list of versions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ListVersions {
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
    pub limit: Option<i64>,
    /// The `next_cursor` of the previous response.
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
