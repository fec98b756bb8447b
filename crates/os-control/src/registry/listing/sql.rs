use super::Move;
use crate::registry::package::Visibility;
use crate::registry::version::ListingStatus;
use crate::{PackageId, VersionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::OrganizationId;

/// Moves a published version, unless it is no longer where it was.
/// Some of the namespaces that are reserved for an organization.
pub(super) async fn namespaces_reserved_by(
    tx: &mut Tx,
    organization: OrganizationId,
) -> os_db::Result<Vec<String>> {
    let names: Vec<(String,)> = tx
        .query(
            "SELECT namespace FROM sys_namespace_reservation
              WHERE publisher_org_id = $1 ORDER BY namespace LIMIT 5",
        )
        .bind(organization)
        .all()
        .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

pub(super) async fn go(tx: &mut Tx, id: VersionId, step: Move) -> os_db::Result<bool> {
    let decided = step.decision.is_some();
    let (by, notes) = step.decision.map_or((None, None), |it| (Some(it.by), it.notes));
    let at = now();
    let moved = tx
        .query(
            "UPDATE sys_package_version
                SET listing_status = $3, submitted_at = $4, reviewed_at = $5, reviewed_by = $6,
                    review_notes = $7, updated_at = $8
              WHERE id = $1 AND listing_status = $2 AND status = 'published'",
        )
        .bind(id)
        .bind(step.from)
        .bind(step.to)
        .bind(step.submitted_at)
        .bind(decided.then_some(at))
        .bind(by)
        .bind(notes)
        .bind(at)
        .run()
        .await?;
    Ok(moved == 1)
}

/// A version in the review queue, with what a reviewer sees of its package.
#[derive(Debug, os_db::FromRow)]
pub struct Queued {
    pub id: VersionId,
    pub submitted_at: DateTime<Utc>,
    pub package_id: PackageId,
    pub manifest_id: String,
    pub display_name: String,
    pub owner_org_id: OrganizationId,
    pub owner_name: String,
    pub visibility: Visibility,
    pub publisher: crate::registry::package::PublisherTier,
}

pub(super) async fn queue(
    tx: &mut Tx,
    status: ListingStatus,
    after: (DateTime<Utc>, VersionId),
    limit: i64,
) -> os_db::Result<Vec<Queued>> {
    tx.query(
        "SELECT v.id, v.submitted_at, p.id AS package_id, p.manifest_id, p.display_name,
                p.owner_org_id, o.name AS owner_name, p.visibility, p.publisher
           FROM sys_package_version v
           JOIN sys_package p ON p.id = v.package_id
           JOIN sys_organization o ON o.id = p.owner_org_id
          WHERE v.listing_status = $1 AND v.submitted_at IS NOT NULL AND v.status = 'published'
            AND (v.submitted_at, v.id) > ($2, $3)
          ORDER BY v.submitted_at, v.id LIMIT $4",
    )
    .bind(status)
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all()
    .await
}

pub(super) async fn queue_length(tx: &mut Tx, status: ListingStatus) -> os_db::Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(*) FROM sys_package_version
              WHERE listing_status = $1 AND submitted_at IS NOT NULL AND status = 'published'",
        )
        .bind(status)
        .one()
        .await?;
    Ok(count)
}

/// Takes the row of a package for this transaction. SQLite has one writer anyway.
pub(super) async fn lock_package(tx: &mut Tx, id: PackageId) -> os_db::Result<()> {
    if tx.is_sqlite() {
        return Ok(());
    }
    tx.query("UPDATE sys_package SET listed = listed WHERE id = $1").bind(id).run().await.map(drop)
}

/// What a package says of its listing, and what its versions say.
#[derive(Debug, os_db::FromRow)]
pub(super) struct Standing {
    pub visibility: Visibility,
    pub category: Option<String>,
    pub listed: bool,
    pub listed_category: Option<String>,
    pub latest_version_id: Option<VersionId>,
    pub public_version_id: Option<VersionId>,
    pub latest: Option<VersionId>,
    pub public_candidate: Option<VersionId>,
}

pub(super) async fn standing(tx: &mut Tx, id: PackageId) -> os_db::Result<Standing> {
    tx.query(
        "SELECT p.visibility, p.category, p.listed, p.listed_category, p.latest_version_id,
                p.public_version_id,
                COALESCE(
                    (SELECT v.id FROM sys_package_version v
                      WHERE v.package_id = $1 AND v.status = 'published' AND v.is_pre_release = FALSE
                      ORDER BY v.precedence DESC, v.id DESC LIMIT 1),
                    (SELECT v.id FROM sys_package_version v
                      WHERE v.package_id = $1 AND v.status = 'published' AND v.is_pre_release = TRUE
                      ORDER BY v.precedence DESC, v.id DESC LIMIT 1)) AS latest,
                COALESCE(
                    (SELECT v.id FROM sys_package_version v
                      WHERE v.package_id = $1 AND v.status = 'published'
                        AND v.listing_status = 'approved' AND v.is_pre_release = FALSE
                      ORDER BY v.precedence DESC, v.id DESC LIMIT 1),
                    (SELECT v.id FROM sys_package_version v
                      WHERE v.package_id = $1 AND v.status = 'published'
                        AND v.listing_status = 'approved' AND v.is_pre_release = TRUE
                      ORDER BY v.precedence DESC, v.id DESC LIMIT 1)) AS public_candidate
           FROM sys_package p WHERE p.id = $1",
    )
    .bind(id)
    .one()
    .await
}

pub(super) async fn set_standing(
    tx: &mut Tx,
    id: PackageId,
    public: Option<VersionId>,
    latest: Option<VersionId>,
    category: Option<String>,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package
            SET listed = $2, listed_category = $3, public_version_id = $4, latest_version_id = $5
          WHERE id = $1",
    )
    .bind(id)
    .bind(public.is_some())
    .bind(category)
    .bind(public)
    .bind(latest)
    .run()
    .await
    .map(drop)
}

pub(super) async fn counter(tx: &mut Tx, name: &str) -> os_db::Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query("SELECT value FROM sys_counter WHERE name = $1")
        .bind(name.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(value,)| value))
}

pub(super) async fn count(tx: &mut Tx, name: &str, by: i64) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_counter (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = sys_counter.value + excluded.value",
    )
    .bind(name.to_owned())
    .bind(by)
    .run()
    .await
    .map(drop)
}

/// Claims a namespace, unless somebody has.
pub(super) async fn claim_namespace(
    tx: &mut Tx,
    namespace: &str,
    organization: OrganizationId,
    manifest_id: &str,
) -> os_db::Result<bool> {
    let claimed = tx
        .query(
            "INSERT INTO sys_namespace_reservation
                (namespace, publisher_org_id, claimed_by_manifest_id, grandfathered, claimed_at)
             VALUES ($1, $2, $3, FALSE, $4)
             ON CONFLICT (namespace) DO NOTHING",
        )
        .bind(namespace.to_owned())
        .bind(organization)
        .bind(manifest_id.to_owned())
        .bind(now())
        .run()
        .await?;
    Ok(claimed == 1)
}

/// Who has a namespace.
#[derive(Debug, os_db::FromRow)]
pub(super) struct Claim {
    pub publisher_org_id: OrganizationId,
    pub claimed_by_manifest_id: String,
    pub claimed_at: DateTime<Utc>,
}

pub(super) async fn find_claim(tx: &mut Tx, namespace: &str) -> os_db::Result<Claim> {
    tx.query(
        "SELECT publisher_org_id, claimed_by_manifest_id, claimed_at
           FROM sys_namespace_reservation WHERE namespace = $1",
    )
    .bind(namespace.to_owned())
    .one()
    .await
}
