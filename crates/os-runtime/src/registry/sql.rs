use super::publication::Publication;
use os_db::{Result, Tx};

/// A row of the table.
#[derive(Debug, os_db::FromRow)]
pub struct Row {
    pub id: String,
    pub version: String,
    pub manifest: String,
    pub metadata: String,
    pub hash: String,
    pub created_at: String,
    pub updated_at: String,
}

/// Reserves `count` unique timestamps in microseconds, and counts a change. Returns the last of
/// them and the number of changes. Other changes wait until this transaction ends.
pub async fn tick(tx: &mut Tx, now: i64, count: i64) -> Result<(i64, i64)> {
    tx.query(
        "UPDATE sys_packages_clock
         SET micros = (CASE WHEN $1 > micros THEN $1 ELSE micros END) + $2, changes = changes + 1
         RETURNING micros, changes",
    )
    .bind(now)
    .bind(count)
    .one()
    .await
}

/// Returns the number of changes.
pub async fn changes(tx: &mut Tx) -> Result<i64> {
    let (changes,) = tx.query("SELECT changes FROM sys_packages_clock").one().await?;
    Ok(changes)
}

/// Writes a version; returns when it was first published.
pub async fn publish(tx: &mut Tx, publication: &Publication, at: &str) -> Result<String> {
    let Publication { id, version, manifest, metadata, hash } = publication.clone();
    let (created_at,) = tx
        .query(
        "INSERT INTO sys_packages (id, version, manifest, metadata, hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (id, version) DO UPDATE SET
             manifest = excluded.manifest, metadata = excluded.metadata, hash = excluded.hash,
             updated_at = excluded.updated_at
         RETURNING created_at",
    )
    .bind(id)
    .bind(version)
    .bind(manifest)
    .bind(metadata)
    .bind(hash)
    .bind(at.to_owned())
    .one()
    .await?;
    Ok(created_at)
}

pub async fn pinned(tx: &mut Tx, id: &str, version: &str) -> Result<Option<Row>> {
    tx.query(
        "SELECT id, version, manifest, metadata, hash, created_at, updated_at
         FROM sys_packages WHERE id = $1 AND version = $2",
    )
    .bind(id.to_owned())
    .bind(version.to_owned())
    .optional()
    .await
}

/// Returns the latest version of a package.
pub async fn latest(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    tx.query(
        "SELECT id, version, manifest, metadata, hash, created_at, updated_at
         FROM sys_packages WHERE id = $1 ORDER BY created_at DESC LIMIT 1",
    )
    .bind(id.to_owned())
    .optional()
    .await
}

/// Returns the latest version of every package, in no order.
pub async fn all_latest(tx: &mut Tx) -> Result<Vec<Row>> {
    tx.query(
        "SELECT p.id, p.version, p.manifest, p.metadata, p.hash, p.created_at, p.updated_at
         FROM (SELECT id, MAX(created_at) AS created_at FROM sys_packages GROUP BY id) newest
         JOIN sys_packages p ON p.id = newest.id AND p.created_at = newest.created_at",
    )
    .all()
    .await
}

pub async fn delete(tx: &mut Tx, id: &str, version: Option<&str>) -> Result<u64> {
    match version {
        Some(version) => {
            tx.query("DELETE FROM sys_packages WHERE id = $1 AND version = $2")
                .bind(id.to_owned())
                .bind(version.to_owned())
                .run()
                .await
        }
        None => tx.query("DELETE FROM sys_packages WHERE id = $1").bind(id.to_owned()).run().await,
    }
}
