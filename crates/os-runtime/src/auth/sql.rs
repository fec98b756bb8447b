use super::{Live, User};
use crate::{SessionId, UserId};
use chrono::{DateTime, Utc};
use os_db::{Result, Tx, now};

pub async fn any(tx: &mut Tx) -> Result<bool> {
    let row: Option<(UserId,)> = tx.query("SELECT id FROM sys_user LIMIT 1").optional().await?;
    Ok(row.is_some())
}

/// How many accounts there are, and how many of them have a password.
pub async fn count(tx: &mut Tx) -> Result<(i64, i64)> {
    tx.query("SELECT COUNT(*), COUNT(NULLIF(password, '')) FROM sys_user").one().await
}

pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    tx.query("SELECT id, name, email, role, password, created_at, updated_at FROM sys_user WHERE email = $1")
        .bind(email.to_owned())
        .optional()
        .await
}

pub async fn insert(tx: &mut Tx, user: &User) -> Result<()> {
    tx.query("INSERT INTO sys_user (id, name, email, role, password, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(user.id)
        .bind(user.name.clone())
        .bind(user.email.clone())
        .bind(user.role.clone())
        .bind(user.password.clone())
        .bind(user.created_at)
        .bind(user.updated_at)
        .run()
        .await
        .map(drop)
}

/// Another name, role or password.
pub async fn update(tx: &mut Tx, user: &User) -> Result<()> {
    tx.query(
        "UPDATE sys_user SET name = $1, role = $2, password = $3, updated_at = $4 WHERE id = $5",
    )
    .bind(user.name.clone())
    .bind(user.role.clone())
    .bind(user.password.clone())
    .bind(user.updated_at)
    .bind(user.id)
    .run()
    .await
    .map(drop)
}

pub async fn insert_session(
    tx: &mut Tx,
    user: UserId,
    token_hash: &str,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.query("INSERT INTO sys_session (id, user_id, token_hash, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(SessionId::new())
        .bind(user)
        .bind(token_hash.to_owned())
        .bind(expires_at)
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub async fn live(tx: &mut Tx, token_hash: &str, at: DateTime<Utc>) -> Result<Option<Live>> {
    tx.query(
        "SELECT u.id, u.name, u.email, u.role, u.password, u.created_at, u.updated_at,
                s.id AS session_id, s.expires_at, s.created_at AS started_at
         FROM sys_session s JOIN sys_user u ON u.id = s.user_id
         WHERE s.token_hash = $1 AND s.expires_at > $2",
    )
    .bind(token_hash.to_owned())
    .bind(at)
    .optional()
    .await
}

pub async fn delete_session(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.query("DELETE FROM sys_session WHERE token_hash = $1")
        .bind(token_hash.to_owned())
        .run()
        .await
        .map(drop)
}

/// Sessions that have expired.
pub async fn purge(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    tx.query("DELETE FROM sys_session WHERE expires_at <= $1").bind(at).run().await.map(drop)
}
