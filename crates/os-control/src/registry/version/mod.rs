//! An immutable snapshot of a package.
//!
//! **Invariant:** `manifest_json` and `checksum` of a published version never
//! change, and its row is never deleted. The statements enforce it: what writes
//! either says `WHERE status = 'draft'`.
//!
//! The life of a version is docs/wire/versions.md#life-cycle: `draft` creates and changes drafts,
//! `publish` seals one or creates a sealed one at once, `deprecate` marks it as
//! no longer to be installed, and takes that back.

mod deprecate;
mod draft;
mod publish;
mod seal;
mod sql;
mod wire;

pub use deprecate::{deprecate, read_reason, undeprecate};
pub use draft::{
    Draft, DraftChanges, create_draft, create_empty_draft, delete_draft, delete_drafts_of,
    update_draft,
};
pub use publish::{Publication, publish, publish_draft};
pub use seal::{Content, seal};

use crate::events::{Event, Kind};
use crate::registry::package::{self, PackageAccess, Viewer, VisibleVersions};
use crate::{Code, Error, PackageId, Result, VersionId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_package::{Dependency, ManifestId, Scope, VersionNumber};
use serde_json::{Value, json};

/// Where a version is in its life (docs/wire/versions.md#life-cycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum VersionStatus {
    Draft,
    Published,
    Deprecated,
}

impl VersionStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Deprecated => "deprecated",
        }
    }
}

/// Where a version is in the review (docs/wire/listings.md#review).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum ListingStatus {
    Draft,
    PendingReview,
    Approved,
    Rejected,
}

impl ListingStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::PendingReview => "pending_review",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A version, as the database knows it, without its manifest.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Version {
    pub id: VersionId,
    pub package_id: PackageId,
    pub version: String,
    pub precedence: Vec<u8>,
    pub status: VersionStatus,
    pub is_pre_release: bool,
    pub listing_status: ListingStatus,
    pub checksum: String,
    pub release_notes: Option<String>,
    pub min_platform_version: Option<String>,
    pub scope: String,
    pub artifact_kind: String,
    pub manifest_type: String,
    pub engines: Option<String>,
    pub size: i64,
    pub submitted_at: Option<DateTime<Utc>>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub reviewed_by: Option<String>,
    pub review_notes: Option<String>,
    pub deprecation_reason: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub published_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: String,
}

impl Version {
    /// What events keep of it.
    pub fn facts(&self) -> Value {
        json!({
            "version": self.version,
            "status": self.status.as_str(),
            "listing_status": self.listing_status.as_str(),
            "is_pre_release": self.is_pre_release,
            "checksum": self.checksum,
            "release_notes": self.release_notes,
            "deprecation_reason": self.deprecation_reason,
        })
    }

    /// Whether somebody who sees this much of the package sees this version.
    pub fn is_visible(&self, sight: VisibleVersions) -> bool {
        match sight {
            VisibleVersions::All => true,
            VisibleVersions::Published => self.status != VersionStatus::Draft,
            VisibleVersions::Listed => {
                self.status == VersionStatus::Published
                    && self.listing_status == ListingStatus::Approved
            }
        }
    }
}

/// What an installation needs to know of a version.
#[derive(Debug, Clone)]
pub struct Installable {
    pub id: VersionId,
    pub package: PackageId,
    pub manifest_id: ManifestId,
    pub version: VersionNumber,
    pub status: VersionStatus,
    pub listing_status: ListingStatus,
    pub is_pre_release: bool,
    pub scope: Scope,
    pub min_platform_version: Option<String>,
    pub protocol_range: Option<String>,
    pub dependencies: Vec<Dependency>,
    pub configuration_schema: Option<Value>,
    pub checksum: Option<String>,
}

/// Which version is meant (docs/wire/versions.md#selection).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The highest stable one; the highest pre-release where there is none, if
    /// pre-releases will do.
    Latest { pre_releases: bool },
    /// A version number or a row id.
    Exact(String),
}

/// Finds a version, for any caller. Drafts and deprecated versions are
/// found by name only; whether they may be installed is for the caller to say.
///
/// # Errors
/// `VERSION_NOT_FOUND`, naming what exists.
pub async fn find_installable(
    tx: &mut Tx,
    package: PackageId,
    wanted: &Wanted,
) -> Result<Installable> {
    let id = match wanted {
        Wanted::Latest { pre_releases } => sql::latest(tx, package, *pre_releases).await?,
        Wanted::Exact(text) => match text.parse::<VersionId>() {
            Ok(id) => Some(id),
            Err(_) => sql::find_by_number(tx, package, text).await?.map(|found| found.id),
        },
    };
    let found = match id {
        Some(id) => sql::find_installable(tx, id).await?,
        None => None,
    };
    match found.filter(|it| it.package_id == package) {
        Some(found) => found.try_into(),
        None => Err(unknown(tx, package, wanted).await?),
    }
}

/// The version of this row.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn get_installable(tx: &mut Tx, id: VersionId) -> Result<Installable> {
    sql::find_installable(tx, id)
        .await?
        .ok_or_else(|| Code::VersionNotFound.error(format!("there is no version `{id}`")))?
        .try_into()
}

/// The version of a package that `text` names: a number, a row id or `latest`,
/// among those that `sight` lets the caller see.
///
/// # Errors
/// `VERSION_NOT_FOUND` when there is none, or none that the caller may see.
pub async fn resolve(
    tx: &mut Tx,
    package: PackageId,
    text: &str,
    sight: VisibleVersions,
) -> Result<Version> {
    let found = match (text, text.parse::<VersionId>()) {
        ("latest", _) => {
            let id = match sight {
                VisibleVersions::Listed => sql::latest_public(tx, package).await?,
                VisibleVersions::All | VisibleVersions::Published => {
                    sql::latest(tx, package, true).await?
                }
            };
            match id {
                Some(id) => sql::find(tx, id).await?,
                None => None,
            }
        }
        (_, Ok(id)) => sql::find(tx, id).await?.filter(|found| found.package_id == package),
        (_, Err(_)) => sql::find_by_number(tx, package, text).await?,
    };
    found.filter(|found| found.is_visible(sight)).ok_or_else(|| {
        Code::VersionNotFound.error(format!("the package has no version `{text}` that you may see"))
    })
}

/// The version of a package that `text` names, among those that the caller may
/// see: because of what they are to the package, or because they run it.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn visible(tx: &mut Tx, access: &PackageAccess, text: &str) -> Result<Version> {
    let sight = access.visible_versions(tx).await?;
    let seen = resolve(tx, access.package(), text, sight).await;
    if !seen.as_ref().is_err_and(|error| error.code() == Code::VersionNotFound) || text == "latest"
    {
        return seen;
    }
    let Ok(hidden) = resolve(tx, access.package(), text, VisibleVersions::All).await else {
        return seen;
    };
    let Viewer::Organizations(organizations) = package::viewer(tx, Some(access.actor())).await?
    else {
        return seen;
    };
    for organization in organizations {
        if sql::is_installed_in_organization(tx, hidden.id, organization).await? {
            return Ok(hidden);
        }
    }
    seen
}

/// The versions of these rows, in no order.
pub async fn find_all(tx: &mut Tx, ids: &[VersionId]) -> Result<Vec<Version>> {
    Ok(sql::find_all(tx, ids).await?)
}

/// The version of this row, which the caller knows to exist.
pub async fn get(tx: &mut Tx, id: VersionId) -> Result<Version> {
    Ok(sql::find(tx, id).await?.ok_or(os_db::Error::RowNotFound)?)
}

/// The stored text of a version, byte for byte.
pub async fn manifest_json(tx: &mut Tx, id: VersionId) -> Result<String> {
    Ok(sql::manifest_json(tx, id).await?)
}

/// One page of the versions that `sight` shows, the highest first.
pub async fn list(
    tx: &mut Tx,
    package: PackageId,
    sight: VisibleVersions,
    after: Option<(Vec<u8>, VersionId)>,
    limit: i64,
) -> Result<Vec<Version>> {
    // Above every precedence, as the first byte of a real one is zero.
    let below = after.unwrap_or_else(|| (vec![255], VersionId(uuid::Uuid::max())));
    Ok(sql::list(tx, package, sight, below, limit).await?)
}

/// How many versions `sight` shows.
pub async fn count(tx: &mut Tx, package: PackageId, sight: VisibleVersions) -> Result<i64> {
    Ok(sql::count(tx, package, sight).await?)
}

async fn unknown(tx: &mut Tx, package: PackageId, wanted: &Wanted) -> Result<Error> {
    let published = sql::newest_numbers(tx, package).await?;
    let there_is = match published.as_slice() {
        [] => "nothing of it is published yet".to_owned(),
        some => format!("published are {}", some.join(", ")),
    };
    Ok(Code::VersionNotFound.error(match wanted {
        Wanted::Latest { pre_releases: false } => {
            format!("the package has no stable version; {there_is}")
        }
        Wanted::Latest { pre_releases: true } => format!("the package has no version; {there_is}"),
        Wanted::Exact(text) => format!("the package has no version `{text}`; {there_is}"),
    }))
}

/// A step of a version from one state of the review to another.
pub struct ReviewStep {
    pub from: ListingStatus,
    pub to: ListingStatus,
    /// When it was submitted; `None` takes it out of the queue.
    pub submitted_at: Option<DateTime<Utc>>,
    /// What the reviewer decided.
    pub decision: Option<ReviewDecision>,
}

/// Who reviewed a version, and what they wrote.
pub struct ReviewDecision {
    pub by: String,
    pub notes: Option<String>,
}

/// Moves a published version to another state of the review. False when it is
/// not published, or no longer in the state it was in.
pub async fn set_review_state(tx: &mut Tx, id: VersionId, step: ReviewStep) -> Result<bool> {
    Ok(sql::set_review_state(tx, id, step).await?)
}

/// Records what happened to a version.
async fn record(
    tx: &mut Tx,
    access: &PackageAccess,
    kind: Kind,
    before: Value,
    version: &Version,
) -> Result<()> {
    let subject = json!({ "manifest_id": access.manifest_id(), "version": version.version });
    Event::new(kind, subject)
        .organization(access.owner())
        .package(access.package())
        .change(before, version.facts())
        .record(tx, access.actor())
        .await
}

/// Returns a version, by number, row id or `latest`, to somebody who may change it.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find_own(tx: &mut Tx, access: &PackageAccess, named: &str) -> Result<Version> {
    resolve(tx, access.package(), named, VisibleVersions::All).await
}
