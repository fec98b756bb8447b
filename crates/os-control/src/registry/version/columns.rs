//! The columns that are read out of a manifest.

use os_package::{Manifest, SealedVersion};

pub fn min_platform_version(manifest: &Manifest) -> Option<String> {
    manifest.min_platform_version.as_ref().map(ToString::to_string)
}

pub fn dependencies(manifest: &Manifest) -> String {
    serde_json::json!(manifest.dependencies).to_string()
}

pub fn configuration_schema(manifest: &Manifest) -> Option<String> {
    manifest.configuration_schema.as_ref().map(ToString::to_string)
}

pub fn manifest_type(manifest: &Manifest) -> String {
    manifest.kind.clone()
}

pub fn engines(manifest: &Manifest) -> Option<String> {
    manifest.engines.as_ref().map(ToString::to_string)
}

pub fn size(sealed: &SealedVersion) -> i64 {
    i64::try_from(sealed.manifest_json.len()).expect("a manifest is smaller than 2^63 bytes")
}
