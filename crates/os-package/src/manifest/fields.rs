//! The fields of a manifest, one function each, for both dialects (docs/wire/manifest.md#fields,
//! docs/wire/manifest.md#manifest-block).
//!
//! **Invariant:** a field that is absent or null has its default; one that is present and invalid is
//! a problem, never ignored.

use std::collections::HashSet;

use serde_json::Value;

use super::Scope;
use crate::artifact::Artifact;
use crate::problem::Problems;
use crate::text::excerpt;
use crate::{Dependency, Migration, Namespace, VersionNumber};

/// Reads a string that must not be empty.
pub fn text(artifact: Artifact<'_>, key: &str, problems: &mut Problems) -> Option<String> {
    let text = any_text(artifact, key, problems)?;
    if text.trim().is_empty() {
        problems.add(artifact.path(key), "must not be empty; give it a value or leave it out");
    }
    Some(text)
}

/// Reads a string that may be empty.
pub fn any_text(artifact: Artifact<'_>, key: &str, problems: &mut Problems) -> Option<String> {
    let member = artifact.get(key)?;
    let text = member.value.as_str();
    if text.is_none() {
        problems.add(artifact.path(key), "must be text");
    }
    text.map(str::to_owned)
}

/// Reads `namespace`, trimmed as in the CLI (docs/wire/cli.md#derived-values).
pub fn namespace(artifact: Artifact<'_>, problems: &mut Problems) -> Option<Namespace> {
    let text = any_text(artifact, "namespace", problems)?;
    match text.trim().parse() {
        Ok(namespace) => Some(namespace),
        Err(error) => {
            problems.add(artifact.path("namespace"), error);
            None
        }
    }
}

/// Reads `scope` in both dialects (docs/wire/manifest.md#fields).
pub fn scope(artifact: Artifact<'_>, problems: &mut Problems) -> Scope {
    match any_text(artifact, "scope", problems).as_deref() {
        None | Some("environment" | "project") => Scope::Environment,
        Some("platform" | "cloud" | "system") => Scope::Platform,
        Some(other) => {
            let message = format!(
                "`{}` is not a scope; use `project` (or `environment`) for what people install",
                excerpt(other)
            );
            problems.add(artifact.path("scope"), message);
            Scope::Environment
        }
    }
}

/// Returns the platform's range and the protocol's: of `engines.protocol`, `engines.platform` and
/// `engine.objectstack` the last two, and all three (docs/wire/manifest.md#fields,
/// docs/wire/dependencies.md#platform).
pub fn engines(
    artifact: Artifact<'_>,
    problems: &mut Problems,
) -> (Option<String>, Option<String>) {
    let mut range = |block: &str, key: &str| {
        let path = artifact.path(block);
        let engines = artifact.get(block)?.value;
        if !engines.is_object() {
            problems.add(path, "must be an object, such as `{\"protocol\": \"^17\"}`");
            return None;
        }
        match engines.get(key)? {
            Value::Null => None,
            Value::String(range) => Some(range.trim().to_owned()).filter(|range| !range.is_empty()),
            _ => {
                problems.add(format!("{path}.{key}"), "must be a range, such as `^17`");
                None
            }
        }
    };
    let protocol = range("engines", "protocol");
    // Read once each, so that a problem is reported once.
    let platform = match artifact.get("engines").is_some_and(|member| member.value.is_object()) {
        true => range("engines", "platform"),
        false => None,
    };
    let platform = platform.or_else(|| range("engine", "objectstack"));
    (platform.clone(), protocol.or(platform))
}

/// Reads `minPlatformVersion`, or the lower bound of the platform's range
/// (docs/wire/manifest.md#fields).
pub fn min_platform(
    artifact: Artifact<'_>,
    platform_range: Option<String>,
    problems: &mut Problems,
) -> Option<VersionNumber> {
    let key = "minPlatformVersion";
    let Some(text) = any_text(artifact, key, problems) else {
        let range = platform_range?;
        let version = range.trim_start_matches(['>', '=', '~', '^']).trim();
        // `>1.2.3` begins with the version after.
        let is_lower_bound = range.starts_with(">=") || !range.starts_with('>');
        return version.parse().ok().filter(|_| is_lower_bound);
    };
    match text.parse::<VersionNumber>() {
        Ok(version) if version.as_str().len() <= 32 => Some(version),
        Ok(_) => {
            problems.add(artifact.path(key), "must not be longer than 32 characters");
            None
        }
        Err(error) => {
            problems.add(artifact.path(key), error);
            None
        }
    }
}

/// The most packages that one depends on.
const MAX_DEPENDENCIES: usize = 200;

/// Reads `dependencies`: an array, or the artifact's map from id to range
/// (docs/wire/manifest.md#fields).
pub fn dependencies(artifact: Artifact<'_>, problems: &mut Problems) -> Vec<Dependency> {
    let path = artifact.path("dependencies");
    let Some(member) = artifact.get("dependencies") else { return Vec::new() };
    let found: Vec<Dependency> = match member.value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| listed(item, &format!("{path}[{index}]"), problems))
            .collect(),
        Value::Object(map) => map
            .iter()
            .filter_map(|(id, range)| {
                let path = format!("{path}.{}", excerpt(id));
                dependency(id, &path, range.as_str(), &path, problems)
            })
            .collect(),
        _ => {
            problems.add(path, "must be a map such as `{\"com.acme.crm\": \"^1.0.0\"}`");
            return Vec::new();
        }
    };
    if found.len() > MAX_DEPENDENCIES {
        let message = format!("names {} packages; the limit is {MAX_DEPENDENCIES}", found.len());
        problems.add(path, message);
        return Vec::new();
    }
    let mut seen = HashSet::new();
    for twice in found.iter().filter(|dependency| !seen.insert(&dependency.package)) {
        let message = format!("`{}` is listed twice; keep one of them", twice.package);
        problems.add(path.as_str(), message);
    }
    found
}

/// Reads one `{packageId, versionRange, optional}`.
fn listed(item: &Value, path: &str, problems: &mut Problems) -> Option<Dependency> {
    let Some(id) = item.get("packageId").and_then(Value::as_str) else {
        problems.add(path, "must have a `packageId`, such as `com.acme.crm`");
        return None;
    };
    let range = item.get("versionRange").and_then(Value::as_str);
    let (id_path, range_path) = (format!("{path}.packageId"), format!("{path}.versionRange"));
    let found = dependency(id, &id_path, range, &range_path, problems)?;
    let optional = match item.get("optional") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(optional)) => *optional,
        Some(_) => {
            problems.add(format!("{path}.optional"), "must be true or false");
            false
        }
    };
    Some(Dependency { optional, ..found })
}

fn dependency(
    id: &str,
    id_path: &str,
    range: Option<&str>,
    range_path: &str,
    problems: &mut Problems,
) -> Option<Dependency> {
    let package = id.parse().map_err(|error| problems.add(id_path, error)).ok();
    let Some(range) = range else {
        problems.add(range_path, "must be a version range, such as `^1.0.0`");
        return None;
    };
    let range = range.parse().map_err(|error| problems.add(range_path, error)).ok();
    Some(Dependency { package: package?, range: range?, optional: false })
}

/// Reads `migrations`: ids, or objects with an `id`, in their order (docs/wire/manifest.md#fields,
/// docs/wire/manifest.md#migrations).
pub fn migrations(artifact: Artifact<'_>, problems: &mut Problems) -> Vec<Value> {
    let path = artifact.path("migrations");
    let Some(member) = artifact.get("migrations") else { return Vec::new() };
    let Some(items) = member.value.as_array() else {
        problems.add(path, "must be a list of migrations in their order");
        return Vec::new();
    };
    let mut seen = HashSet::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("{path}[{index}]");
        match Migration::read(item) {
            Err((place, message)) => problems.add(format!("{path}{place}"), message),
            Ok(Migration { id, .. }) if seen.contains(&id) => {
                problems.add(path, format!("`{}` is there twice; each runs once", excerpt(&id)));
            }
            Ok(Migration { id, .. }) => drop(seen.insert(id)),
        }
    }
    items.clone()
}

/// Reads `configurationSchema`, an object. Whether it is a valid schema is checked by
/// [`crate::SettingsSchema::parse`].
pub fn schema(artifact: Artifact<'_>, problems: &mut Problems) -> Option<Value> {
    let member = artifact.get("configurationSchema")?;
    if !member.value.is_object() {
        problems.add(artifact.path("configurationSchema"), "must be a JSON Schema (an object)");
    }
    Some(member.value.clone())
}
