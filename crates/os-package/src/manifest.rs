//! The manifest: what a version declares (docs/wire/manifest.md#fields), read from both dialects:
//! ObjectStack's `PackageManifest` and the `manifest` block of a compiled artifact
//! (docs/wire/manifest.md#manifest-block).
//!
//! **Invariant:** a [`Manifest`] has the id and version it was registered under, whatever its source
//! declares. Retired keys are ignored.

mod fields;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::artifact::Artifact;
use crate::metadata_types;
use crate::problem::Problems;
use crate::{Dependency, InvalidArtifact, ManifestId, Namespace, VersionNumber};

/// The scope of a package (docs/wire/manifest.md#fields): `cloud` and `system` of artifacts are
/// `platform`, their `project` is `environment`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Part of the platform.
    Platform,
    /// Installed into environments.
    #[default]
    Environment,
}

impl Scope {
    /// Returns its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Environment => "environment",
        }
    }
}

/// The declarations of a version (docs/wire/manifest.md#fields).
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The registered id (docs/wire/versions.md#publish-in-one-step, step 3).
    pub id: ManifestId,
    /// The registered version.
    pub version: VersionNumber,
    /// Display name; the id, if it declares none (docs/wire/cli.md#derived-values).
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// The declared prefix of object names; see [`Manifest::effective_namespace`].
    pub namespace: Option<Namespace>,
    /// `type` in the manifest; `app` by default (docs/wire/manifest.md#manifest-block).
    pub kind: String,
    /// Its scope; of the environment by default.
    pub scope: Scope,
    /// The oldest platform it runs on; falls back to the lower bound of `engines.platform` and
    /// `engine.objectstack` (docs/wire/manifest.md#fields).
    pub min_platform_version: Option<VersionNumber>,
    /// `engines` as given.
    pub engines: Option<Value>,
    /// The range for [`crate::protocol::matches`]: the first that is not empty of
    /// `engines.protocol`, `engines.platform`, `engine.objectstack`
    /// (docs/wire/dependencies.md#platform).
    pub protocol_range: Option<String>,
    /// The packages it needs, in the order of the manifest.
    pub dependencies: Vec<Dependency>,
    /// The kinds of metadata in it: declared, or else found (docs/wire/manifest.md#fields,
    /// docs/wire/manifest.md#migrations).
    pub metadata_types: Vec<String>,
    /// As given: ids, or objects with an `id` (docs/wire/manifest.md#migrations).
    pub migrations: Vec<Value>,
    /// The JSON Schema of its settings (docs/wire/manifest.md#settings), not yet compiled.
    pub configuration_schema: Option<Value>,
}

impl Manifest {
    /// Reads a manifest, flat or beside its artifact, under the id and version it is registered
    /// with. Reports all problems, not just the first.
    pub fn read(
        value: &Value,
        id: &ManifestId,
        version: &VersionNumber,
    ) -> Result<Self, InvalidArtifact> {
        Self::read_artifact(Artifact::of(value)?, id, version)
    }

    pub(crate) fn read_artifact(
        artifact: Artifact<'_>,
        id: &ManifestId,
        version: &VersionNumber,
    ) -> Result<Self, InvalidArtifact> {
        let mut problems = Problems::default();
        let name = fields::text(artifact, "name", &mut problems);
        let kind = fields::text(artifact, "type", &mut problems);
        let (platform_range, protocol_range) = fields::engines(artifact, &mut problems);
        let manifest = Self {
            id: id.clone(),
            version: version.clone(),
            name: name.unwrap_or_else(|| id.to_string()),
            description: fields::any_text(artifact, "description", &mut problems),
            namespace: fields::namespace(artifact, &mut problems),
            kind: kind.unwrap_or_else(|| "app".to_owned()),
            scope: fields::scope(artifact, &mut problems),
            min_platform_version: fields::min_platform(artifact, platform_range, &mut problems),
            engines: artifact.get("engines").map(|member| member.value.clone()),
            protocol_range,
            dependencies: fields::dependencies(artifact, &mut problems),
            metadata_types: metadata_types::declared_types(artifact, &mut problems),
            migrations: fields::migrations(artifact, &mut problems),
            configuration_schema: fields::schema(artifact, &mut problems),
        };
        problems.none_or(manifest)
    }

    /// Returns the prefix its objects must have: the declared one, or else the one derived from its
    /// id (docs/wire/names.md#namespaces).
    pub fn effective_namespace(&self) -> Option<Namespace> {
        self.namespace.clone().or_else(|| Namespace::derive(&self.id))
    }
}

#[cfg(test)]
mod tests;
