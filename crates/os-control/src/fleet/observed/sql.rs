use crate::{EnvironmentId, RuntimeConnectionId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};

/// A package as it was reported.
pub(super) struct Seen {
    pub manifest_id: String,
    pub version: Option<String>,
    pub checksum: Option<String>,
    pub error: Option<String>,
    /// Whether the generation that was reported is the current one: only then
    /// the error is about what is wanted now.
    pub is_about_now: bool,
}

pub(super) async fn observe(
    tx: &mut Tx,
    environment: EnvironmentId,
    seen: Seen,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package_installation
            SET observed_version = $3, observed_checksum = $4, observed_at = $5,
                observed_error = CASE WHEN $6 THEN $7 ELSE observed_error END
          WHERE environment_id = $1
            AND package_id = (SELECT id FROM sys_package WHERE manifest_id = $2)",
    )
    .bind(environment)
    .bind(seen.manifest_id)
    .bind(seen.version)
    .bind(seen.checksum)
    .bind(now())
    .bind(seen.is_about_now)
    .bind(seen.error)
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

pub(super) async fn forget(tx: &mut Tx, environment: EnvironmentId) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_package_installation
            SET observed_version = NULL, observed_checksum = NULL, observed_error = NULL,
                observed_at = NULL
          WHERE environment_id = $1",
    )
    .bind(environment)
    .run()
    .await
    .map(drop)
}

/// Remembers since when a runtime asks what to run; false where that is known.
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
