use super::ReviewKey;
use crate::registry::package::{PublisherTier, Visibility};
use crate::registry::version::ListingStatus;
use crate::{PackageId, VersionId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_identity::OrganizationId;

/// A version in the review queue, with what a reviewer sees of its package.
#[derive(Debug, os_db::FromRow)]
pub struct QueuedVersion {
    pub id: VersionId,
    pub submitted_at: DateTime<Utc>,
    pub package_id: PackageId,
    pub manifest_id: String,
    pub display_name: String,
    pub owner_org_id: OrganizationId,
    pub owner_name: String,
    pub visibility: Visibility,
    pub publisher: PublisherTier,
}

pub(super) async fn queue(
    tx: &mut Tx,
    status: ListingStatus,
    after: ReviewKey,
    limit: i64,
) -> os_db::Result<Vec<QueuedVersion>> {
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
    .bind(after.submitted_at)
    .bind(after.id)
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
