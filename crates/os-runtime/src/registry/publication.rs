//! A version to publish.

use crate::loadable::read_artifact;
use crate::{Code, Result};
use os_package::{Checksum, ManifestId, VersionNumber, stringify};
use serde_json::Value;

/// The longest id and the longest version.
const MAX_NAME_BYTES: usize = 255;

/// A version that is to be published, checked and hashed.
#[derive(Debug, Clone)]
pub struct Publication {
    pub id: String,
    pub version: String,
    pub manifest: String,
    pub metadata: String,
    pub hash: String,
}

impl Publication {
    /// Checks and hashes a version.
    ///
    /// # Errors
    /// `PACKAGE_MANIFEST_INVALID`, `VALIDATION_ERROR`.
    pub fn read(manifest: &Value, metadata: &Value) -> Result<Self> {
        let id = name(manifest, "id", "com.acme.crm")?;
        let version = name(manifest, "version", "1.0.0")?;
        if version == super::LATEST {
            return Err(Code::PackageManifestInvalid.error(
                "`version` of the manifest: `latest` stands for the newest version; use a number such as `1.0.0`",
            ));
        }
        if !metadata.is_object() {
            return Err(Code::ValidationError.error(
                "`metadata` must be an object of lists, such as `{\"objects\": []}`; send `{}` without any",
            ));
        }
        let (manifest, metadata) = (stringify(manifest), stringify(metadata));
        let both = format!("{{\"manifest\":{manifest},\"metadata\":{metadata}}}");
        os_http::extract::without_nul(both.as_bytes())?;
        let hash = Checksum::of(both.as_bytes()).to_string();
        Ok(Self { id, version, manifest, metadata, hash })
    }
}

/// Returns why no runtime would install a version, or what it would warn of. The registry keeps
/// packages of any kind, so that it says so and refuses none (docs/wire/registry.md#registry-endpoints).
pub fn notes(manifest: &Value, metadata: &Value) -> Vec<String> {
    let unusable = |why: String| vec![format!("no runtime of this version installs it: {why}")];
    let text = |key: &str| manifest[key].as_str().unwrap_or_default();
    let id: ManifestId = match text("id").parse() {
        Ok(id) => id,
        Err(error) => return unusable(format!("`id`: {error}")),
    };
    let version: VersionNumber = match text("version").parse() {
        Ok(version) => version,
        Err(error) => return unusable(format!("`version`: {error}")),
    };
    let mut artifact = metadata.clone();
    artifact["manifest"] = manifest.clone();
    read_artifact(&artifact, &id, &version).unwrap_or_else(|error| unusable(error.to_string()))
}

fn name(manifest: &Value, key: &str, example: &str) -> Result<String> {
    let refuse = |what: &str| {
        Code::PackageManifestInvalid
            .error(format!("Invalid manifest: `{key}` {what}, such as `{example}`"))
    };
    match manifest.get(key) {
        None | Some(Value::Null) => Err(refuse("is missing; add it as a string")),
        Some(Value::String(text)) if text.trim().is_empty() => {
            Err(refuse("is empty; id and version are required"))
        }
        Some(Value::String(text)) if text.len() > MAX_NAME_BYTES => {
            Err(refuse("is longer than 255 bytes; use a shorter one"))
        }
        Some(Value::String(text)) if text.chars().any(char::is_control) => {
            Err(refuse("has control characters; use printable characters"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(refuse("is not a string; write it in quotes")),
    }
}
