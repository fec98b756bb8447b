use super::{Live, Opened, Session};
use crate::client::Client;
use crate::ids::{OrganizationId, SessionId, UserId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use uuid::Uuid;

/// The columns of [`Session`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, active_organization_id, active_environment_id, ip_address,
                    user_agent, expires_at, created_at, updated_at
               FROM sys_session ",
            $rest
        )
    };
}

pub(super) async fn find_live(
    tx: &mut Tx,
    token_hash: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Option<Live>> {
    tx.query(
        "SELECT s.id, s.user_id, u.email, u.role, s.active_organization_id, s.expires_at
           FROM sys_session s JOIN sys_user u ON u.id = s.user_id
          WHERE s.token_hash = $1 AND s.expires_at > $2 AND NOT u.banned",
    )
    .bind(token_hash.to_owned())
    .bind(at)
    .optional()
    .await
}

pub(super) async fn insert(
    tx: &mut Tx,
    opened: &Opened,
    user: UserId,
    organization: Option<OrganizationId>,
    client: &Client,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_session (id, user_id, token_hash, active_organization_id, ip_address,
                                  user_agent, expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(opened.id)
    .bind(user)
    .bind(os_http::secret::hash(&opened.token))
    .bind(organization)
    .bind(client.address.map(|address| address.to_string()))
    .bind(client.user_agent.clone())
    .bind(opened.expires_at)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: SessionId) -> os_db::Result<Option<Session>> {
    tx.query(select!("WHERE id = $1")).bind(id).optional().await
}

pub(super) async fn list(
    tx: &mut Tx,
    user: UserId,
    at: DateTime<Utc>,
) -> os_db::Result<Vec<Session>> {
    tx.query(select!("WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC"))
        .bind(user)
        .bind(at)
        .all()
        .await
}

pub(super) async fn delete(tx: &mut Tx, id: SessionId, user: UserId) -> os_db::Result<bool> {
    let deleted = tx
        .query("DELETE FROM sys_session WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user)
        .run()
        .await?;
    Ok(deleted == 1)
}

pub(super) async fn delete_others(
    tx: &mut Tx,
    user: UserId,
    kept: SessionId,
) -> os_db::Result<u64> {
    tx.query("DELETE FROM sys_session WHERE user_id = $1 AND id <> $2")
        .bind(user)
        .bind(kept)
        .run()
        .await
}

pub(super) async fn delete_all(tx: &mut Tx, user: UserId) -> os_db::Result<u64> {
    tx.query("DELETE FROM sys_session WHERE user_id = $1").bind(user).run().await
}

pub(super) async fn set_organization(
    tx: &mut Tx,
    id: SessionId,
    organization: OrganizationId,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_session SET active_organization_id = $2, active_environment_id = NULL, updated_at = $3
          WHERE id = $1",
    )
    .bind(id)
    .bind(organization)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn set_environment(
    tx: &mut Tx,
    id: SessionId,
    environment: Uuid,
) -> os_db::Result<bool> {
    let updated = tx
        .query("UPDATE sys_session SET active_environment_id = $2, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(environment)
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

pub(super) async fn leave_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    user: Option<UserId>,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_session
            SET active_organization_id = NULL, active_environment_id = NULL, updated_at = $3
          WHERE active_organization_id = $1 AND ($2 IS NULL OR user_id = $2)",
    )
    .bind(organization)
    .bind(user)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn purge(tx: &mut Tx, at: DateTime<Utc>) -> os_db::Result<u64> {
    tx.query("DELETE FROM sys_session WHERE expires_at <= $1").bind(at).run().await
}
