use super::{Invitation, NewInvitation, Status};
use crate::ids::{InvitationId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use os_db::{Tx, now};

/// The longest list of invitations.
const MAX_INVITATIONS: i64 = 500;

/// The columns of [`Invitation`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.organization_id, o.name AS organization_name, i.email, i.role,
                    i.status, i.inviter_id, i.expires_at, i.created_at, i.secret_hash
               FROM sys_invitation i JOIN sys_organization o ON o.id = i.organization_id ",
            $rest
        )
    };
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: InvitationId,
    new: &NewInvitation<'_>,
    expires_at: DateTime<Utc>,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_invitation (id, organization_id, email, role, status, inviter_id, expires_at, created_at, secret_hash)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(new.organization)
    .bind(new.email.to_owned())
    .bind(new.role)
    .bind(new.inviter)
    .bind(expires_at)
    .bind(now())
    .bind(new.secret_hash.clone())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: InvitationId) -> os_db::Result<Option<Invitation>> {
    tx.query(select!("WHERE i.id = $1")).bind(id).optional().await
}

pub(super) async fn find_by_secret(tx: &mut Tx, hash: &str) -> os_db::Result<Option<Invitation>> {
    tx.query(select!("WHERE i.secret_hash = $1")).bind(hash.to_owned()).optional().await
}

pub(super) async fn list(
    tx: &mut Tx,
    organization: OrganizationId,
) -> os_db::Result<Vec<Invitation>> {
    tx.query(select!("WHERE i.organization_id = $1 ORDER BY i.id DESC LIMIT $2"))
        .bind(organization)
        .bind(MAX_INVITATIONS)
        .all()
        .await
}

pub(super) async fn list_for(
    tx: &mut Tx,
    email: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Vec<Invitation>> {
    tx.query(select!(
        "WHERE i.email = $1 AND i.status = 'pending' AND i.expires_at > $2
         ORDER BY i.id DESC LIMIT $3"
    ))
    .bind(email.to_owned())
    .bind(at)
    .bind(MAX_INVITATIONS)
    .all()
    .await
}

pub(super) async fn is_member(
    tx: &mut Tx,
    organization: OrganizationId,
    email: &str,
) -> os_db::Result<bool> {
    let (is_member,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_member m JOIN sys_user u ON u.id = m.user_id
                             WHERE m.organization_id = $1 AND u.email = $2)",
        )
        .bind(organization)
        .bind(email.to_owned())
        .one()
        .await?;
    Ok(is_member)
}

pub(super) async fn is_pending(
    tx: &mut Tx,
    organization: OrganizationId,
    email: &str,
    at: DateTime<Utc>,
) -> os_db::Result<bool> {
    let (is_pending,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_invitation
                             WHERE organization_id = $1 AND email = $2
                               AND status = 'pending' AND expires_at > $3)",
        )
        .bind(organization)
        .bind(email.to_owned())
        .bind(at)
        .one()
        .await?;
    Ok(is_pending)
}

/// Moves an invitation that is still open to its last status.
pub(super) async fn finish(
    tx: &mut Tx,
    id: InvitationId,
    to: Status,
    at: DateTime<Utc>,
) -> os_db::Result<bool> {
    let moved = tx
        .query(
            "UPDATE sys_invitation SET status = $2
              WHERE id = $1 AND status = 'pending' AND expires_at > $3",
        )
        .bind(id)
        .bind(to)
        .bind(at)
        .run()
        .await?;
    Ok(moved == 1)
}

pub(super) async fn cancel_of(
    tx: &mut Tx,
    organization: OrganizationId,
    inviter: UserId,
) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_invitation SET status = 'canceled'
          WHERE organization_id = $1 AND inviter_id = $2 AND status = 'pending'",
    )
    .bind(organization)
    .bind(inviter)
    .run()
    .await
    .map(drop)
}

pub(super) async fn expire(tx: &mut Tx, at: DateTime<Utc>) -> os_db::Result<u64> {
    tx.query(
        "UPDATE sys_invitation SET status = 'expired' WHERE status = 'pending' AND expires_at <= $1",
    )
    .bind(at)
    .run()
    .await
}
