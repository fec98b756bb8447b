use super::{ApiKey, Live, NewApiKey, PREFIX_CHARS, VisibleKeys};
use crate::ids::{ApiKeyId, UserId};
use crate::pagination::Pagination;
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// The columns of [`ApiKey`].
macro_rules! select {
    ($rest:expr) => {
        concat!(
            "SELECT id, name, prefix, user_id, active_organization_id, scopes, expires_at,
                    last_used_at, revoked, created_at, updated_at
               FROM sys_api_key ",
            $rest
        )
    };
}

/// The condition of [`VisibleKeys`], `$1` and `$2`.
macro_rules! visible {
    () => {
        "WHERE ($1 IS NULL OR user_id = $1) AND ($2 IS NULL OR active_organization_id = $2) "
    };
}

pub(super) async fn find_live(
    tx: &mut Tx,
    key_hash: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Option<Live>> {
    tx.query(
        "SELECT k.id, k.user_id, u.email, u.role, k.active_organization_id, k.scopes, k.last_used_at
           FROM sys_api_key k JOIN sys_user u ON u.id = k.user_id
          WHERE k.key_hash = $1 AND NOT k.revoked AND NOT u.banned
            AND (k.expires_at IS NULL OR k.expires_at > $2)",
    )
    .bind(key_hash.to_owned())
    .bind(at)
    .optional()
    .await
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: ApiKeyId,
    user: UserId,
    new: &NewApiKey,
    key: &str,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_api_key (id, name, prefix, key_hash, user_id, active_organization_id,
                                  scopes, expires_at, revoked, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $9)",
    )
    .bind(id)
    .bind(new.name.clone())
    .bind(key[..PREFIX_CHARS].to_owned())
    .bind(secret::hash(key))
    .bind(user)
    .bind(new.organization)
    .bind(json!(new.scopes.names()).to_string())
    .bind(new.expires_at)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: ApiKeyId) -> os_db::Result<Option<ApiKey>> {
    tx.query(select!("WHERE id = $1")).bind(id).optional().await
}

pub(super) async fn list(
    tx: &mut Tx,
    visible: VisibleKeys,
    page: Pagination,
) -> os_db::Result<Vec<ApiKey>> {
    tx.query(select!(concat!(visible!(), "ORDER BY id DESC LIMIT $3 OFFSET $4")))
        .bind(visible.user)
        .bind(visible.organization)
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count(tx: &mut Tx, visible: VisibleKeys) -> os_db::Result<i64> {
    let query = tx.query(concat!("SELECT COUNT(*) FROM sys_api_key ", visible!()));
    let (count,) = query.bind(visible.user).bind(visible.organization).one().await?;
    Ok(count)
}

pub(super) async fn rename(tx: &mut Tx, id: ApiKeyId, name: &str) -> os_db::Result<()> {
    tx.query("UPDATE sys_api_key SET name = $2, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(name.to_owned())
        .bind(now())
        .run()
        .await
        .map(drop)
}

/// Revokes a key; returns whether it was valid until now.
pub(super) async fn revoke(tx: &mut Tx, id: ApiKeyId) -> os_db::Result<bool> {
    let revoked = tx
        .query(
            "UPDATE sys_api_key SET revoked = TRUE, updated_at = $2 WHERE id = $1 AND NOT revoked",
        )
        .bind(id)
        .bind(now())
        .run()
        .await?;
    Ok(revoked == 1)
}

pub(super) async fn delete(tx: &mut Tx, id: ApiKeyId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_api_key WHERE id = $1").bind(id).run().await.map(drop)
}

pub(super) async fn note_use(tx: &mut Tx, id: ApiKeyId, at: DateTime<Utc>) -> os_db::Result<()> {
    tx.query("UPDATE sys_api_key SET last_used_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at)
        .run()
        .await
        .map(drop)
}
