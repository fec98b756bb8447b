//! The body of an install.

use crate::{Code, Error, Result};
use os_api::runtime::install::InstallRequest;
use os_http::extract::{typed, without_nul};
use os_package::{ManifestId, VersionNumber};
use serde_json::{Map, Value};

/// The package to install.
pub enum Request {
    /// A version of the catalog.
    Catalog { version: CatalogVersion, options: InstallOptions },
    /// An artifact.
    Inline { artifact: Value, version_id: Option<String>, options: InstallOptions },
}

/// A version of the catalog.
#[derive(Debug, Clone)]
pub struct CatalogVersion {
    /// `None` where the caller names no package.
    pub package: Option<String>,
    /// A version number, a version id or `latest`.
    pub version: String,
}

/// The options of an install.
#[derive(Clone, Default)]
pub struct InstallOptions {
    pub settings: Option<Value>,
    /// JSON pointers to secrets among them, besides those that the version marks.
    pub secret_settings: Vec<String>,
    /// `true` if a first install loads no seeds.
    pub without_seeds: bool,
    /// `true` if the package must not be installed yet.
    pub is_new: bool,
    /// `true` if it is loaded; `None`: as before.
    pub enabled: Option<bool>,
}

/// An artifact that is to be installed.
pub struct Incoming {
    pub artifact: Value,
    pub id: ManifestId,
    pub version: VersionNumber,
    pub package_id: String,
    pub version_id: String,
    pub options: InstallOptions,
}

impl Request {
    /// Reads a body, as leniently as the original: anything but a JSON object counts as an empty
    /// one.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for a character that cannot be stored; `INVALID_REQUEST` for a member
    /// that installs do not have.
    pub fn read(body: &[u8]) -> Result<Self> {
        without_nul(body)?;
        let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let body: InstallRequest =
            typed(members.into()).map_err(|error| error.with_code(Code::InvalidRequest))?;
        let options = InstallOptions {
            settings: body.settings,
            secret_settings: Vec::new(),
            without_seeds: body.seed_sample_data == Some(false),
            is_new: false,
            enabled: None,
        };
        Ok(match body.manifest {
            Some(artifact) => Self::Inline { artifact, version_id: body.version_id, options },
            None => {
                let version = body.version_id.unwrap_or_else(|| "latest".to_owned());
                let version = CatalogVersion { package: body.package_id, version };
                Self::Catalog { version, options }
            }
        })
    }
}

impl Incoming {
    /// Reads an artifact that was sent.
    ///
    /// # Errors
    /// `PLUGIN_MANIFEST_INVALID` for an id or version that is missing or malformed.
    pub fn inline(
        artifact: Value,
        version_id: Option<String>,
        options: InstallOptions,
    ) -> Result<Self> {
        Self::of(artifact, None, version_id, options, Code::ManifestInvalid)
    }

    /// Reads an artifact with its id and version, under the names it was asked for by; `code` is
    /// the error code of a bad one.
    pub fn of(
        artifact: Value,
        package_id: Option<String>,
        version_id: Option<String>,
        options: InstallOptions,
        code: Code,
    ) -> Result<Self> {
        let id = member(&artifact, "id", code)?;
        let id: ManifestId = id.parse().map_err(|error| refuse(code, "id", &error))?;
        let version = member(&artifact, "version", code)?;
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

/// Returns a member of an artifact, or else of its `manifest` block (docs/wire/artifact.md#shape).
fn member<'a>(artifact: &'a Value, key: &str, code: Code) -> Result<&'a str> {
    let found = artifact.get(key).or_else(|| artifact.get("manifest")?.get(key));
    found.and_then(Value::as_str).ok_or_else(|| {
        code.error(format!(
            "the manifest has no `{key}`; add it as a string, such as {}",
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
