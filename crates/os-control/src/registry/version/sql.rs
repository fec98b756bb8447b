use super::{ListingStatus, ReviewStep, Version, VersionKey, VersionStatus, columns};
use crate::registry::package::{VersionAccess, VisibleVersions};
use crate::{Error, PackageId, Result, VersionId};
use anyhow::Context;
use os_db::{Tx, now};
use os_identity::OrganizationId;
use os_package::{Scope, SealedVersion, VersionNumber};

/// The columns of [`Version`].
macro_rules! columns {
    () => {
        "id, package_id, version, precedence, status, is_pre_release, listing_status, checksum,
         release_notes, min_platform_version, scope, artifact_kind, manifest_type, engines, size,
         submitted_at, reviewed_at, reviewed_by, review_notes, deprecation_reason, published_at,
         published_by, created_at, updated_at, created_by"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM sys_package_version v ", $rest)
    };
}

pub(super) async fn find(tx: &mut Tx, id: VersionId) -> os_db::Result<Option<Version>> {
    tx.query(select!("WHERE v.id = $1")).bind(id).optional().await
}

pub(super) async fn find_by_number(
    tx: &mut Tx,
    package: PackageId,
    version: &str,
) -> os_db::Result<Option<Version>> {
    tx.query(select!("WHERE v.package_id = $1 AND v.version = $2"))
        .bind(package)
        .bind(version.to_owned())
        .optional()
        .await
}

/// The highest published version, stable before pre-release.
pub(super) async fn latest(
    tx: &mut Tx,
    package: PackageId,
    pre_releases: bool,
) -> os_db::Result<Option<VersionId>> {
    let (id,): (Option<VersionId>,) = tx
        .query(
            "SELECT COALESCE(
                (SELECT id FROM sys_package_version
                  WHERE package_id = $1 AND status = 'published' AND is_pre_release = FALSE
                  ORDER BY precedence DESC, id DESC LIMIT 1),
                (SELECT id FROM sys_package_version
                  WHERE package_id = $1 AND status = 'published' AND is_pre_release = TRUE AND $2
                  ORDER BY precedence DESC, id DESC LIMIT 1))",
        )
        .bind(package)
        .bind(pre_releases)
        .one()
        .await?;
    Ok(id)
}

/// Finds the highest approved version, stable before pre-release.
pub(super) async fn latest_public(
    tx: &mut Tx,
    package: PackageId,
) -> os_db::Result<Option<VersionId>> {
    let (id,): (Option<VersionId>,) = tx
        .query(
            "SELECT COALESCE(
                (SELECT id FROM sys_package_version
                  WHERE package_id = $1 AND status = 'published' AND listing_status = 'approved'
                    AND is_pre_release = FALSE
                  ORDER BY precedence DESC, id DESC LIMIT 1),
                (SELECT id FROM sys_package_version
                  WHERE package_id = $1 AND status = 'published' AND listing_status = 'approved'
                    AND is_pre_release = TRUE
                  ORDER BY precedence DESC, id DESC LIMIT 1))",
        )
        .bind(package)
        .one()
        .await?;
    Ok(id)
}

/// Returns the numbers of the newest versions that are published and may be seen.
pub(super) async fn newest_numbers(
    tx: &mut Tx,
    access: VersionAccess,
) -> os_db::Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .query(
            "SELECT version FROM sys_package_version
              WHERE package_id = $1 AND status = 'published'
                AND ($2 = FALSE OR listing_status = 'approved')
              ORDER BY precedence DESC, id DESC LIMIT 5",
        )
        .bind(access.package())
        .bind(access.visible() == VisibleVersions::Listed)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Lists the page that starts below `below`.
pub(super) async fn list(
    tx: &mut Tx,
    access: VersionAccess,
    below: VersionKey,
    limit: i64,
) -> os_db::Result<Vec<Version>> {
    let sql = match access.visible() {
        VisibleVersions::All => select!(
            "WHERE v.package_id = $1 AND (v.precedence, v.id) < ($2, $3)
             ORDER BY v.precedence DESC, v.id DESC LIMIT $4"
        ),
        VisibleVersions::Published => select!(
            "WHERE v.package_id = $1 AND (v.precedence, v.id) < ($2, $3) AND v.status = 'published'
             ORDER BY v.precedence DESC, v.id DESC LIMIT $4"
        ),
        VisibleVersions::Listed => select!(
            "WHERE v.package_id = $1 AND (v.precedence, v.id) < ($2, $3) AND v.status = 'published'
               AND v.listing_status = 'approved'
             ORDER BY v.precedence DESC, v.id DESC LIMIT $4"
        ),
    };
    tx.query(sql)
        .bind(access.package())
        .bind(below.precedence)
        .bind(below.id)
        .bind(limit)
        .all()
        .await
}

pub(super) async fn count(tx: &mut Tx, access: VersionAccess) -> os_db::Result<i64> {
    let sql = match access.visible() {
        VisibleVersions::All => "SELECT COUNT(*) FROM sys_package_version WHERE package_id = $1",
        VisibleVersions::Published => {
            "SELECT COUNT(*) FROM sys_package_version
              WHERE package_id = $1 AND status = 'published'"
        }
        VisibleVersions::Listed => {
            "SELECT COUNT(*) FROM sys_package_version
              WHERE package_id = $1 AND status = 'published' AND listing_status = 'approved'"
        }
    };
    let (count,): (i64,) = tx.query(sql).bind(access.package()).one().await?;
    Ok(count)
}

pub(super) async fn manifest_json(
    tx: &mut Tx,
    package: PackageId,
    id: VersionId,
) -> os_db::Result<String> {
    let (text,): (String,) = tx
        .query("SELECT manifest_json FROM sys_package_version WHERE id = $1 AND package_id = $2")
        .bind(id)
        .bind(package)
        .one()
        .await?;
    Ok(text)
}

/// A new version without a row.
pub(super) struct Insert<'a> {
    pub id: VersionId,
    pub package: PackageId,
    pub number: &'a VersionNumber,
    pub sealed: &'a SealedVersion,
    pub status: VersionStatus,
    pub is_pre_release: bool,
    pub release_notes: Option<String>,
    pub by: String,
}

/// Adds a version, unless the package has one of this number: then nothing happens.
pub(super) async fn insert(tx: &mut Tx, new: Insert<'_>) -> os_db::Result<Option<Version>> {
    let (at, manifest) = (now(), &new.sealed.manifest);
    let published = new.status == VersionStatus::Published;
    tx.query(concat!(
        "INSERT INTO sys_package_version
                (id, package_id, version, precedence, status, is_pre_release, listing_status,
                 checksum, release_notes, min_platform_version, scope, protocol_range, dependencies,
                 configuration_schema, artifact_kind, manifest_type, engines, size,
                 published_at, published_by, created_at, updated_at, created_by, manifest_json)
             VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10, $11, $12, $13, 'package',
                     $14, $15, $16, $17, $18, $19, $19, $20, $21)
             ON CONFLICT (package_id, version) DO NOTHING
             RETURNING ",
        columns!(),
    ))
    .bind(new.id)
    .bind(new.package)
    .bind(new.number.as_str().to_owned())
    .bind(new.number.precedence_key())
    .bind(new.status)
    .bind(new.is_pre_release)
    .bind(new.sealed.checksum.to_string())
    .bind(new.release_notes)
    .bind(columns::min_platform_version(manifest))
    .bind(manifest.scope.as_str())
    .bind(manifest.protocol_range.clone())
    .bind(columns::dependencies(manifest))
    .bind(columns::configuration_schema(manifest))
    .bind(columns::manifest_type(manifest))
    .bind(columns::engines(manifest))
    .bind(columns::size(new.sealed))
    .bind(published.then_some(at))
    .bind(published.then(|| new.by.clone()))
    .bind(at)
    .bind(new.by)
    .bind(new.sealed.manifest_json.clone())
    .optional()
    .await
}

/// Replaces the content of a draft.
pub(super) async fn update_draft_manifest(
    tx: &mut Tx,
    id: VersionId,
    sealed: &SealedVersion,
) -> os_db::Result<bool> {
    let manifest = &sealed.manifest;
    let updated = tx
        .query(
            "UPDATE sys_package_version
                SET manifest_json = $2, checksum = $3, min_platform_version = $4, scope = $5,
                    protocol_range = $6, dependencies = $7, configuration_schema = $8,
                    manifest_type = $9, engines = $10, size = $11, updated_at = $12
              WHERE id = $1 AND status = 'draft'",
        )
        .bind(id)
        .bind(sealed.manifest_json.clone())
        .bind(sealed.checksum.to_string())
        .bind(columns::min_platform_version(manifest))
        .bind(manifest.scope.as_str())
        .bind(manifest.protocol_range.clone())
        .bind(columns::dependencies(manifest))
        .bind(columns::configuration_schema(manifest))
        .bind(columns::manifest_type(manifest))
        .bind(columns::engines(manifest))
        .bind(columns::size(sealed))
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

/// Replaces the fields of a draft beside its content.
pub(super) async fn update_draft(
    tx: &mut Tx,
    id: VersionId,
    release_notes: Option<String>,
    is_pre_release: bool,
) -> os_db::Result<bool> {
    let updated = tx
        .query(
            "UPDATE sys_package_version
                SET release_notes = $2, is_pre_release = $3, updated_at = $4
              WHERE id = $1 AND status = 'draft'",
        )
        .bind(id)
        .bind(release_notes)
        .bind(is_pre_release)
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

/// Publishes a draft whose content is still the one that was read.
pub(super) async fn publish_draft(tx: &mut Tx, draft: &Version, by: &str) -> os_db::Result<bool> {
    let updated = tx
        .query(
            "UPDATE sys_package_version
                SET status = 'published', published_at = $2, published_by = $3, updated_at = $2
              WHERE id = $1 AND status = 'draft' AND checksum = $4",
        )
        .bind(draft.id)
        .bind(now())
        .bind(by.to_owned())
        .bind(draft.checksum.clone())
        .run()
        .await?;
    Ok(updated == 1)
}

/// Moves a version from one status to another. Returns false when it had a different one.
pub(super) async fn move_status(
    tx: &mut Tx,
    id: VersionId,
    from: VersionStatus,
    to: VersionStatus,
    reason: Option<String>,
) -> os_db::Result<bool> {
    let updated = tx
        .query(
            "UPDATE sys_package_version
                SET status = $3, deprecation_reason = $4, updated_at = $5
              WHERE id = $1 AND status = $2",
        )
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(reason)
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

pub(super) async fn delete_draft(tx: &mut Tx, id: VersionId) -> os_db::Result<bool> {
    let deleted = tx
        .query("DELETE FROM sys_package_version WHERE id = $1 AND status = 'draft'")
        .bind(id)
        .run()
        .await?;
    Ok(deleted == 1)
}

/// Returns whether an environment has the version, or can roll back to it.
pub(super) async fn was_installed(tx: &mut Tx, id: VersionId) -> os_db::Result<bool> {
    let (found,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_installation WHERE package_version_id = $1)
                 OR EXISTS (SELECT 1 FROM sys_package_installation_history WHERE to_version_id = $1)",
        )
        .bind(id)
        .one()
        .await?;
    Ok(found)
}

/// The columns of [`super::Installable`].
#[derive(os_db::FromRow)]
pub(super) struct Row {
    id: VersionId,
    pub(super) package_id: PackageId,
    manifest_id: String,
    version: String,
    status: VersionStatus,
    listing_status: ListingStatus,
    is_pre_release: bool,
    scope: String,
    min_platform_version: Option<String>,
    protocol_range: Option<String>,
    dependencies: String,
    configuration_schema: Option<String>,
    checksum: String,
}

macro_rules! select_installable {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.package_id, p.manifest_id, v.version,
                    v.status, v.listing_status, v.is_pre_release, v.scope, v.min_platform_version,
                    v.protocol_range, v.dependencies, v.configuration_schema, v.checksum
               FROM sys_package_version v JOIN sys_package p ON p.id = v.package_id ",
            $rest
        )
    };
}

pub(super) async fn find_installable(tx: &mut Tx, id: VersionId) -> os_db::Result<Option<Row>> {
    tx.query(select_installable!("WHERE v.id = $1")).bind(id).optional().await
}

/// Reads those of the versions that exist, in no order.
pub(super) async fn find_installables(tx: &mut Tx, ids: &[VersionId]) -> os_db::Result<Vec<Row>> {
    tx.query_per_dialect(
        select_installable!("WHERE v.id IN (SELECT unhex(value) FROM json_each($1))"),
        select_installable!(
            "WHERE v.id IN (SELECT value::uuid FROM jsonb_array_elements_text(CAST($1 AS JSONB)))"
        ),
    )
    .bind(json_array(ids))
    .all()
    .await
}

/// Writes ids as the JSON array that the statements about several rows take.
fn json_array(ids: &[VersionId]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| id.0.simple().to_string()).collect();
    serde_json::json!(ids).to_string()
}

impl TryFrom<Row> for super::Installable {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            package: row.package_id,
            manifest_id: row.manifest_id.parse().context("sys_package.manifest_id")?,
            version: row.version.parse().context("sys_package_version.version")?,
            status: row.status,
            listing_status: row.listing_status,
            is_pre_release: row.is_pre_release,
            scope: if row.scope == "platform" { Scope::Platform } else { Scope::Environment },
            min_platform_version: row.min_platform_version,
            protocol_range: row.protocol_range,
            dependencies: serde_json::from_str(&row.dependencies).context("dependencies")?,
            configuration_schema: row
                .configuration_schema
                .map(|text| serde_json::from_str(&text).context("configuration_schema"))
                .transpose()?,
            checksum: Some(row.checksum),
        })
    }
}

/// Returns whether an environment of the organization runs the version.
pub(super) async fn is_installed_in_organization(
    tx: &mut Tx,
    id: VersionId,
    organization: OrganizationId,
) -> os_db::Result<bool> {
    let (found,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_installation i
                              JOIN sys_environment e ON e.id = i.environment_id
                             WHERE i.package_version_id = $1 AND e.organization_id = $2)",
        )
        .bind(id)
        .bind(organization)
        .one()
        .await?;
    Ok(found)
}

/// Reads those of the versions that exist, in no order.
pub(super) async fn find_all(tx: &mut Tx, ids: &[VersionId]) -> os_db::Result<Vec<Version>> {
    tx.query_per_dialect(
        select!("WHERE v.id IN (SELECT unhex(value) FROM json_each($1))"),
        select!(
            "WHERE v.id IN (SELECT value::uuid FROM jsonb_array_elements_text(CAST($1 AS JSONB)))"
        ),
    )
    .bind(json_array(ids))
    .all()
    .await
}

/// Moves a published version from one state of the review to another.
pub(super) async fn set_review_state(
    tx: &mut Tx,
    id: VersionId,
    step: ReviewStep,
) -> os_db::Result<bool> {
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

pub(super) async fn delete_drafts(tx: &mut Tx, package: PackageId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_package_version WHERE package_id = $1 AND status = 'draft'")
        .bind(package)
        .run()
        .await
        .map(drop)
}
