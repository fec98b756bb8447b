use super::catalog::Offer;
use super::record::Action;
use super::{Installation, Move};
use crate::{EnvironmentId, InstallationId, PackageId, VersionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::OrganizationId;
use uuid::Uuid;

/// The columns of [`Installation`]. What is latest depends on how much of the
/// package the organization of the environment sees.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.environment_id, i.package_id, i.package_version_id, i.enabled,
                    i.with_sample_data, i.settings, i.installed_at, i.installed_by, i.updated_at,
                    p.manifest_id, p.owner_org_id, p.display_name, p.icon_url,
                    v.version,
                    v.status AS version_status, v.is_pre_release, v.scope, v.checksum,
                    v.dependencies, v.configuration_schema, l.version AS latest_version,
                    i.observed_version, i.observed_checksum, i.observed_error,
                    r.name AS runtime_name, r.followed_since AS runtime_followed_since,
                    r.last_seen_at AS runtime_seen_at
               FROM sys_package_installation i
               JOIN sys_environment e ON e.id = i.environment_id
               JOIN sys_package p ON p.id = i.package_id
               JOIN sys_package_version v ON v.id = i.package_version_id
               LEFT JOIN sys_package_version l ON l.is_pre_release = FALSE
                     AND l.id = CASE WHEN p.owner_org_id = e.organization_id
                              OR EXISTS (SELECT 1 FROM sys_package_grant g
                                          WHERE g.package_id = p.id
                                            AND g.organization_id = e.organization_id)
                            THEN p.latest_version_id ELSE p.public_version_id END
               LEFT JOIN sys_runtime_connection r ON r.id =
                    (SELECT c.id FROM sys_runtime_connection c
                      WHERE c.environment_id = e.id AND c.revoked_at IS NULL
                        AND c.followed_since IS NOT NULL
                      ORDER BY c.id DESC LIMIT 1) ",
            $rest
        )
    };
}

pub(super) async fn list(
    tx: &mut Tx,
    environment: EnvironmentId,
) -> os_db::Result<Vec<Installation>> {
    tx.query(select!("WHERE i.environment_id = $1 ORDER BY p.manifest_id"))
        .bind(environment)
        .all()
        .await
}

pub(super) async fn find_by_package(
    tx: &mut Tx,
    environment: EnvironmentId,
    package: PackageId,
) -> os_db::Result<Option<Installation>> {
    tx.query(select!("WHERE i.environment_id = $1 AND i.package_id = $2"))
        .bind(environment)
        .bind(package)
        .optional()
        .await
}

pub(super) async fn find_by_manifest_id(
    tx: &mut Tx,
    environment: EnvironmentId,
    manifest_id: &str,
) -> os_db::Result<Option<Installation>> {
    tx.query(select!("WHERE i.environment_id = $1 AND p.manifest_id = $2"))
        .bind(environment)
        .bind(manifest_id.to_owned())
        .optional()
        .await
}

pub(super) async fn environment_of(
    tx: &mut Tx,
    id: InstallationId,
) -> os_db::Result<Option<EnvironmentId>> {
    let found: Option<(EnvironmentId,)> = tx
        .query("SELECT environment_id FROM sys_package_installation WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    Ok(found.map(|(id,)| id))
}

/// A new installation, before it has a row.
pub(super) struct Insert {
    pub environment: EnvironmentId,
    pub package: PackageId,
    pub version: VersionId,
    pub enabled: bool,
    pub with_sample_data: bool,
    pub settings: String,
    pub by: String,
}

pub(super) async fn insert(tx: &mut Tx, new: Insert) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_package_installation
            (id, environment_id, package_id, package_version_id, enabled, with_sample_data, settings,
             installed_at, installed_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)",
    )
    .bind(InstallationId::new())
    .bind(new.environment)
    .bind(new.package)
    .bind(new.version)
    .bind(new.enabled)
    .bind(new.with_sample_data)
    .bind(new.settings)
    .bind(now())
    .bind(new.by)
    .run()
    .await
    .map(drop)
}

/// Moves the pointer, if it still is `from`. What was reported of the older wish is void.
pub(super) async fn move_pointer(
    tx: &mut Tx,
    id: InstallationId,
    (from, to): (VersionId, VersionId),
    at: DateTime<Utc>,
) -> os_db::Result<bool> {
    let moved = tx
        .query(
            "UPDATE sys_package_installation
                SET package_version_id = $3, updated_at = $4, observed_error = NULL
              WHERE id = $1 AND package_version_id = $2",
        )
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(at)
        .run()
        .await?;
    Ok(moved == 1)
}

/// Changes everything but the pointer.
pub(super) async fn set_state(
    tx: &mut Tx,
    id: InstallationId,
    enabled: bool,
    settings: String,
    with_sample_data: bool,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package_installation
            SET enabled = $2, settings = $3, with_sample_data = $4, updated_at = $5,
                observed_error = NULL
          WHERE id = $1",
    )
    .bind(id)
    .bind(enabled)
    .bind(settings)
    .bind(with_sample_data)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn delete(tx: &mut Tx, id: InstallationId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_package_installation WHERE id = $1").bind(id).run().await.map(drop)
}

/// A line of history, before it is written.
pub(super) struct Line {
    pub installation: InstallationId,
    pub environment: EnvironmentId,
    pub package: PackageId,
    pub from: Option<VersionId>,
    pub to: Option<VersionId>,
    pub action: Action,
    pub generation: i64,
    pub by: String,
    pub note: Option<String>,
}

pub(super) async fn insert_history(tx: &mut Tx, line: Line) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_package_installation_history
            (id, installation_id, environment_id, package_id, from_version_id, to_version_id, action,
             generation, performed_by, performed_at, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(Uuid::now_v7())
    .bind(line.installation)
    .bind(line.environment)
    .bind(line.package)
    .bind(line.from)
    .bind(line.to)
    .bind(line.action.as_str())
    .bind(line.generation)
    .bind(line.by)
    .bind(now())
    .bind(line.note)
    .run()
    .await
    .map(drop)
}

pub(super) async fn has_history(
    tx: &mut Tx,
    environment: EnvironmentId,
    package: PackageId,
) -> os_db::Result<bool> {
    let (found,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_installation_history
                             WHERE environment_id = $1 AND package_id = $2)",
        )
        .bind(environment)
        .bind(package)
        .one()
        .await?;
    Ok(found)
}

/// Whether the environment has run this version at some time.
pub(super) async fn has_run(
    tx: &mut Tx,
    environment: EnvironmentId,
    package: PackageId,
    version: VersionId,
) -> os_db::Result<bool> {
    let (found,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_installation_history
                             WHERE environment_id = $1 AND package_id = $2 AND to_version_id = $3)",
        )
        .bind(environment)
        .bind(package)
        .bind(version)
        .one()
        .await?;
    Ok(found)
}

pub(super) async fn history(
    tx: &mut Tx,
    environment: EnvironmentId,
    package: PackageId,
    before: Uuid,
    limit: i64,
) -> os_db::Result<Vec<Move>> {
    tx.query(
        "SELECT h.id, h.installation_id, h.environment_id, p.manifest_id, h.action,
                h.from_version_id, f.version AS from_version, h.to_version_id,
                t.version AS to_version, h.generation, h.performed_by, h.performed_at, h.note
           FROM sys_package_installation_history h
           JOIN sys_package p ON p.id = h.package_id
           LEFT JOIN sys_package_version f ON f.id = h.from_version_id
           LEFT JOIN sys_package_version t ON t.id = h.to_version_id
          WHERE h.environment_id = $1 AND h.package_id = $2 AND h.id < $3
          ORDER BY h.id DESC LIMIT $4",
    )
    .bind(environment)
    .bind(package)
    .bind(before)
    .bind(limit)
    .all()
    .await
}

/// The packages an organization could install, after one of them.
pub(super) async fn offers(
    tx: &mut Tx,
    organization: OrganizationId,
    after: (Vec<u8>, PackageId),
    limit: i64,
) -> os_db::Result<Vec<Offer>> {
    tx.query(
        "SELECT p.id, p.manifest_id, p.display_name, p.description, p.category, p.icon_url,
                p.visibility, p.sort_name, l.version AS latest_version
           FROM sys_package p
           JOIN sys_package_version l
             ON l.id = CASE WHEN p.owner_org_id = $1
                          OR EXISTS (SELECT 1 FROM sys_package_grant g
                                      WHERE g.package_id = p.id AND g.organization_id = $1)
                        THEN p.latest_version_id ELSE p.public_version_id END
          WHERE (p.sort_name, p.id) > ($2, $3)
          ORDER BY p.sort_name, p.id LIMIT $4",
    )
    .bind(organization)
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all()
    .await
}
