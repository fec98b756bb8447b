//! Bodies of the `catalog` endpoints (docs/wire/catalog.md#catalog-endpoints).

use crate::limits;
use crate::package::Translations;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A package in the marketplace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CatalogPackage {
    pub id: Uuid,
    pub manifest_id: String,
    pub display_name: String,
    pub description: Option<String>,
    pub tagline: Option<String>,
    pub category: Option<String>,
    /// A JSON array as a string, as the original's clients expect it.
    pub tags: String,
    pub icon_url: Option<String>,
    pub homepage_url: Option<String>,
    pub license: Option<String>,
    pub publisher: String,
    pub visibility: String,
    pub is_starter: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub translations: Option<Translations>,
    pub latest_version: Option<CatalogVersion>,
    /// Markdown; not part of lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<String>,
}

/// A version in the marketplace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CatalogVersion {
    pub id: Uuid,
    pub version: String,
    pub status: String,
    /// Called `is_pre_release` in other bodies.
    pub is_prerelease: bool,
    pub checksum: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub release_notes: Option<String>,
    pub listing_status: String,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub artifact_kind: String,
    pub contains_code: bool,
    pub runtime: Option<String>,
    pub packaging: Option<String>,
    pub permissions: Option<Value>,
    pub engines: Option<Value>,
    pub signed: bool,
    pub platform_verified: bool,
}

/// One page of the catalog.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CatalogPage {
    pub items: Vec<CatalogPackage>,
    pub total: i64,
    pub limit: i64,
    pub offset: i64,
}

/// A package with its versions, the highest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CatalogDetail {
    pub package: CatalogPackage,
    pub versions: Vec<CatalogVersion>,
}

/// The query of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListCatalog {
    /// Words to search for; each matches the start of a word.
    pub q: Option<String>,
    pub category: Option<String>,
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
    pub limit: Option<i64>,
    #[schemars(extend("minimum" = 0, "maximum" = limits::MAX_OFFSET_ROWS))]
    pub offset: Option<i64>,
}

/// The artifact of a version.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CatalogManifest {
    pub version_id: Uuid,
    pub version: String,
    /// The SHA-256 of the bytes of `manifest` in this response, hex.
    pub checksum: String,
    pub manifest: Value,
}
