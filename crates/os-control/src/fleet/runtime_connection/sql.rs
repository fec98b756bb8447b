use super::{Live, RuntimeConnection};
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

pub(super) async fn find_live(tx: &mut Tx, token_hash: &str) -> os_db::Result<Option<Live>> {
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

/// Remembers when it was last there, unless that is known well enough.
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
