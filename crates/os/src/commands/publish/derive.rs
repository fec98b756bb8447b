//! The id, version, namespace and name of an artifact (docs/wire/cli.md#derived-values).

use super::Identity;
use super::project::Project;
use crate::cli::{Publish, Visibility};
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use os_package::{ManifestId, Namespace};
use serde_json::Value;
use std::path::Path;

impl Identity {
    /// Derives it from flags, then `objectstack.manifest.json`, then the artifact.
    pub fn derive(
        artifact: &Value,
        file: &Path,
        arguments: &Publish,
        project: &Project,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let declared = |name: &str| filled(artifact["manifest"][name].as_str());
        let named = filled(arguments.manifest_id.as_deref()).or(filled(project.text("manifestId")));
        let manifest_id = match named {
            Some(id) => id.parse::<ManifestId>().map_err(invalid)?.to_string(),
            None => derived_id(declared("id"), declared("name"), file),
        };
        let version = filled(arguments.version.as_deref()).or(declared("version"));
        let version = version.map_or_else(|| dev_version(now), str::to_owned);
        let namespace =
            declared("namespace").map(str::parse::<Namespace>).transpose().map_err(invalid)?;
        let namespace = namespace.map(|it| it.to_string());
        let display_name = filled(arguments.listing.display_name.as_deref())
            .or(filled(project.text("displayName")))
            .or(declared("name"))
            .unwrap_or(&manifest_id)
            .to_owned();
        let marketplace = arguments.listing.visibility == Visibility::Marketplace;
        Ok(Self { manifest_id, version, namespace, display_name, marketplace })
    }
}

/// Returns whether a version number looks like a pre-release.
pub fn is_pre_release(version: &str) -> bool {
    const HINTS: [&str; 7] = ["-alpha", "-beta", "-rc", "-dev", "-preview", "-staging", "-pr"];
    let version = version.to_ascii_lowercase();
    HINTS.iter().any(|hint| version.contains(hint))
}

/// Returns the artifact's id, or one derived from its name or file.
fn derived_id(id: Option<&str>, name: Option<&str>, file: &Path) -> String {
    if let Some(id) = id.filter(|id| id.parse::<ManifestId>().is_ok()) {
        return id.to_owned();
    }
    let stem = file.file_stem().map(|it| it.to_string_lossy()).unwrap_or_default();
    format!("local.{}", slug(name.unwrap_or(&stem)))
}

/// Makes a segment of an id: lower case, hyphens for all but letters and digits, at most 64
/// characters.
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

/// Returns a version number from the time: later builds are higher.
fn dev_version(now: DateTime<Utc>) -> String {
    format!("0.0.0-dev.{}", now.format("%Y%m%d%H%M%S"))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Returns a failure for an invalid name; the rule's error says why.
fn invalid(error: impl std::error::Error) -> Failure {
    Failure::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command, PackageCommand};
    use clap::Parser;
    use serde_json::json;

    fn publish(flags: &[&str]) -> Publish {
        let arguments = ["os", "package", "publish"].iter().chain(flags);
        match Cli::parse_from(arguments).command {
            Command::Package(PackageCommand::Publish(arguments)) => *arguments,
            other => panic!("{other:?}"),
        }
    }

    fn derive(manifest: Value, flags: &[&str], project: Value) -> Result<Identity, String> {
        let file = Path::new("dist/My App.json");
        let now = DateTime::parse_from_rfc3339("2026-02-03T04:05:06Z").unwrap().to_utc();
        let (artifact, project) = (json!({ "manifest": manifest }), Project::of(project));
        Identity::derive(&artifact, file, &publish(flags), &project, now)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_id_is_found_in_this_order() {
        let manifest = json!({"id": "com.acme.crm", "name": "CRM"});
        let project = json!({"manifestId": "com.acme.project"});
        let id = |manifest: &Value, flags: &[&str], project: &Value| {
            derive(manifest.clone(), flags, project.clone()).unwrap().manifest_id
        };
        let flag = ["--manifest-id", "com.acme.flag"];
        assert_eq!(id(&manifest, &flag, &project), "com.acme.flag");
        assert_eq!(id(&manifest, &[], &project), "com.acme.project");
        assert_eq!(id(&manifest, &[], &Value::Null), "com.acme.crm");
        let illegal = json!({"id": "com.example.my_crm", "name": "My CRM!"});
        assert_eq!(id(&illegal, &[], &Value::Null), "local.my-crm");
        assert_eq!(id(&Value::Null, &[], &Value::Null), "local.my-app");
        assert_eq!(id(&json!({"name": "***"}), &[], &Value::Null), "local.app");
        assert_eq!(id(&json!({"name": "3D"}), &[], &Value::Null), "local.app-3d");
    }

    #[test]
    fn an_invalid_id_or_namespace_is_refused() {
        let error = derive(Value::Null, &["--manifest-id", "com.acme.my_crm"], Value::Null);
        assert!(error.unwrap_err().contains("`com.acme.my_crm` is not a package id"));
        let error = derive(json!({"namespace": "C"}), &[], Value::Null);
        assert!(error.unwrap_err().contains("`C`"));
    }

    #[test]
    fn a_version_is_the_flag_the_manifest_or_the_time() {
        let version =
            |manifest: Value, flags: &[&str]| derive(manifest, flags, Value::Null).unwrap().version;
        assert_eq!(version(json!({"version": "1.0.0"}), &["--version", "2.0.0"]), "2.0.0");
        assert_eq!(version(json!({"version": " 1.0.0 "}), &[]), "1.0.0");
        assert_eq!(version(json!({}), &[]), "0.0.0-dev.20260203040506");
    }

    #[test]
    fn a_name_is_the_flag_the_project_the_manifest_or_the_id() {
        let manifest = json!({"id": "com.acme.crm", "name": "CRM"});
        let project = json!({"displayName": "Acme CRM"});
        let name = |manifest: &Value, flags: &[&str], project: &Value| {
            derive(manifest.clone(), flags, project.clone()).unwrap().display_name
        };
        assert_eq!(name(&manifest, &["--display-name", "Flag"], &project), "Flag");
        assert_eq!(name(&manifest, &[], &project), "Acme CRM");
        assert_eq!(name(&manifest, &[], &Value::Null), "CRM");
        assert_eq!(name(&json!({"id": "com.acme.crm"}), &[], &Value::Null), "com.acme.crm");
    }

    #[test]
    fn pre_releases_are_recognized_by_their_version_number() {
        for pre in ["1.0.0-beta.1", "1.0.0-RC.1", "0.0.0-dev.1", "1.0.0-pr7"] {
            assert!(is_pre_release(pre), "{pre}");
        }
        for final_ in ["1.0.0", "1.0.0-x", "1.0.0+beta"] {
            assert!(!is_pre_release(final_), "{final_}");
        }
    }
}
