use super::{HistoryEntry, Installation};
use crate::fleet::settings::SettingsRow;
use crate::{EnvironmentId, InstallationId, PackageId, VersionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use uuid::Uuid;

/// The columns of [`Installation`]. What is latest depends on how much of the
/// package the organization of the environment sees.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.environment_id, i.package_id, i.package_version_id, i.enabled,
                    i.with_sample_data, i.settings, i.settings_secrets, i.settings_needed,
                    i.installed_at, i.installed_by, i.updated_at,
                    p.manifest_id, p.owner_org_id, p.display_name, p.icon_url,
                    v.version,
                    v.status AS version_status, v.is_pre_release, v.scope, v.checksum,
                    v.dependencies, v.configuration_schema, l.version AS latest_version,
                    i.observed_version, i.observed_checksum, i.observed_error,
                    i.observed_outcome,
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

/// A new installation without a row.
pub(super) struct Insert {
    pub environment: EnvironmentId,
    pub package: PackageId,
    pub version: VersionId,
    pub enabled: bool,
    pub with_sample_data: bool,
    pub settings: SettingsRow,
    pub settings_needed: Option<String>,
    pub by: String,
}

pub(super) async fn insert(tx: &mut Tx, new: Insert) -> os_db::Result<()> {
    let (settings, secrets) = new.settings.into_columns();
    tx.query(
        "INSERT INTO sys_package_installation
            (id, environment_id, package_id, package_version_id, enabled, with_sample_data, settings,
             installed_at, installed_by, updated_at, settings_secrets, settings_needed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $11)",
    )
    .bind(InstallationId::new())
    .bind(new.environment)
    .bind(new.package)
    .bind(new.version)
    .bind(new.enabled)
    .bind(new.with_sample_data)
    .bind(settings)
    .bind(now())
    .bind(new.by)
    .bind(secrets)
    .bind(new.settings_needed)
    .run()
    .await
    .map(drop)
}

/// A move of the pointer, with the settings for the other version.
pub(super) struct PointerUpdate {
    pub id: InstallationId,
    pub from: VersionId,
    pub to: VersionId,
    pub settings: SettingsRow,
    pub at: DateTime<Utc>,
}

/// Moves the pointer, if it still is `from`, and clears the reported error of the older version.
pub(super) async fn move_pointer(tx: &mut Tx, it: PointerUpdate) -> os_db::Result<bool> {
    let (settings, secrets) = it.settings.into_columns();
    let moved = tx
        .query(
            "UPDATE sys_package_installation
                SET package_version_id = $3, updated_at = $4, observed_error = NULL,
                    settings = $5, settings_secrets = $6, settings_needed = NULL
              WHERE id = $1 AND package_version_id = $2",
        )
        .bind(it.id)
        .bind(it.from)
        .bind(it.to)
        .bind(it.at)
        .bind(settings)
        .bind(secrets)
        .run()
        .await?;
    Ok(moved == 1)
}

/// The columns of an installation that can change, without the pointer.
pub(super) struct State {
    pub enabled: bool,
    pub settings: SettingsRow,
    pub settings_needed: Option<String>,
    pub with_sample_data: bool,
}

impl State {
    pub fn of(it: &Installation) -> Self {
        Self {
            enabled: it.enabled,
            settings: it.settings.clone(),
            settings_needed: it.settings_needed.clone(),
            with_sample_data: it.with_sample_data,
        }
    }
}

pub(super) async fn set_state(tx: &mut Tx, id: InstallationId, state: State) -> os_db::Result<()> {
    let (settings, secrets) = state.settings.into_columns();
    tx.query(
        "UPDATE sys_package_installation
            SET enabled = $2, settings = $3, with_sample_data = $4, updated_at = $5,
                observed_error = NULL, settings_secrets = $6, settings_needed = $7
          WHERE id = $1",
    )
    .bind(id)
    .bind(state.enabled)
    .bind(settings)
    .bind(state.with_sample_data)
    .bind(now())
    .bind(secrets)
    .bind(state.settings_needed)
    .run()
    .await
    .map(drop)
}

pub(super) async fn delete(tx: &mut Tx, id: InstallationId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_package_installation WHERE id = $1").bind(id).run().await.map(drop)
}

/// An entry of the history without a row.
pub(super) struct NewHistoryEntry {
    pub installation: InstallationId,
    pub environment: EnvironmentId,
    pub package: PackageId,
    pub from: Option<VersionId>,
    pub to: Option<VersionId>,
    pub action: &'static str,
    pub generation: i64,
    pub by: String,
    pub note: Option<String>,
}

pub(super) async fn insert_history(tx: &mut Tx, line: NewHistoryEntry) -> os_db::Result<()> {
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
    .bind(line.action)
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

/// Lists the versions of a package that the environment has run at some time, in no order.
pub(super) async fn versions_run(
    tx: &mut Tx,
    environment: EnvironmentId,
    package: PackageId,
) -> os_db::Result<Vec<VersionId>> {
    let rows: Vec<(VersionId,)> = tx
        .query(
            "SELECT DISTINCT to_version_id FROM sys_package_installation_history
              WHERE environment_id = $1 AND package_id = $2 AND to_version_id IS NOT NULL",
        )
        .bind(environment)
        .bind(package)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Returns whether the environment has run this version at some time.
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
) -> os_db::Result<Vec<HistoryEntry>> {
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

/// A package as a runtime reported it.
pub struct ObservedPackage {
    pub manifest_id: String,
    pub version: Option<String>,
    pub checksum: Option<String>,
    pub error: Option<String>,
    /// The outcome of the install of the version: an `InstallOutcome` as JSON.
    pub outcome: Option<String>,
    /// True for a report about the current generation: only then the error is
    /// about the desired version.
    pub is_current: bool,
}

pub(super) async fn observe(
    tx: &mut Tx,
    environment: EnvironmentId,
    observed: ObservedPackage,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package_installation
            SET observed_version = $3, observed_checksum = $4, observed_at = $5,
                observed_outcome = $8,
                observed_error = CASE WHEN $6 THEN $7 ELSE observed_error END
          WHERE environment_id = $1
            AND package_id = (SELECT id FROM sys_package WHERE manifest_id = $2)",
    )
    .bind(environment)
    .bind(observed.manifest_id)
    .bind(observed.version)
    .bind(observed.checksum)
    .bind(now())
    .bind(observed.is_current)
    .bind(observed.error)
    .bind(observed.outcome)
    .run()
    .await
    .map(drop)
}

pub(super) async fn forget_observed(tx: &mut Tx, environment: EnvironmentId) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package_installation
            SET observed_version = NULL, observed_checksum = NULL, observed_error = NULL,
                observed_outcome = NULL, observed_at = NULL
          WHERE environment_id = $1",
    )
    .bind(environment)
    .run()
    .await
    .map(drop)
}
