//! The listing of a package in the marketplace, and its review.
//!
//! **Invariant:** a package is in the public catalog if and only if its
//! visibility is `marketplace` and at least one of its versions is published
//! and approved. `package::refresh_listed_version` keeps its columns, the
//! totals and the search index, in the transaction of the change.
//!
//! The moves between the states are docs/wire/listings.md#review.

mod policy;
mod sql;

pub use sql::QueuedVersion;

use crate::events::{Event, Kind};
use crate::registry::package::{self, PackageAccess};
use crate::registry::version::{self, ListingStatus, ReviewDecision, ReviewStep, Version};
use crate::{Code, Result, VersionId, pagination};
use chrono::{DateTime, Utc};
use os_api::listing::RejectionReason;
use os_db::{Tx, now};
use os_identity::Actor;
use serde_json::json;
use std::collections::HashMap;

/// Submits a version for review.
///
/// # Errors
/// `LISTING_POLICY_VIOLATION` with everything that is wrong, `INVALID_STATE` when
/// it is in review or approved already.
pub async fn submit(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    let from = match version.listing_status {
        ListingStatus::Rejected => ListingStatus::Rejected,
        _ => ListingStatus::Draft,
    };
    require_status(version, from)?;
    policy::check(tx, access, version).await?;
    let kind = Kind::VersionSubmitted;
    let step = ReviewStep {
        from,
        to: ListingStatus::PendingReview,
        submitted_at: Some(now()),
        decision: None,
    };
    take_step(tx, access, version, kind, step).await
}

/// Withdraws a version from review.
///
/// # Errors
/// `INVALID_STATE` when it is not in review.
pub async fn withdraw(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    let kind = Kind::VersionWithdrawn;
    let step = ReviewStep {
        from: ListingStatus::PendingReview,
        to: ListingStatus::Draft,
        submitted_at: None,
        decision: None,
    };
    take_step(tx, access, version, kind, step).await
}

/// Approves a version for the catalog. The policy is checked again: the package may have changed
/// since the version was submitted.
///
/// # Errors
/// `PERMISSION_DENIED` for others than platform administrators, `INVALID_STATE` when it is not in review, `LISTING_POLICY_VIOLATION`.
pub async fn approve(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    access.require_platform_admin()?;
    require_status(version, ListingStatus::PendingReview)?;
    admit(tx, access, version).await
}

/// Approves a version for the catalog without a review.
///
/// # Errors
/// `PERMISSION_DENIED` for others than platform administrators, `LISTING_POLICY_VIOLATION`.
pub async fn auto_approve(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
) -> Result<Version> {
    access.require_platform_admin()?;
    admit(tx, access, version).await
}

async fn admit(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    policy::check(tx, access, version).await?;
    let kind = Kind::VersionApproved;
    let step = ReviewStep {
        from: version.listing_status,
        to: ListingStatus::Approved,
        submitted_at: version.submitted_at.or_else(|| Some(now())),
        decision: Some(ReviewDecision { by: access.actor().label(), notes: None }),
    };
    take_step(tx, access, version, kind, step).await
}

/// Rejects a version with reasons, a feedback text in Markdown, or both.
///
/// # Errors
/// `PERMISSION_DENIED` for others than platform administrators, `INVALID_STATE` when it is not in
/// review, `MISSING_REQUIRED_FIELD` without reasons and feedback.
pub async fn reject(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
    reasons: &[RejectionReason],
    feedback: Option<&str>,
) -> Result<Version> {
    access.require_platform_admin()?;
    if reasons.is_empty() && feedback.is_none_or(|text| text.trim().is_empty()) {
        return Err(Code::MissingRequiredField
            .error("`reasons` must name at least one reason, or `feedback` must have a text"));
    }
    let notes = json!({ "reasons": reasons, "feedback": feedback }).to_string();
    let kind = Kind::VersionRejected;
    let step = ReviewStep {
        from: ListingStatus::PendingReview,
        to: ListingStatus::Rejected,
        submitted_at: version.submitted_at,
        decision: Some(ReviewDecision { by: access.actor().label(), notes: Some(notes) }),
    };
    take_step(tx, access, version, kind, step).await
}

/// Removes an approved version from the catalog. Environments that run it keep running it.
///
/// # Errors
/// `INVALID_STATE` when it is not approved.
pub async fn unlist(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    let kind = Kind::VersionUnlisted;
    let step = ReviewStep {
        from: ListingStatus::Approved,
        to: ListingStatus::Draft,
        submitted_at: None,
        decision: None,
    };
    take_step(tx, access, version, kind, step).await
}

/// Proof that an actor may review versions of every package.
///
/// **Invariant:** [`ReviewAccess::of`] is the only maker.
#[derive(Debug, Clone, Copy)]
pub struct ReviewAccess(());

impl ReviewAccess {
    /// Checks that the actor is a platform administrator.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn of(actor: &Actor) -> Result<Self> {
        package::require_platform_admin(actor)?;
        Ok(Self(()))
    }
}

/// The position of a version in the queue.
#[derive(Debug, Clone, Copy)]
pub struct ReviewKey {
    pub submitted_at: DateTime<Utc>,
    pub id: VersionId,
}

/// A page of the queue.
pub struct ReviewPage {
    /// The versions with their packages, first submitted first.
    pub items: Vec<(QueuedVersion, Version)>,
    /// The length of the whole queue.
    pub total: i64,
    pub next_cursor: Option<String>,
}

/// Lists the versions in a state of the review, `limit` of them after a position or the start.
pub async fn queue(
    tx: &mut Tx,
    _: &ReviewAccess,
    status: ListingStatus,
    after: Option<ReviewKey>,
    limit: i64,
) -> Result<ReviewPage> {
    let id = VersionId(uuid::Uuid::nil());
    let after = after.unwrap_or(ReviewKey { submitted_at: DateTime::UNIX_EPOCH, id });
    let mut rows = sql::queue(tx, status, after, limit + 1).await?;
    let next_cursor = pagination::cut_page(&mut rows, limit).map(write_cursor);
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let versions = version::find_all(tx, &ids).await?;
    let mut versions: HashMap<_, _> = versions.into_iter().map(|it| (it.id, it)).collect();
    let items = rows.into_iter().filter_map(|row| Some((versions.remove(&row.id)?, row)));
    let items = items.map(|(version, row)| (row, version)).collect();
    Ok(ReviewPage { items, total: sql::queue_length(tx, status).await?, next_cursor })
}

fn require_status(version: &Version, status: ListingStatus) -> Result<()> {
    if version.listing_status == status {
        return Ok(());
    }
    Err(Code::InvalidState.error(format!(
        "version {} is `{}` in the marketplace; this needs `{}`",
        version.version,
        version.listing_status.as_str(),
        status.as_str()
    )))
}

async fn take_step(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
    kind: Kind,
    step: ReviewStep,
) -> Result<Version> {
    require_status(version, step.from)?;
    if !version::set_review_state(tx, version.id, step).await? {
        return Err(Code::InvalidState.error(format!(
            "version {} is no longer published, or its review has moved on; reload and try again",
            version.version
        )));
    }
    let after = version::get(tx, version.id).await?;
    let subject = json!({ "manifest_id": access.manifest_id(), "version": version.version });
    Event::new(kind, subject)
        .organization(access.owner())
        .package(access.package())
        .change(version.facts(), after.facts())
        .record(tx, access.actor())
        .await?;
    package::refresh_listed_version(tx, access.package()).await?;
    Ok(after)
}

/// The name of the queue in its cursors.
const LIST: &str = "reviews";

/// Reads the `status` of a request for the queue; `pending_review` without one.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn read_status(text: Option<&str>) -> Result<ListingStatus> {
    let statuses = [ListingStatus::PendingReview, ListingStatus::Approved, ListingStatus::Rejected];
    let text = text.unwrap_or("pending_review");
    statuses.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
        Code::ValidationError.error("`status` is none of pending_review, approved, rejected")
    })
}

/// Writes the cursor of the page after a row of the queue.
fn write_cursor(row: &QueuedVersion) -> String {
    let at = row.submitted_at.timestamp_micros().to_be_bytes();
    pagination::write_cursor(LIST, &[row.id.0.as_bytes(), at.as_slice()].concat())
}

/// Reads a cursor of the queue.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn read_cursor(cursor: &str) -> Result<ReviewKey> {
    let key = pagination::read_cursor(LIST, cursor)?;
    let (id, at) = key.split_at_checked(16).unwrap_or_default();
    let micros = i64::from_be_bytes(at.try_into().unwrap_or_default());
    let at = DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH);
    let id = VersionId(uuid::Uuid::from_slice(id).unwrap_or_default());
    Ok(ReviewKey { submitted_at: at, id })
}
