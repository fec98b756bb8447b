mod listed_version;

pub(super) use listed_version::*;

use super::Package;
use crate::PackageId;
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::OrganizationId;

/// The columns of [`Package`], with a readme or without.
macro_rules! select {
    ($readme:literal, $rest:literal) => {
        concat!(
            "SELECT p.id, p.manifest_id, p.namespace, p.owner_org_id, p.display_name, p.description,
                    p.tagline, p.visibility, p.category, p.tags, p.icon_url, p.icon_checksum,
                    p.homepage_url, p.license, p.publisher, p.is_starter, p.listed, p.search_id,
                    p.sort_name, p.created_at, p.updated_at, p.created_by, p.translations,
                    p.latest_version_id, l.version AS latest_version,
                    p.public_version_id, c.version AS public_version, ",
            $readme,
            " AS readme
               FROM sys_package p
               LEFT JOIN sys_package_version l ON l.id = p.latest_version_id
               LEFT JOIN sys_package_version c ON c.id = p.public_version_id ",
            $rest
        )
    };
}

pub(super) async fn find(tx: &mut Tx, id: PackageId) -> os_db::Result<Option<Package>> {
    tx.query(select!("p.readme", "WHERE p.id = $1")).bind(id).optional().await
}

/// Reads those of the packages that exist, without their readme, in no order.
pub(super) async fn find_all(tx: &mut Tx, rows: &[i64]) -> os_db::Result<Vec<Package>> {
    tx.query_per_dialect(
        select!("CAST(NULL AS TEXT)", "WHERE p.search_id IN (SELECT value FROM json_each($1))"),
        select!(
            "CAST(NULL AS TEXT)",
            "WHERE p.search_id IN
                (SELECT value::bigint FROM jsonb_array_elements_text(CAST($1 AS JSONB)))"
        ),
    )
    .bind(serde_json::json!(rows).to_string())
    .all()
    .await
}

/// The facts that decide who may see a package.
#[derive(Debug, os_db::FromRow)]
pub struct AccessFacts {
    pub id: PackageId,
    pub manifest_id: String,
    pub owner_org_id: OrganizationId,
    /// True in the public catalog.
    pub listed: bool,
}

pub(super) async fn find_by_id(tx: &mut Tx, id: PackageId) -> os_db::Result<Option<AccessFacts>> {
    tx.query("SELECT id, manifest_id, owner_org_id, listed FROM sys_package WHERE id = $1")
        .bind(id)
        .optional()
        .await
}

pub(super) async fn find_by_manifest_id(
    tx: &mut Tx,
    manifest_id: &str,
) -> os_db::Result<Option<AccessFacts>> {
    tx.query("SELECT id, manifest_id, owner_org_id, listed FROM sys_package WHERE manifest_id = $1")
        .bind(manifest_id.to_owned())
        .optional()
        .await
}

/// Adds a package. Returns false when its id is taken.
pub(super) async fn insert(tx: &mut Tx, package: &Package) -> os_db::Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO sys_package
                (id, manifest_id, namespace, owner_org_id, display_name, description, tagline,
                 visibility, category, tags, icon_url, homepage_url, license, publisher, is_starter,
                 listed, search_id, sort_name, created_at, updated_at, created_by, translations,
                 readme)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                     FALSE, $16, $17, $18, $18, $19, $20, $21)
             ON CONFLICT (manifest_id) DO NOTHING",
        )
        .bind(package.id)
        .bind(package.manifest_id.clone())
        .bind(package.namespace.clone())
        .bind(package.owner_org_id)
        .bind(package.display_name.clone())
        .bind(package.description.clone())
        .bind(package.tagline.clone())
        .bind(package.visibility)
        .bind(package.category.clone())
        .bind(package.tags.clone())
        .bind(package.icon_url.clone())
        .bind(package.homepage_url.clone())
        .bind(package.license.clone())
        .bind(package.publisher)
        .bind(package.is_starter)
        .bind(package.search_id)
        .bind(package.sort_name.clone())
        .bind(package.created_at)
        .bind(package.created_by.clone())
        .bind(package.translations.clone())
        .bind(package.readme.clone())
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Locks the row for this transaction, so that nothing read afterwards changes.
pub(super) async fn lock(tx: &mut Tx, id: PackageId) -> os_db::Result<()> {
    tx.query("UPDATE sys_package SET updated_at = updated_at WHERE id = $1")
        .bind(id)
        .run()
        .await
        .map(drop)
}

/// Writes all columns that can change.
pub(super) async fn update(tx: &mut Tx, package: &Package) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package
            SET namespace = $2, display_name = $3, description = $4, tagline = $5, visibility = $6,
                category = $7, tags = $8, icon_url = $9, icon_checksum = $10, homepage_url = $11,
                license = $12, publisher = $13, is_starter = $14, sort_name = $15,
                translations = $16, readme = $17, updated_at = $18
          WHERE id = $1",
    )
    .bind(package.id)
    .bind(package.namespace.clone())
    .bind(package.display_name.clone())
    .bind(package.description.clone())
    .bind(package.tagline.clone())
    .bind(package.visibility)
    .bind(package.category.clone())
    .bind(package.tags.clone())
    .bind(package.icon_url.clone())
    .bind(package.icon_checksum.clone())
    .bind(package.homepage_url.clone())
    .bind(package.license.clone())
    .bind(package.publisher)
    .bind(package.is_starter)
    .bind(package.sort_name.clone())
    .bind(package.translations.clone())
    .bind(package.readme.clone())
    .bind(now())
    .run()
    .await
    .map(drop)
}

/// Returns whether a version was ever published or installed.
pub(super) async fn is_used(tx: &mut Tx, id: PackageId) -> os_db::Result<bool> {
    let (used,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_version
                             WHERE package_id = $1 AND status <> 'draft')
                 OR EXISTS (SELECT 1 FROM sys_package_installation WHERE package_id = $1)
                 OR EXISTS (SELECT 1 FROM sys_package_installation_history h
                              JOIN sys_package_version v ON v.id = h.to_version_id
                             WHERE v.package_id = $1)",
        )
        .bind(id)
        .one()
        .await?;
    Ok(used)
}

pub(super) async fn delete(tx: &mut Tx, id: PackageId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_package WHERE id = $1").bind(id).run().await.map(drop)
}

pub(super) async fn delete_reservation(tx: &mut Tx, manifest_id: &str) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_namespace_reservation WHERE claimed_by_manifest_id = $1")
        .bind(manifest_id.to_owned())
        .run()
        .await
        .map(drop)
}

pub(super) async fn insert_grant(
    tx: &mut Tx,
    package: PackageId,
    organization: OrganizationId,
    by: &str,
) -> os_db::Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO sys_package_grant (id, package_id, organization_id, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (package_id, organization_id) DO NOTHING",
        )
        .bind(uuid::Uuid::now_v7())
        .bind(package)
        .bind(organization)
        .bind(by.to_owned())
        .bind(now())
        .run()
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn delete_grant(
    tx: &mut Tx,
    package: PackageId,
    organization: OrganizationId,
) -> os_db::Result<bool> {
    let deleted = tx
        .query("DELETE FROM sys_package_grant WHERE package_id = $1 AND organization_id = $2")
        .bind(package)
        .bind(organization)
        .run()
        .await?;
    Ok(deleted == 1)
}

/// An organization that may see a package.
#[derive(Debug, os_db::FromRow)]
pub struct Grant {
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
}

pub(super) async fn grants(tx: &mut Tx, package: PackageId) -> os_db::Result<Vec<Grant>> {
    tx.query(
        "SELECT g.organization_id, o.name AS organization_name, g.created_at, g.created_by
           FROM sys_package_grant g JOIN sys_organization o ON o.id = g.organization_id
          WHERE g.package_id = $1 ORDER BY g.created_at, g.id",
    )
    .bind(package)
    .all()
    .await
}

pub(super) async fn granted_organizations(
    tx: &mut Tx,
    package: PackageId,
) -> os_db::Result<Vec<OrganizationId>> {
    let rows: Vec<(OrganizationId,)> = tx
        .query("SELECT organization_id FROM sys_package_grant WHERE package_id = $1")
        .bind(package)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn is_granted_to_organization(
    tx: &mut Tx,
    package: PackageId,
    organization: OrganizationId,
) -> os_db::Result<bool> {
    let (granted,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_grant
                             WHERE package_id = $1 AND organization_id = $2)",
        )
        .bind(package)
        .bind(organization)
        .one()
        .await?;
    Ok(granted)
}

/// Returns whether an environment of the organization has the package installed.
pub(super) async fn is_installed_in_organization(
    tx: &mut Tx,
    package: PackageId,
    organization: OrganizationId,
) -> os_db::Result<bool> {
    let (installed,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_installation i
                              JOIN sys_environment e ON e.id = i.environment_id
                             WHERE i.package_id = $1 AND e.organization_id = $2)",
        )
        .bind(package)
        .bind(organization)
        .one()
        .await?;
    Ok(installed)
}

/// Keeps bytes under their checksum; the same bytes are kept once.
pub(super) async fn insert_blob(
    tx: &mut Tx,
    checksum: &str,
    content_type: &str,
    bytes: Vec<u8>,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_blob (checksum, content_type, created_at, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (checksum) DO NOTHING",
    )
    .bind(checksum.to_owned())
    .bind(content_type.to_owned())
    .bind(now())
    .bind(bytes)
    .run()
    .await
    .map(drop)
}

/// The icon of a package.
#[derive(Debug, os_db::FromRow)]
pub struct Picture {
    pub listed: bool,
    pub checksum: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

pub(super) async fn picture(tx: &mut Tx, manifest_id: &str) -> os_db::Result<Option<Picture>> {
    tx.query(
        "SELECT p.listed, b.checksum, b.content_type, b.bytes
           FROM sys_package p JOIN sys_blob b ON b.checksum = p.icon_checksum
          WHERE p.manifest_id = $1",
    )
    .bind(manifest_id.to_owned())
    .optional()
    .await
}

/// Replaces a row of the search index.
pub(super) async fn index(
    tx: &mut Tx,
    row: i64,
    words: String,
    lexemes: String,
) -> os_db::Result<()> {
    let text = if tx.is_sqlite() { words } else { lexemes };
    tx.query_per_dialect(
        "INSERT OR REPLACE INTO package_search (rowid, words) VALUES ($1, $2)",
        "INSERT INTO package_search (rowid, words) VALUES ($1, CAST($2 AS TSVECTOR))
         ON CONFLICT (rowid) DO UPDATE SET words = excluded.words",
    )
    .bind(row)
    .bind(text)
    .run()
    .await
    .map(drop)
}

pub(super) async fn unindex(tx: &mut Tx, row: i64) -> os_db::Result<()> {
    tx.query("DELETE FROM package_search WHERE rowid = $1").bind(row).run().await.map(drop)
}

/// Lists up to five packages and namespaces of an organization.
pub(super) async fn names_owned_by(
    tx: &mut Tx,
    owner: OrganizationId,
) -> os_db::Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .query(
            "SELECT manifest_id FROM sys_package WHERE owner_org_id = $1
             UNION ALL
             SELECT namespace FROM sys_namespace_reservation WHERE publisher_org_id = $1
             LIMIT 5",
        )
        .bind(owner)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
