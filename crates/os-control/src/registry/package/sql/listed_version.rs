//! Statements about the columns that follow from the versions, the totals and
//! the namespaces.

use crate::registry::package::Visibility;
use crate::{PackageId, VersionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::OrganizationId;

/// Locks the row of a package for this transaction. SQLite has a single writer anyway.
pub async fn lock_package(tx: &mut Tx, id: PackageId) -> os_db::Result<()> {
    if tx.is_sqlite() {
        return Ok(());
    }
    tx.query("UPDATE sys_package SET listed = listed WHERE id = $1").bind(id).run().await.map(drop)
}

/// The listed version that a package has, and the one that follows from its versions.
#[derive(Debug, os_db::FromRow)]
pub struct ListedVersion {
    pub visibility: Visibility,
    pub category: Option<String>,
    pub listed: bool,
    pub listed_category: Option<String>,
    pub latest_version_id: Option<VersionId>,
    pub public_version_id: Option<VersionId>,
    pub latest: Option<VersionId>,
    pub public_candidate: Option<VersionId>,
}

pub async fn listed_version(tx: &mut Tx, id: PackageId) -> os_db::Result<ListedVersion> {
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

pub async fn set_listed_version(
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

pub async fn counter(tx: &mut Tx, name: &str) -> os_db::Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query("SELECT value FROM sys_counter WHERE name = $1")
        .bind(name.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(value,)| value))
}

pub async fn count(tx: &mut Tx, name: &str, by: i64) -> os_db::Result<()> {
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

/// Claims a namespace, unless it is claimed.
pub async fn claim_namespace(
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

/// The reservation of a namespace.
#[derive(Debug, os_db::FromRow)]
pub struct Claim {
    pub publisher_org_id: OrganizationId,
    pub claimed_by_manifest_id: String,
    pub claimed_at: DateTime<Utc>,
}

pub async fn find_claim(tx: &mut Tx, namespace: &str) -> os_db::Result<Claim> {
    tx.query(
        "SELECT publisher_org_id, claimed_by_manifest_id, claimed_at
           FROM sys_namespace_reservation WHERE namespace = $1",
    )
    .bind(namespace.to_owned())
    .one()
    .await
}
