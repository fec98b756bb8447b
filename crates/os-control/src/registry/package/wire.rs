//! From rows to the bodies of the wire.

use crate::registry::package::{Grant, Package, VisibleVersions};
use os_api::package as wire;

impl Package {
    /// Returns the body for a caller who sees these versions.
    pub fn into_wire(self, visible: VisibleVersions) -> wire::Package {
        let latest = match visible {
            VisibleVersions::Listed => self.public_version,
            VisibleVersions::All | VisibleVersions::Published => self.latest_version,
        };
        wire::Package {
            id: self.id.0,
            manifest_id: self.manifest_id,
            namespace: self.namespace,
            owner_org_id: self.owner_org_id.0,
            display_name: self.display_name,
            description: self.description,
            tagline: self.tagline,
            readme: self.readme,
            visibility: self.visibility.as_str().to_owned(),
            category: self.category,
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            icon_url: self.icon_url,
            homepage_url: self.homepage_url,
            license: self.license,
            publisher: self.publisher.as_str().to_owned(),
            is_starter: self.is_starter,
            listed: self.listed,
            translations: self.translations.and_then(|it| serde_json::from_str(&it).ok()),
            latest_version: latest,
            created_at: self.created_at,
            updated_at: self.updated_at,
            created_by: self.created_by,
        }
    }
}

impl From<Grant> for wire::Grant {
    fn from(grant: Grant) -> Self {
        Self {
            organization_id: grant.organization_id.0,
            organization_name: grant.organization_name,
            created_at: grant.created_at,
            created_by: grant.created_by,
        }
    }
}
