//! A version to publish.

use crate::{Code, Result};
use os_package::{Checksum, stringify};
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
