//! Seals an artifact: from what an author sends to what is stored, hashed and served
//! (docs/wire/versions.md#publish-in-one-step steps 3 and 4, docs/wire/artifact.md#canonical-bytes,
//! docs/wire/artifact.md).
//!
//! **Invariant:** the checksum is that of the stored text, and the text carries the id and version
//! under which it is registered.

use serde_json::{Map, Value};

use crate::artifact::Artifact;
use crate::problem::{ProblemCode, Problems};
use crate::text::excerpt;
use crate::{
    Checksum, InvalidArtifact, Manifest, ManifestId, SettingsSchema, VersionNumber, canonical,
    capability, effect, metadata, seeds,
};

/// A function that reads an artifact as a runtime does that loads it, and returns the warnings for
/// its author. What it refuses, no runtime would load.
pub type ArtifactReader =
    fn(&Value, &ManifestId, &VersionNumber) -> Result<Vec<String>, InvalidArtifact>;

/// A version ready to be stored.
#[derive(Debug, Clone)]
pub struct SealedVersion {
    /// The bytes that are stored, hashed and served.
    pub manifest_json: String,
    /// The SHA-256 of `manifest_json`.
    pub checksum: Checksum,
    /// Its manifest.
    pub manifest: Manifest,
    /// Warnings for the author.
    pub warnings: Vec<String>,
}

/// Seals the artifact of the CLI's one-shot publish (docs/wire/versions.md#publish-in-one-step,
/// bundle form).
///
/// The id and version of the registration replace those of the artifact, with a warning where
/// they differed; the text is canonical JSON.
pub fn seal_bundle(
    mut bundle: Value,
    id: &ManifestId,
    version: &VersionNumber,
    reader: ArtifactReader,
) -> Result<SealedVersion, InvalidArtifact> {
    let identity = require_identity(Artifact::of(&bundle)?);
    let mut warnings = Vec::new();
    register_as(&mut bundle, "id", id.as_str(), &mut warnings);
    register_as(&mut bundle, "version", version.as_str(), &mut warnings);
    warnings.extend(reader(&bundle, id, version)?);
    identity?;
    let manifest = Manifest::read(&bundle, id, version)?;
    let manifest_json = canonical(&bundle);
    let checksum = Checksum::of(manifest_json.as_bytes());
    Ok(SealedVersion { manifest_json, checksum, manifest, warnings })
}

/// Seals a `manifestJson` that was sent as a string (docs/wire/versions.md#publish-in-one-step,
/// seed form; docs/wire/artifact.md#canonical-bytes): stored verbatim, so its id and version must
/// already be the registered ones.
pub fn seal_text(
    text: String,
    id: &ManifestId,
    version: &VersionNumber,
    reader: ArtifactReader,
) -> Result<SealedVersion, InvalidArtifact> {
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        InvalidArtifact::at("manifestJson", format!("is not valid JSON: {error}"))
    })?;
    let artifact = Artifact::of(&value)?;
    let mut problems = Problems::default();
    require(artifact, "id", id.as_str(), &mut problems);
    require(artifact, "version", version.as_str(), &mut problems);
    problems.none_or(())?;
    let warnings = reader(&value, id, version)?;
    let manifest = Manifest::read(&value, id, version)?;
    let checksum = Checksum::of(text.as_bytes());
    Ok(SealedVersion { manifest_json: text, checksum, manifest, warnings })
}

/// Checks an artifact that is to be loaded rather than stored: all rules of sealing, without the
/// bytes. Returns the manifest and warnings.
pub fn check_artifact(
    artifact: &Value,
    id: &ManifestId,
    version: &VersionNumber,
) -> Result<(Manifest, Vec<String>), InvalidArtifact> {
    let mut warnings = Vec::new();
    let manifest = check(Artifact::of(artifact)?, id, version, &mut warnings)?;
    Ok((manifest, warnings))
}

/// Checks an artifact that a runtime installed before, which may be older than the rules about
/// seeds and about properties without effect: it goes on running, and the runtime writes none of
/// the seeds that they refuse.
pub fn check_stored_artifact(
    artifact: &Value,
    id: &ManifestId,
    version: &VersionNumber,
) -> Result<(Manifest, Vec<String>), InvalidArtifact> {
    let mut warnings = Vec::new();
    let manifest = check_parts(Artifact::of(artifact)?, id, version, &mut warnings)?;
    Ok((manifest, warnings))
}

/// Checks the rules that do not depend on how the artifact was sent.
fn check(
    artifact: Artifact<'_>,
    id: &ManifestId,
    version: &VersionNumber,
    warnings: &mut Vec<String>,
) -> Result<Manifest, InvalidArtifact> {
    let manifest = check_parts(artifact, id, version, warnings)?;
    let mut problems = Problems::default();
    seeds::check(artifact, manifest.effective_namespace().as_ref(), &mut problems);
    capability::check(artifact, &mut problems);
    effect::find_refused(artifact, &mut problems);
    warnings.extend(effect::list_statements(artifact));
    problems.none_or(manifest)
}

/// Checks all of an artifact but its seeds.
fn check_parts(
    artifact: Artifact<'_>,
    id: &ManifestId,
    version: &VersionNumber,
    warnings: &mut Vec<String>,
) -> Result<Manifest, InvalidArtifact> {
    refuse_several_packages(artifact)?;
    let manifest = Manifest::read_artifact(artifact, id, version)?;
    let mut problems = Problems::default();
    metadata::check(artifact, &manifest, &mut problems, warnings);
    if let Some(schema) = &manifest.configuration_schema
        && let Err(found) = SettingsSchema::parse_at(&artifact.path("configurationSchema"), schema)
    {
        problems.extend(found);
    }
    problems.none_or(manifest)
}

/// Checks that an artifact holds one package (docs/wire/artifact.md#several-packages).
fn refuse_several_packages(artifact: Artifact<'_>) -> Result<(), InvalidArtifact> {
    let Some(packages) = artifact.get("packages") else { return Ok(()) };
    if packages.value.as_array().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    let mut problems = Problems::default();
    problems.add_as(
        ProblemCode::MultiPackage,
        "packages",
        "an artifact with several packages cannot be published; publish each as its own artifact",
    );
    problems.none_or(())
}

/// Checks that a bundle says which package it is. Its version may be that of the registration.
fn require_identity(artifact: Artifact<'_>) -> Result<(), InvalidArtifact> {
    if artifact.get("id").is_some() || artifact.get("name").is_some() {
        return Ok(());
    }
    let message = "is no package: `id` and `name` are missing; send the artifact that `os compile` \
                   writes";
    Err(InvalidArtifact::at(artifact.path("id"), message))
}

/// Writes the registered id or version into the `manifest` block, or to the top level of a flat
/// artifact; beside a block, the top level only if it has one
/// (docs/wire/versions.md#publish-in-one-step, step 3).
fn register_as(bundle: &mut Value, key: &str, registered: &str, warnings: &mut Vec<String>) {
    let Some(outer) = bundle.as_object_mut() else { return };
    if let Some(Value::Object(block)) = outer.get_mut("manifest") {
        replace(block, key, registered, warnings);
        if !outer.contains_key(key) {
            return;
        }
    }
    replace(outer, key, registered, warnings);
}

fn replace(
    level: &mut Map<String, Value>,
    key: &str,
    registered: &str,
    warnings: &mut Vec<String>,
) {
    let before = level.insert(key.to_owned(), registered.into());
    let declared = match &before {
        None | Some(Value::Null) => return,
        Some(Value::String(declared)) if declared == registered => return,
        Some(Value::String(declared)) => excerpt(declared),
        Some(other) => excerpt(&other.to_string()),
    };
    let warning =
        format!("the artifact declares {key} `{declared}`; it is published as `{registered}`");
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
}

/// Checks that what [`register_as`] would write is already there.
fn require(artifact: Artifact<'_>, key: &str, registered: &str, problems: &mut Problems) {
    let mut found = false;
    for (path, value) in artifact.on_both_levels(key) {
        found = true;
        if value != registered {
            let declared = excerpt(&value.to_string());
            let message = format!(
                "is {declared}, but the version is registered as `{registered}`; the text is stored as \
                 it is, so they must be the same"
            );
            problems.add(path, message);
        }
    }
    if !found {
        problems.add(artifact.path(key), format!("is missing; it must be `{registered}`"));
    }
}

#[cfg(test)]
mod tests;
