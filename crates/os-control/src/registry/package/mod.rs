//! The identity of something installable: `com.acme.crm`.
//!
//! **Invariant:** a manifest id belongs to one organization for ever; ids are
//! never reused.
//!
//! [`save`] registers and changes, [`browse`] lists and searches, [`icon`] keeps
//! the picture, [`grant`] shows a package to other organizations, [`remove`]
//! deletes what nobody has seen.

pub mod api;
mod body;
pub mod browse;
pub mod details;
pub mod grant;
pub mod icon;
pub mod remove;
pub mod save;
pub mod search;
mod sql;
mod svg;

pub use sql::{Grant, Picture};

use crate::http::guards::PackageAccess;
use crate::{Code, PackageId, Result, VersionId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_identity::{Actor, OrganizationId, Principal, organization};
use os_package::Checksum;
use serde_json::{Value, json};

/// Who may see a package (contract §4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum Visibility {
    /// Its owner, and whom it is granted to.
    Private,
    /// The same, as the owner's default for its environments.
    Org,
    /// Everybody, once a version is approved.
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

/// How far a publisher is trusted; the operator says so.
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

    /// Whether a publisher may say it of itself.
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
    /// What events keep of it; long texts as their checksum.
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

/// How much of a package somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything: drafts, the review, versions that are not listed.
    Insider,
    /// What is published, listed or not.
    Granted,
    /// What the catalog shows to everybody.
    Public,
}

/// What doors need to know of a package.
#[derive(Debug, os_db::FromRow)]
pub struct ForAccess {
    pub id: PackageId,
    pub manifest_id: String,
    pub owner_org_id: OrganizationId,
    /// Whether it is in the public catalog.
    pub listed: bool,
}

/// For doors only: by row id or manifest id, nothing is checked yet.
pub async fn find_for_access(tx: &mut Tx, id: &str) -> Result<Option<ForAccess>> {
    Ok(match id.parse::<PackageId>() {
        Ok(id) => sql::find_by_id(tx, id).await?,
        Err(_) => sql::find_by_manifest_id(tx, id).await?,
    })
}

/// Whether an organization of the actor was granted sight of the package.
pub async fn is_granted(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    match audience(tx, Some(actor)).await? {
        Audience::Everything => Ok(true),
        Audience::Organizations(organizations) => {
            for organization in organizations {
                if sql::is_granted_to_organization(tx, package, organization).await? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// Whose packages somebody sees besides the public ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    Everything,
    Organizations(Vec<OrganizationId>),
}

/// The organizations that the actor belongs to, or stands for; nobody belongs to none.
pub async fn audience(tx: &mut Tx, actor: Option<&Actor>) -> Result<Audience> {
    let Some(actor) = actor else { return Ok(Audience::Organizations(Vec::new())) };
    if actor.is_platform_admin() {
        return Ok(Audience::Everything);
    }
    Ok(match actor.principal() {
        Principal::Service | Principal::System(_) => Audience::Everything,
        Principal::Runtime(runtime) => Audience::Organizations(vec![runtime.organization()]),
        Principal::User(user) => {
            let all = organization::list_of(tx, user.id()).await?.into_iter().map(|it| it.id);
            // A key that was made for one organization opens no other.
            let only = user.confined_to();
            Audience::Organizations(all.filter(|id| only.is_none_or(|only| only == *id)).collect())
        }
    })
}

/// Lists the manifest ids of some packages that an organization owns.
pub async fn names_owned_by(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<String>> {
    Ok(sql::names_owned_by(tx, organization).await?)
}

/// How much of a package the caller sees, who is known to see it at all.
pub async fn sight(tx: &mut Tx, access: &PackageAccess) -> Result<Sight> {
    Ok(if access.is_insider {
        Sight::Insider
    } else if is_granted(tx, &access.actor, access.package).await? {
        Sight::Granted
    } else {
        Sight::Public
    })
}

/// How much of a package an organization sees, whoever of it asks; `None` when nothing.
pub async fn sight_of_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PackageId,
) -> Result<Option<Sight>> {
    let Some(package) = sql::find_by_id(tx, id).await? else { return Ok(None) };
    Ok(if package.owner_org_id == organization {
        Some(Sight::Insider)
    } else if sql::is_granted_to_organization(tx, id, organization).await? {
        Some(Sight::Granted)
    } else {
        package.listed.then_some(Sight::Public)
    })
}

/// The package of this row, readme and all.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: PackageId) -> Result<Package> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::PackageNotFound.error(format!("there is no package `{id}`")))
}

/// Whether an environment of the actor's organizations has the package installed:
/// what runs somewhere can be seen there, whatever became of its listing.
pub async fn is_installed(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    let Audience::Organizations(organizations) = audience(tx, Some(actor)).await? else {
        return Ok(true);
    };
    for organization in organizations {
        if sql::is_installed_in_organization(tx, package, organization).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
