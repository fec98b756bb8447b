//! From rows to the bodies of the catalog.

use super::Entry;
use super::offers::Offer;
use crate::registry::version::Version;
use os_api::catalog as wire;

impl From<Entry> for wire::CatalogPackage {
    fn from(Entry { package, latest }: Entry) -> Self {
        Self {
            id: package.id.0,
            manifest_id: package.manifest_id,
            display_name: package.display_name,
            description: package.description,
            tagline: package.tagline,
            category: package.category,
            tags: package.tags,
            icon_url: package.icon_url,
            homepage_url: package.homepage_url,
            license: package.license,
            publisher: package.publisher.as_str().to_owned(),
            visibility: package.visibility.as_str().to_owned(),
            is_starter: package.is_starter,
            created_at: package.created_at,
            updated_at: package.updated_at,
            translations: package.translations.and_then(|it| serde_json::from_str(&it).ok()),
            latest_version: latest.map(Into::into),
            readme: package.readme,
        }
    }
}

impl From<Version> for wire::CatalogVersion {
    fn from(version: Version) -> Self {
        Self {
            id: version.id.0,
            version: version.version,
            status: version.status.as_str().to_owned(),
            is_prerelease: version.is_pre_release,
            checksum: Some(version.checksum),
            published_at: version.published_at,
            release_notes: version.release_notes,
            listing_status: version.listing_status.as_str().to_owned(),
            reviewed_at: version.reviewed_at,
            artifact_kind: version.artifact_kind,
            contains_code: false,
            runtime: None,
            packaging: None,
            permissions: None,
            engines: version.engines.and_then(|it| serde_json::from_str(&it).ok()),
            signed: false,
            platform_verified: false,
        }
    }
}

impl From<Offer> for os_api::installation::OrganizationPackage {
    fn from(row: Offer) -> Self {
        Self {
            id: row.id.0,
            manifest_id: row.manifest_id,
            display_name: row.display_name,
            description: row.description,
            category: row.category,
            icon_url: row.icon_url,
            visibility: row.visibility.as_str().to_owned(),
            latest_version: row.latest_version,
        }
    }
}
