use crate::fleet::runtime_link::{LiveConnection, RuntimeConnection};
use crate::{EnvironmentId, RuntimeConnectionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use uuid::Uuid;

/// The columns of [`RuntimeConnection`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, runtime_id, organization_id, environment_id, name, runtime_version,
                    account_email, bound_at, last_seen_at, revoked_at,
                    followed_since, observed_generation, observed_error
               FROM sys_runtime_connection ",
            $rest
        )
    };
}

pub(super) async fn find_live(
    tx: &mut Tx,
    token_hash: &str,
) -> os_db::Result<Option<LiveConnection>> {
    tx.query(
        "SELECT id, organization_id, environment_id FROM sys_runtime_connection
          WHERE token_hash = $1 AND revoked_at IS NULL",
    )
    .bind(token_hash.to_owned())
    .optional()
    .await
}

pub(super) async fn find(
    tx: &mut Tx,
    id: RuntimeConnectionId,
) -> os_db::Result<Option<RuntimeConnection>> {
    tx.query(select!("WHERE id = $1")).bind(id).optional().await
}

pub(super) async fn list_of_environment(
    tx: &mut Tx,
    environment: EnvironmentId,
) -> os_db::Result<Vec<RuntimeConnection>> {
    tx.query(select!("WHERE environment_id = $1 ORDER BY id DESC")).bind(environment).all().await
}

pub(super) async fn list_of_runtime(
    tx: &mut Tx,
    runtime: Uuid,
) -> os_db::Result<Vec<RuntimeConnection>> {
    tx.query(select!("WHERE runtime_id = $1 ORDER BY id DESC")).bind(runtime).all().await
}

pub(super) async fn insert(
    tx: &mut Tx,
    new: &RuntimeConnection,
    token_hash: String,
    bound_by: String,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_runtime_connection
            (id, runtime_id, organization_id, environment_id, name, runtime_version, token_hash,
             account_email, bound_by, bound_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.id)
    .bind(new.runtime_id)
    .bind(new.organization_id)
    .bind(new.environment_id)
    .bind(new.name.clone())
    .bind(new.runtime_version.clone())
    .bind(token_hash)
    .bind(new.account_email.clone())
    .bind(bound_by)
    .bind(new.bound_at)
    .run()
    .await
    .map(drop)
}

pub(super) async fn revoke(tx: &mut Tx, id: RuntimeConnectionId) -> os_db::Result<bool> {
    let revoked = tx
        .query(
            "UPDATE sys_runtime_connection SET revoked_at = $2
              WHERE id = $1 AND revoked_at IS NULL",
        )
        .bind(id)
        .bind(now())
        .run()
        .await?;
    Ok(revoked == 1)
}

/// Updates `last_seen_at`, unless it is recent enough.
pub(super) async fn touch(
    tx: &mut Tx,
    id: RuntimeConnectionId,
    at: DateTime<Utc>,
    unless_after: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_runtime_connection SET last_seen_at = $2
          WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $3)",
    )
    .bind(id)
    .bind(at)
    .bind(unless_after)
    .run()
    .await
    .map(drop)
}

pub(super) async fn note(
    tx: &mut Tx,
    id: RuntimeConnectionId,
    generation: i64,
    error: Option<String>,
    at: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_runtime_connection
            SET observed_generation = $2, observed_error = $3, observed_at = $4, last_seen_at = $4,
                followed_since = COALESCE(followed_since, $4)
          WHERE id = $1",
    )
    .bind(id)
    .bind(generation)
    .bind(error)
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Sets the time since which a runtime follows its environment. Returns false when it was set.
pub(super) async fn follow(tx: &mut Tx, id: RuntimeConnectionId) -> os_db::Result<bool> {
    let began = tx
        .query(
            "UPDATE sys_runtime_connection SET followed_since = $2
              WHERE id = $1 AND followed_since IS NULL",
        )
        .bind(id)
        .bind(now())
        .run()
        .await?;
    Ok(began == 1)
}

pub(super) async fn current_generation(
    tx: &mut Tx,
    environment: EnvironmentId,
    connection: RuntimeConnectionId,
) -> os_db::Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query(
            "SELECT e.generation FROM sys_environment e
               JOIN sys_runtime_connection c ON c.environment_id = e.id
              WHERE e.id = $1 AND c.id = $2 AND c.revoked_at IS NULL",
        )
        .bind(environment)
        .bind(connection)
        .optional()
        .await?;
    Ok(found.map(|(generation,)| generation))
}

pub(super) async fn artifact(
    tx: &mut Tx,
    environment: EnvironmentId,
    checksum: &str,
) -> os_db::Result<Option<String>> {
    let found: Option<(String,)> = tx
        .query(
            "SELECT v.manifest_json FROM sys_package_version v
              WHERE v.checksum = $2
                AND v.id IN (SELECT h.to_version_id FROM sys_package_installation_history h
                              WHERE h.environment_id = $1)
              LIMIT 1",
        )
        .bind(environment)
        .bind(checksum.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(text,)| text))
}
