//! What a caller asks to be installed.

use crate::{Code, Error, Result};
use os_http::extract::without_nul;
use os_package::{ManifestId, VersionNumber};
use serde_json::{Map, Value};

/// The body of an install, as lenient as the original reads it.
pub enum Request {
    /// A package of the catalog; `None` where the body names nothing.
    Catalog { package: Option<String>, version: String, options: Options },
    /// An artifact.
    Inline { artifact: Value, version_id: Option<String>, options: Options },
}

/// What goes with either.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub settings: Option<Value>,
    /// Whether the seeds are loaded, where it is a first install.
    pub without_seeds: bool,
    /// Whether it must not be installed yet.
    pub is_new: bool,
    /// Whether it is loaded; as before where nothing is said.
    pub enabled: Option<bool>,
}

/// An artifact that is to be installed, wherever it came from.
pub struct Incoming {
    pub artifact: Value,
    pub id: ManifestId,
    pub version: VersionNumber,
    pub package_id: String,
    pub version_id: String,
    pub options: Options,
}

impl Request {
    /// Reads a body. What is no JSON object counts as an empty one.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for a character that cannot be stored.
    pub fn read(body: &[u8]) -> Result<Self> {
        without_nul(body)?;
        let mut body: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let text = |body: &Map<String, Value>, key: &str| {
            let text = body.get(key).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let version = text(&body, "versionId");
        let package = text(&body, "packageId");
        let options = Options {
            settings: body.remove("settings").filter(|settings| !settings.is_null()),
            without_seeds: body.get("seedSampleData") == Some(&Value::Bool(false)),
            is_new: false,
            enabled: None,
        };
        match (body.remove("manifest"), package) {
            (Some(artifact @ Value::Object(_)), _) => {
                Ok(Self::Inline { artifact, version_id: version, options })
            }
            (_, package) => {
                let version = version.unwrap_or_else(|| "latest".to_owned());
                Ok(Self::Catalog { package, version, options })
            }
        }
    }
}

impl Incoming {
    /// An artifact that was posted.
    ///
    /// # Errors
    /// `PLUGIN_MANIFEST_INVALID` for an id or version that is missing or malformed.
    pub fn inline(artifact: Value, version_id: Option<String>, options: Options) -> Result<Self> {
        Self::of(artifact, None, version_id, options, Code::ManifestInvalid)
    }

    /// An artifact with the id and version it says, under the names it was asked
    /// for by; `code` is what a bad one is refused with.
    pub fn of(
        artifact: Value,
        package_id: Option<String>,
        version_id: Option<String>,
        options: Options,
        code: Code,
    ) -> Result<Self> {
        let id = said(&artifact, "id", code)?;
        let id: ManifestId = id.parse().map_err(|error| refuse(code, "id", &error))?;
        let version = said(&artifact, "version", code)?;
        let version: VersionNumber =
            version.parse().map_err(|error| refuse(code, "version", &error))?;
        Ok(Self {
            package_id: package_id.unwrap_or_else(|| id.to_string()),
            version_id: version_id.unwrap_or_else(|| version.to_string()),
            artifact,
            id,
            version,
            options,
        })
    }
}

/// What an artifact says outside, or else in its `manifest` block (contract §5.1).
fn said<'a>(artifact: &'a Value, key: &str, code: Code) -> Result<&'a str> {
    let found = artifact.get(key).or_else(|| artifact.get("manifest")?.get(key));
    found.and_then(Value::as_str).ok_or_else(|| {
        code.error(format!(
            "the manifest has no `{key}`; add it as text, such as {}",
            match key {
                "id" => "`com.acme.crm`",
                _ => "`1.0.0`",
            }
        ))
    })
}

fn refuse(code: Code, key: &str, error: &dyn std::fmt::Display) -> Error {
    code.error(format!("`{key}` of the manifest: {error}"))
}
