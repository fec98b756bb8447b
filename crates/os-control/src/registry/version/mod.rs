//! An immutable snapshot of a package.
//!
//! **Invariant:** `manifest_json` and `checksum` of a published version never
//! change, and its row is never deleted. The statements enforce it: those that
//! write either have `WHERE status = 'draft'`.
//!
//! The life of a version is docs/wire/versions.md#life-cycle: `draft` creates and changes drafts,
//! `publish` seals one or creates a sealed one at once, `deprecate` marks it as
//! no longer offered, and undoes that.

mod columns;
mod deprecate;
mod draft;
mod publish;
mod seal;
mod sql;
mod wire;

pub use deprecate::{deprecate, read_reason, undeprecate};
pub use draft::{
    DraftChanges, create_draft, create_empty_draft, delete_draft, delete_drafts_of, update_draft,
};
pub use publish::{CheckedDraft, NewVersion, PublishOutcome, check_draft, publish, publish_draft};
pub use seal::Content;

use crate::events::{Event, Kind};
use crate::registry::package::{
    self, Organizations, PackageAccess, VersionAccess, VisibleVersions,
};
use crate::{Code, Error, PackageId, Result, VersionId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_package::{Dependency, ManifestId, Scope, VersionNumber};
use serde_json::{Value, json};

/// The status of a version (docs/wire/versions.md#life-cycle).
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

/// The state of a version in the review (docs/wire/listings.md#review).
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
    /// Returns the fields that events keep.
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

    /// Returns whether the version is one of these.
    fn is_visible(&self, visible: VisibleVersions) -> bool {
        match visible {
            VisibleVersions::All => true,
            VisibleVersions::Published => self.status != VersionStatus::Draft,
            VisibleVersions::Listed => {
                self.status == VersionStatus::Published
                    && self.listing_status == ListingStatus::Approved
            }
        }
    }
}

/// The facts about a version that admission and an installation need.
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

impl Installable {
    /// Returns whether the version is one of these. A deprecated version can still be named.
    pub(crate) fn is_visible(&self, visible: VisibleVersions) -> bool {
        let is_draft = self.status == VersionStatus::Draft;
        match visible {
            VisibleVersions::All => true,
            VisibleVersions::Published => !is_draft,
            VisibleVersions::Listed => !is_draft && self.listing_status == ListingStatus::Approved,
        }
    }
}

/// A choice of a version (docs/wire/versions.md#selection).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The highest stable one; the highest pre-release where there is none, if
    /// pre-releases will do.
    Latest { pre_releases: bool },
    /// A version number or a row id.
    Exact(String),
}

/// Finds a version that the caller sees. Drafts and deprecated versions are found only by number
/// or row id.
///
/// # Errors
/// `VERSION_NOT_FOUND`, naming what exists.
pub async fn installable(
    tx: &mut Tx,
    access: VersionAccess,
    wanted: &Wanted,
) -> Result<Installable> {
    if let (Wanted::Latest { .. }, VisibleVersions::Listed) = (wanted, access.visible()) {
        let found = resolve(tx, access, "latest").await?;
        return get_installable(tx, found.id).await;
    }
    let found = find_installable(tx, access.package(), wanted).await?;
    match found.filter(|it| it.is_visible(access.visible())) {
        Some(found) => Ok(found),
        None => Err(unknown(tx, Some(access), wanted).await?),
    }
}

/// Finds a version, for a rule that checks itself whether the caller sees it, and answers
/// [`unknown`] where they do not.
pub(crate) async fn find_installable(
    tx: &mut Tx,
    package: PackageId,
    wanted: &Wanted,
) -> Result<Option<Installable>> {
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
    found.filter(|it| it.package_id == package).map(TryInto::try_into).transpose()
}

/// Returns the version of a row, for a rule that has checked the caller's right.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub(crate) async fn get_installable(tx: &mut Tx, id: VersionId) -> Result<Installable> {
    sql::find_installable(tx, id)
        .await?
        .ok_or_else(|| Code::VersionNotFound.error(format!("there is no version `{id}`")))?
        .try_into()
}

/// Returns the admission facts of versions that the caller has read, in no order.
pub async fn installables(tx: &mut Tx, versions: &[Version]) -> Result<Vec<Installable>> {
    let ids: Vec<_> = versions.iter().map(|it| it.id).collect();
    let rows = sql::find_installables(tx, &ids).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Finds a version that the caller sees by its number, its row id or `latest`.
///
/// # Errors
/// `VERSION_NOT_FOUND` when there is none, or none that the caller may see.
pub async fn resolve(tx: &mut Tx, access: VersionAccess, text: &str) -> Result<Version> {
    let (package, visible) = (access.package(), access.visible());
    let found = match (text, text.parse::<VersionId>()) {
        ("latest", _) => {
            let id = match visible {
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
    found.filter(|found| found.is_visible(visible)).ok_or_else(|| {
        Code::VersionNotFound.error(format!("the package has no version `{text}` that you may see"))
    })
}

/// Finds a version by its number, its row id or `latest`, among those that the caller sees and
/// those that an environment of their organizations runs.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn visible(tx: &mut Tx, access: &PackageAccess, text: &str) -> Result<Version> {
    let versions = access.versions(tx).await?;
    let seen = resolve(tx, versions, text).await;
    if !seen.as_ref().is_err_and(|error| error.code() == Code::VersionNotFound) || text == "latest"
    {
        return seen;
    }
    let all = VersionAccess::new(access.package(), VisibleVersions::All);
    let Ok(hidden) = resolve(tx, all, text).await else { return seen };
    let viewer = package::viewer(tx, Some(access.actor())).await?;
    let Organizations::Some(organizations) = viewer.organizations() else { return seen };
    for organization in organizations {
        if sql::is_installed_in_organization(tx, hidden.id, *organization).await? {
            return Ok(hidden);
        }
    }
    seen
}

/// Returns the versions of rows, in no order, for a rule that has checked the caller's right.
pub(crate) async fn find_all(tx: &mut Tx, ids: &[VersionId]) -> Result<Vec<Version>> {
    Ok(sql::find_all(tx, ids).await?)
}

/// Returns the version of a row that exists, for a rule that has checked the caller's right.
pub(in crate::registry) async fn get(tx: &mut Tx, id: VersionId) -> Result<Version> {
    Ok(sql::find(tx, id).await?.ok_or(os_db::Error::RowNotFound)?)
}

/// Returns the stored artifact of a version of the package, byte for byte.
pub async fn manifest_json(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
) -> Result<String> {
    Ok(sql::manifest_json(tx, access.package(), version.id).await?)
}

/// Returns the stored artifact of a version that [`resolve`] has found for this access.
pub(in crate::registry) async fn manifest_of(
    tx: &mut Tx,
    access: VersionAccess,
    version: &Version,
) -> Result<String> {
    Ok(sql::manifest_json(tx, access.package(), version.id).await?)
}

/// The position of a version in the list of its package.
#[derive(Debug, Clone)]
pub struct VersionKey {
    pub precedence: Vec<u8>,
    pub id: VersionId,
}

/// Lists the versions that the caller sees, the highest first, from below `after` or the top.
pub async fn list(
    tx: &mut Tx,
    access: VersionAccess,
    after: Option<VersionKey>,
    limit: i64,
) -> Result<Vec<Version>> {
    // Above every precedence, as the first byte of a real one is zero.
    let top = || VersionKey { precedence: vec![255], id: VersionId(uuid::Uuid::max()) };
    Ok(sql::list(tx, access, after.unwrap_or_else(top), limit).await?)
}

/// Counts the versions that the caller sees.
pub async fn count(tx: &mut Tx, access: VersionAccess) -> Result<i64> {
    Ok(sql::count(tx, access).await?)
}

/// Returns the error for a version that does not exist, or that the caller does not see: it is the
/// same, and names versions that they do see.
pub(crate) async fn unknown(
    tx: &mut Tx,
    access: Option<VersionAccess>,
    wanted: &Wanted,
) -> Result<Error> {
    let published = match access {
        Some(access) => sql::newest_numbers(tx, access).await?,
        None => Vec::new(),
    };
    let there_is = match published.as_slice() {
        [] => "nothing of it is published for you yet".to_owned(),
        some => format!("published are {}", some.join(", ")),
    };
    Ok(Code::VersionNotFound.error(match wanted {
        Wanted::Latest { pre_releases: false } => {
            format!("the package has no stable version; {there_is}")
        }
        Wanted::Latest { pre_releases: true } => format!("the package has no version; {there_is}"),
        Wanted::Exact(text) => {
            format!("the package has no version `{text}` that you may see; {there_is}")
        }
    }))
}

/// A step of a version from one state of the review to another.
pub struct ReviewStep {
    pub from: ListingStatus,
    pub to: ListingStatus,
    /// The time of submission; `None` removes the version from the queue.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The decision of the reviewer.
    pub decision: Option<ReviewDecision>,
}

/// The decision of a reviewer.
pub struct ReviewDecision {
    pub by: String,
    pub notes: Option<String>,
}

/// Moves a published version to another state of the review. Returns false when it is not
/// published, or no longer in the state that the step begins in.
pub(in crate::registry) async fn set_review_state(
    tx: &mut Tx,
    id: VersionId,
    step: ReviewStep,
) -> Result<bool> {
    Ok(sql::set_review_state(tx, id, step).await?)
}

/// Records the event of a change of a version.
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

/// Finds a version by its number, its row id or `latest`, drafts included, for a caller who may
/// change it.
///
/// # Errors
/// `VERSION_NOT_FOUND`, also for callers who do not see drafts.
pub async fn find_own(tx: &mut Tx, access: &PackageAccess, text: &str) -> Result<Version> {
    let versions = access.versions(tx).await?;
    resolve(tx, versions, text).await
}
