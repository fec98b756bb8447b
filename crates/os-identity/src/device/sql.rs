use super::{CODE_TTL, DeviceCode, POLL_INTERVAL, Requested, Status};
use crate::ids::{DeviceCodeId, UserId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_http::secret;

/// The columns of [`DeviceCode`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_code, user_id, status, client_id, scope, polling_interval,
                    last_polled_at, expires_at
               FROM sys_device_code ",
            $rest
        )
    };
}

pub(super) async fn insert(
    tx: &mut Tx,
    requested: &Requested,
    client_id: &str,
    scope: Option<&str>,
) -> os_db::Result<()> {
    let at = now();
    tx.query(
        "INSERT INTO sys_device_code (id, device_code_hash, user_code, status, client_id, scope,
                                      polling_interval, expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $8)",
    )
    .bind(DeviceCodeId::new())
    .bind(secret::hash(&requested.device_code))
    .bind(requested.user_code.clone())
    .bind(client_id.to_owned())
    .bind(scope.map(str::to_owned))
    .bind(POLL_INTERVAL.num_milliseconds())
    .bind(at + CODE_TTL)
    .bind(at)
    .run()
    .await
    .map(drop)
}

pub(super) async fn find_by_device_code(
    tx: &mut Tx,
    hash: &str,
) -> os_db::Result<Option<DeviceCode>> {
    tx.query(select!("WHERE device_code_hash = $1")).bind(hash.to_owned()).optional().await
}

pub(super) async fn find_by_user_code(
    tx: &mut Tx,
    user_code: &str,
) -> os_db::Result<Option<DeviceCode>> {
    tx.query(select!("WHERE user_code = $1")).bind(user_code.to_owned()).optional().await
}

pub(super) async fn note_poll(
    tx: &mut Tx,
    id: DeviceCodeId,
    at: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query("UPDATE sys_device_code SET last_polled_at = $2, updated_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at)
        .run()
        .await
        .map(drop)
}

/// Decides on a code; returns whether this call did.
pub(super) async fn decide(
    tx: &mut Tx,
    id: DeviceCodeId,
    user: UserId,
    to: Status,
) -> os_db::Result<bool> {
    let decided = tx
        .query(
            "UPDATE sys_device_code SET user_id = $2, status = $3, updated_at = $4
              WHERE id = $1 AND status = 'pending'",
        )
        .bind(id)
        .bind(user)
        .bind(to)
        .bind(now())
        .run()
        .await?;
    Ok(decided == 1)
}

/// Consumes an approved code; returns whether this call did.
pub(super) async fn consume(tx: &mut Tx, id: DeviceCodeId) -> os_db::Result<bool> {
    let consumed = tx
        .query("DELETE FROM sys_device_code WHERE id = $1 AND status = 'approved'")
        .bind(id)
        .run()
        .await?;
    Ok(consumed == 1)
}

pub(super) async fn delete(tx: &mut Tx, id: DeviceCodeId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_device_code WHERE id = $1").bind(id).run().await.map(drop)
}

pub(super) async fn delete_of(tx: &mut Tx, user: UserId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_device_code WHERE user_id = $1").bind(user).run().await.map(drop)
}

pub(super) async fn purge(tx: &mut Tx, expired_before: DateTime<Utc>) -> os_db::Result<u64> {
    tx.query("DELETE FROM sys_device_code WHERE expires_at <= $1").bind(expired_before).run().await
}
