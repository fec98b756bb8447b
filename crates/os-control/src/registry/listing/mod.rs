//! A package's place in the marketplace, and the review before it.
//!
//! **Invariant:** a package is in the public catalog if and only if its
//! visibility is `marketplace` and at least one of its versions is published
//! and approved. [`package::refresh_listed_version`] keeps the columns that say
//! so, the totals and the search index, in the transaction of whatever changed.
//!
//! The moves between the states are docs/wire/listings.md#review.

mod policy;
mod sql;

pub use sql::Queued;

use crate::events::{Event, Kind};
use crate::registry::package::{self, PackageAccess};
use crate::registry::version::{self, ListingStatus, ReviewDecision, ReviewStep, Version};
use crate::{Code, Result, VersionId, page};
use chrono::{DateTime, Utc};
use os_api::listing::RejectionReason;
use os_db::{Tx, now};
use serde_json::json;

/// Hands a version in for review.
///
/// # Errors
/// `LISTING_POLICY_VIOLATION` with everything that is wrong, `INVALID_STATE` when
/// it is in review or approved already.
pub async fn submit(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    let from = match version.listing_status {
        ListingStatus::Rejected => ListingStatus::Rejected,
        _ => ListingStatus::Draft,
    };
    is_in(version, from)?;
    policy::check(tx, access, version).await?;
    let kind = Kind::VersionSubmitted;
    let step = ReviewStep {
        from,
        to: ListingStatus::PendingReview,
        submitted_at: Some(now()),
        decision: None,
    };
    go(tx, access, version, kind, step).await
}

/// Takes a version back out of the review.
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
    go(tx, access, version, kind, step).await
}

/// Lets a version into the catalog. The policy is checked again: the package
/// may have changed since it was handed in.
///
/// # Errors
/// `INVALID_STATE` when it is not in review, `LISTING_POLICY_VIOLATION`.
pub async fn approve(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<Version> {
    is_in(version, ListingStatus::PendingReview)?;
    admit(tx, access, version).await
}

/// Lets a version into the catalog without a review; the caller has checked
/// that a platform administrator asks.
///
/// # Errors
/// `LISTING_POLICY_VIOLATION`.
pub async fn auto_approve(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
) -> Result<Version> {
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
    go(tx, access, version, kind, step).await
}

/// Refuses a version, saying why.
///
/// # Errors
/// `INVALID_STATE` when it is not in review, `MISSING_REQUIRED_FIELD` when
/// nothing is said.
pub async fn reject(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
    reasons: &[RejectionReason],
    feedback: Option<&str>,
) -> Result<Version> {
    if reasons.is_empty() && feedback.is_none_or(|text| text.trim().is_empty()) {
        return Err(Code::MissingRequiredField.error(
            "say why: `reasons` must name at least one reason, or `feedback` must have a text",
        ));
    }
    let notes = json!({ "reasons": reasons, "feedback": feedback }).to_string();
    let kind = Kind::VersionRejected;
    let step = ReviewStep {
        from: ListingStatus::PendingReview,
        to: ListingStatus::Rejected,
        submitted_at: version.submitted_at,
        decision: Some(ReviewDecision { by: access.actor().label(), notes: Some(notes) }),
    };
    go(tx, access, version, kind, step).await
}

/// Takes an approved version out of the catalog. What runs it keeps running it.
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
    go(tx, access, version, kind, step).await
}

/// One page of the versions in a state of the review, first come first, and how
/// many there are in all.
pub async fn queue(
    tx: &mut Tx,
    status: ListingStatus,
    after: Option<(DateTime<Utc>, VersionId)>,
    limit: i64,
) -> Result<(Vec<Queued>, i64)> {
    let after = after.unwrap_or((DateTime::UNIX_EPOCH, VersionId(uuid::Uuid::nil())));
    let rows = sql::queue(tx, status, after, limit).await?;
    Ok((rows, sql::queue_length(tx, status).await?))
}

fn is_in(version: &Version, status: ListingStatus) -> Result<()> {
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

async fn go(
    tx: &mut Tx,
    access: &PackageAccess,
    version: &Version,
    kind: Kind,
    step: ReviewStep,
) -> Result<Version> {
    is_in(version, step.from)?;
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

/// Reads the status that a queue is asked for.
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

/// The cursor of the page after a row of the queue.
pub fn write_cursor(row: &Queued) -> String {
    let at = row.submitted_at.timestamp_micros().to_be_bytes();
    page::cursor(LIST, &[row.id.0.as_bytes(), at.as_slice()].concat())
}

/// Reads a cursor of the queue.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn read_cursor(cursor: &str) -> Result<(DateTime<Utc>, VersionId)> {
    let key = page::key(LIST, cursor)?;
    let (id, at) = key.split_at_checked(16).unwrap_or_default();
    let micros = i64::from_be_bytes(at.try_into().unwrap_or_default());
    let at = DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH);
    Ok((at, VersionId(uuid::Uuid::from_slice(id).unwrap_or_default())))
}
