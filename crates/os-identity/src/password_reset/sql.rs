use crate::ids::UserId;
use chrono::{DateTime, Utc};
use os_db::{Tx, now};

pub(super) async fn put(
    tx: &mut Tx,
    user: UserId,
    secret_hash: &str,
    expires_at: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_password_reset (user_id, secret_hash, expires_at, created_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
            SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at,
                created_at = excluded.created_at",
    )
    .bind(user)
    .bind(secret_hash.to_owned())
    .bind(expires_at)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(
    tx: &mut Tx,
    secret_hash: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Option<UserId>> {
    let found: Option<(UserId,)> = tx
        .query("SELECT user_id FROM sys_password_reset WHERE secret_hash = $1 AND expires_at > $2")
        .bind(secret_hash.to_owned())
        .bind(at)
        .optional()
        .await?;
    Ok(found.map(|(user,)| user))
}

/// Uses up a link; returns whether this call did.
pub(super) async fn take(tx: &mut Tx, secret_hash: &str, at: DateTime<Utc>) -> os_db::Result<bool> {
    let taken = tx
        .query("DELETE FROM sys_password_reset WHERE secret_hash = $1 AND expires_at > $2")
        .bind(secret_hash.to_owned())
        .bind(at)
        .run()
        .await?;
    Ok(taken == 1)
}

pub(super) async fn delete(tx: &mut Tx, user: UserId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_password_reset WHERE user_id = $1").bind(user).run().await.map(drop)
}

pub(super) async fn purge(tx: &mut Tx, at: DateTime<Utc>) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_password_reset WHERE expires_at <= $1").bind(at).run().await.map(drop)
}
