//! The bodies of the wire that versions become.

use super::Version;
use os_api::version as wire;
use serde_json::Value;

impl Version {
    /// The body with the frozen text.
    pub fn with_manifest(self, manifest_json: String) -> wire::Version {
        wire::Version { manifest_json: Some(manifest_json), ..self.into() }
    }
}

impl From<Version> for wire::Version {
    fn from(version: Version) -> Self {
        let review: Value =
            version.review_notes.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
        let reasons = review["reasons"].as_array().into_iter().flatten();
        Self {
            id: version.id.0,
            package_id: version.package_id.0,
            version: version.version,
            status: version.status.as_str().to_owned(),
            is_pre_release: version.is_pre_release,
            listing_status: version.listing_status.as_str().to_owned(),
            checksum: Some(version.checksum),
            manifest_json: None,
            size: version.size,
            release_notes: version.release_notes,
            min_platform_version: version.min_platform_version,
            scope: version.scope,
            engines: version.engines.and_then(|it| serde_json::from_str(&it).ok()),
            artifact_kind: version.artifact_kind,
            deprecation_reason: version.deprecation_reason,
            submitted_at: version.submitted_at,
            reviewed_at: version.reviewed_at,
            reviewed_by: version.reviewed_by,
            review_notes: review["feedback"].as_str().map(ToOwned::to_owned),
            rejection_reasons: reasons.filter_map(|it| it.as_str()).map(str::to_owned).collect(),
            published_at: version.published_at,
            published_by: version.published_by,
            created_at: version.created_at,
            updated_at: version.updated_at,
            created_by: version.created_by,
        }
    }
}
