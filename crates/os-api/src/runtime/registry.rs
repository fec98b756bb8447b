//! Bodies of the `registry` endpoints of a runtime (docs/wire/registry.md#registry-endpoints).

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Publishes a version of a package to the registry.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublishToRegistry {
    /// With `id` and `version`; required.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub manifest: Value,
    /// `{objects?, views?, apps?, flows?, agents?, tools?, translations?}`; required.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub metadata: Value,
}

/// The version that was published.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PublishedToRegistry {
    pub message: String,
    pub package: RegistryVersion,
    /// The reasons why no runtime would install it, or the warnings of an install.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A version with the hash of its content.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RegistryVersion {
    pub id: String,
    pub version: String,
    /// The SHA-256 of manifest and metadata, hex.
    pub hash: String,
}

/// A version of a package, as the registry keeps it. In snake_case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PackageRecord {
    /// The id in the manifest.
    pub id: String,
    pub version: String,
    /// JSON text; [`PackageRecord::manifest`] parses it.
    #[schemars(with = "Map<String, Value>")]
    pub manifest: Box<RawValue>,
    /// JSON text; [`PackageRecord::metadata`] parses it.
    #[schemars(with = "Map<String, Value>")]
    pub metadata: Box<RawValue>,
    /// The SHA-256 of both, hex.
    pub hash: String,
    /// The time at which this version was first published, `2026-01-31 12:00:00.000000` in UTC. No
    /// two versions have the same timestamp, and later versions have greater ones.
    pub created_at: String,
    /// The time at which it was last published.
    pub updated_at: String,
}

impl PackageRecord {
    /// Parses the manifest into a type of the caller: a [`serde_json::Value`], or a struct of
    /// the fields it needs.
    ///
    /// # Errors
    /// When the manifest does not fit the type.
    pub fn manifest<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.manifest.get())
    }

    /// Parses the metadata into a type of the caller.
    ///
    /// # Errors
    /// When the metadata does not fit the type.
    pub fn metadata<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.metadata.get())
    }
}

/// The latest version of every package, the newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RegistryPackages<P> {
    pub packages: Vec<P>,
    pub total: usize,
}

/// The version of a package that is read or deleted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegistryVersionQuery {
    /// Read: a version number or `latest`, the default. Delete: a version number; without
    /// it, all versions are deleted.
    #[schemars(extend("minLength" = 1))]
    pub version: Option<String>,
}

/// The package that was deleted from the registry.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletedFromRegistry {
    pub id: String,
    pub version: Option<String>,
    /// The number of versions.
    pub deleted: u64,
}
