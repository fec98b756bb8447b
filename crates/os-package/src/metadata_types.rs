//! The kinds of metadata that an artifact has and that its manifest declares.

use crate::artifact::Artifact;
use crate::kind;
use crate::problem::Problems;
use crate::text::listing;
use serde_json::Value;
use std::collections::HashSet;

/// Returns the kinds of metadata present in an artifact, in the order of the table of kinds.
pub fn metadata_types(artifact: &Value) -> Vec<String> {
    Artifact::of(artifact).map(present_types).unwrap_or_default()
}

fn present_types(artifact: Artifact<'_>) -> Vec<String> {
    let is_present = |key| match artifact.collection(key).map(|member| member.value) {
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(items)) => !items.is_empty(),
        _ => false,
    };
    let present = kind::in_artifacts().filter(|(collection, _)| is_present(collection));
    present.map(|(_, kind)| kind.name.to_owned()).collect()
}

/// Reads `metadataTypes`: computed when absent, checked when present
/// (docs/wire/manifest.md#metadata-kinds). It may name kinds that are absent, and names in the
/// plural.
pub fn declared_types(artifact: Artifact<'_>, problems: &mut Problems) -> Vec<String> {
    let present = present_types(artifact);
    let Some(member) = artifact.get("metadataTypes") else { return present };
    let path = artifact.path("metadataTypes");
    let texts = member.value.as_array().map(|items| items.iter().map(Value::as_str).collect());
    let Some(Some(texts)) =
        texts.map(|texts: Vec<_>| texts.into_iter().collect::<Option<Vec<_>>>())
    else {
        problems.add(path, "must be a list of types, such as `[\"object\", \"view\"]`");
        return present;
    };
    let singular = |text| kind::of_collection(text).map_or(text, |kind| kind.name);
    let mut declared: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for kind in texts.into_iter().map(singular).filter(|kind| seen.insert(*kind)) {
        declared.push(kind.to_owned());
    }
    let absent: Vec<_> = present.iter().filter(|kind| !seen.contains(kind.as_str())).collect();
    if !absent.is_empty() {
        let message = format!(
            "lacks {}, which the artifact holds; add what is missing or leave `metadataTypes` out",
            listing(&absent)
        );
        problems.add(path, message);
    }
    declared
}
