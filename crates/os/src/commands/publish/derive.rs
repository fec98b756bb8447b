//! How an artifact gets its id, version, namespace and name (contract §5.6).

use super::project::Project;
use crate::cli::{Publish, Visibility};
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::path::Path;

/// What will be published, and under which name.
#[derive(Debug, PartialEq)]
pub struct Identity {
    pub manifest_id: String,
    pub version: String,
    pub namespace: Option<String>,
    pub display_name: String,
    /// Whether it is meant for the marketplace.
    pub marketplace: bool,
}

impl Identity {
    /// Flags first, then `objectstack.manifest.json`, then the artifact.
    pub fn derive(
        artifact: &Value,
        file: &Path,
        arguments: &Publish,
        project: &Project,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let said = |name: &str| filled(artifact["manifest"][name].as_str());
        let named = filled(arguments.manifest_id.as_deref()).or(filled(project.text("manifestId")));
        let manifest_id = match named {
            Some(id) if is_manifest_id(id) => id.to_owned(),
            Some(id) => return Err(not_a_manifest_id(id)),
            None => derived_id(said("id"), said("name"), file),
        };
        let version = filled(arguments.version.as_deref()).or(said("version"));
        let version = version.map_or_else(|| dev_version(now), str::to_owned);
        let namespace = match said("namespace") {
            Some(namespace) if !is_namespace(namespace) => return Err(not_a_namespace(namespace)),
            namespace => namespace.map(str::to_owned),
        };
        let display_name = filled(arguments.listing.display_name.as_deref())
            .or(filled(project.text("displayName")))
            .or(said("name"))
            .unwrap_or(&manifest_id)
            .to_owned();
        let marketplace = arguments.listing.visibility == Visibility::Marketplace;
        Ok(Self { manifest_id, version, namespace, display_name, marketplace })
    }
}

/// Whether a version number says that it is not final.
pub fn is_pre_release(version: &str) -> bool {
    const HINTS: [&str; 7] = ["-alpha", "-beta", "-rc", "-dev", "-preview", "-staging", "-pr"];
    let version = version.to_ascii_lowercase();
    HINTS.iter().any(|hint| version.contains(hint))
}

/// The artifact's own id, else one of our making.
fn derived_id(id: Option<&str>, name: Option<&str>, file: &Path) -> String {
    if let Some(id) = id.filter(|id| is_manifest_id(id)) {
        return id.to_owned();
    }
    let stem = file.file_stem().map(|it| it.to_string_lossy()).unwrap_or_default();
    format!("local.{}", slug(name.unwrap_or(&stem)))
}

/// Lower case, everything else than letters and digits a hyphen, at most 64.
fn slug(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-").chars().take(64).collect();
    let slug = slug.trim_matches('-');
    // A segment of an id starts with a letter.
    match slug.chars().next() {
        None => "app".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("app-{slug}"),
        Some(_) => slug.to_owned(),
    }
}

/// A number for what has none: later builds come later.
fn dev_version(now: DateTime<Utc>) -> String {
    format!("0.0.0-dev.{}", now.format("%Y%m%d%H%M%S"))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn is_manifest_id(text: &str) -> bool {
    let is_segment = |segment: &str| {
        segment.starts_with(|c: char| c.is_ascii_lowercase())
            && segment.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    };
    text.len() <= 255 && text.contains('.') && text.split('.').all(is_segment)
}

fn is_namespace(text: &str) -> bool {
    (2..=20).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

fn not_a_manifest_id(id: &str) -> Failure {
    Failure::new(format!("`{id}` is not the id of a package"))
        .hint("use two or more parts of lower-case letters, digits and hyphens, like com.acme.crm")
}

fn not_a_namespace(namespace: &str) -> Failure {
    Failure::new(format!("the artifact's namespace `{namespace}` is not allowed"))
        .hint("use 2 to 20 lower-case letters, digits and underscores, starting with a letter")
}
