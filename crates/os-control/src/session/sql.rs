use super::{Live, Origin};
use crate::{OrganizationId, SessionId, UserId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};

pub(super) async fn find_live(
    tx: &mut Tx,
    token_hash: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Option<Live>> {
    tx.query(
        "SELECT s.id, s.user_id, u.email, u.role, s.active_organization_id
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
    id: SessionId,
    user: UserId,
    token_hash: &str,
    organization: Option<OrganizationId>,
    origin: &Origin,
    expires_at: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_session (id, user_id, token_hash, active_organization_id, ip_address,
                                  user_agent, expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(id)
    .bind(user)
    .bind(token_hash.to_owned())
    .bind(organization)
    .bind(origin.ip_address.clone())
    .bind(origin.user_agent.clone())
    .bind(expires_at)
    .bind(now())
    .run()
    .await
    .map(drop)
}
