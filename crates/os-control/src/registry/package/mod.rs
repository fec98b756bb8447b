//! The identity of a package: `com.acme.crm`.
//!
//! **Invariant:** a manifest id belongs to one organization for ever; ids are
//! never reused.
//!
//! `register` and `update` write packages, [`icon`] keeps the icon, [`grant`]
//! gives other organizations access. `listed_version` keeps the columns
//! that follow from the versions. Deleting needs the versions too: it is
//! [`crate::workflow::delete_package`].

mod access;
mod delete;
pub mod fields;
pub mod grant;
pub mod icon;
mod listed_version;
mod namespace;
mod register;
pub mod search;
mod sql;
mod svg;
mod update;
mod visibility;
mod wire;

pub use access::PackageAccess;
pub(crate) use access::find_unchecked;
pub use delete::{delete, lock_unused};
pub use fields::PackageFields;
pub(in crate::registry) use listed_version::{listed_total, package_total, refresh_listed_version};
pub(in crate::registry) use namespace::reserve_namespace;
pub use register::{register, require_publisher};
pub use sql::{Grant, Picture};
pub use update::{Saved, update};
pub(in crate::registry) use visibility::Organizations;
pub(crate) use visibility::visible_to_organization;
pub use visibility::{VersionAccess, Viewer, VisibleVersions, viewer};

use crate::{Code, PackageId, Result, VersionId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_identity::organization::OrganizationAccess;
use os_identity::{Actor, OrganizationId};
use os_package::Checksum;
use serde_json::{Value, json};

/// The visibility of a package (docs/wire/rights.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum Visibility {
    /// The owner and organizations with a grant see it.
    Private,
    /// Like `Private`, and the owner's default for its environments.
    Org,
    /// Everybody sees it, once a version is approved.
    Marketplace,
}

impl Visibility {
    pub const ALL: [Visibility; 3] = [Self::Private, Self::Org, Self::Marketplace];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Org => "org",
            Self::Marketplace => "marketplace",
        }
    }
}

/// The tier of a publisher; the upper two are given by the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum PublisherTier {
    Objectstack,
    Partner,
    Community,
    Private,
}

impl PublisherTier {
    pub const ALL: [PublisherTier; 4] =
        [Self::Objectstack, Self::Partner, Self::Community, Self::Private];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Objectstack => "objectstack",
            Self::Partner => "partner",
            Self::Community => "community",
            Self::Private => "private",
        }
    }

    /// Returns whether a publisher may choose the tier itself.
    pub fn is_claimable(self) -> bool {
        matches!(self, Self::Community | Self::Private)
    }
}

/// A package, as the database knows it.
#[derive(Debug, Clone, PartialEq, os_db::FromRow)]
pub struct Package {
    pub id: PackageId,
    pub manifest_id: String,
    pub namespace: Option<String>,
    pub owner_org_id: OrganizationId,
    pub display_name: String,
    pub description: Option<String>,
    pub tagline: Option<String>,
    pub visibility: Visibility,
    pub category: Option<String>,
    /// A JSON array.
    pub tags: String,
    pub icon_url: Option<String>,
    pub icon_checksum: Option<String>,
    pub homepage_url: Option<String>,
    pub license: Option<String>,
    pub publisher: PublisherTier,
    pub is_starter: bool,
    pub listed: bool,
    pub search_id: i64,
    pub sort_name: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: String,
    /// A JSON object by locale.
    pub translations: Option<String>,
    /// Not read for lists.
    pub readme: Option<String>,
    pub latest_version_id: Option<VersionId>,
    pub latest_version: Option<String>,
    pub public_version_id: Option<VersionId>,
    pub public_version: Option<String>,
}

impl Package {
    /// Returns the fields that events keep; long texts as their checksum.
    pub fn facts(&self) -> Value {
        let digest = |text: &Option<String>| {
            text.as_ref().map(|text| Checksum::of(text.as_bytes()).to_string())
        };
        json!({
            "manifest_id": self.manifest_id, "namespace": self.namespace,
            "owner_org_id": self.owner_org_id.to_string(), "display_name": self.display_name,
            "description": self.description, "tagline": self.tagline,
            "visibility": self.visibility.as_str(), "category": self.category, "tags": self.tags,
            "icon_url": self.icon_url, "homepage_url": self.homepage_url, "license": self.license,
            "publisher": self.publisher.as_str(), "is_starter": self.is_starter,
            "translations_checksum": digest(&self.translations),
            "readme_checksum": digest(&self.readme),
        })
    }
}

/// Returns a package with its readme.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when it was deleted since the access was made.
pub async fn get(tx: &mut Tx, access: &PackageAccess) -> Result<Package> {
    get_by_id(tx, access.package()).await
}

/// Returns a package with its readme, for a rule that has checked the caller's right.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`.
pub(in crate::registry) async fn get_by_id(tx: &mut Tx, id: PackageId) -> Result<Package> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::PackageNotFound.error(format!("there is no package `{id}`")))
}

/// Returns the packages of rows of the search index, without their readme, in no order.
pub(in crate::registry) async fn find_all(tx: &mut Tx, rows: &[i64]) -> Result<Vec<Package>> {
    Ok(sql::find_all(tx, rows).await?)
}

/// Returns up to five packages and namespaces that keep an organization from being deleted.
pub async fn names_owned_by(tx: &mut Tx, access: &OrganizationAccess) -> Result<Vec<String>> {
    Ok(sql::names_owned_by(tx, access.organization()).await?)
}

/// Checks that an actor is a platform administrator.
///
/// # Errors
/// `PERMISSION_DENIED`.
pub(in crate::registry) fn require_platform_admin(actor: &Actor) -> Result<()> {
    if actor.is_platform_admin() {
        return Ok(());
    }
    Err(Code::PermissionDenied.error("only a platform administrator may do this"))
}
