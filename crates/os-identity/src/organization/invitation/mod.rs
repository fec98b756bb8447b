//! An offer of membership to an email address.
//!
//! **Invariant:** an invitation is answered once, within its time, by the
//! account of its address; and it never gives more than its inviter may still
//! give.

mod sql;

use super::{OrganizationAccess, OrganizationRole, member};
use crate::actor::{Actor, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::ids::{InvitationId, OrganizationId, SessionId, UserId};
use crate::{Code, Error, Result, session};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use serde_json::json;

/// The time in which an invitation can be accepted or rejected.
pub const INVITATION_TTL: Duration = Duration::hours(48);

/// An invitation, with the name of who invites.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub email: String,
    pub role: OrganizationRole,
    pub status: Status,
    pub inviter_id: UserId,
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// The status of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum Status {
    Pending,
    Accepted,
    Rejected,
    Expired,
    Canceled,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }
}

impl Invitation {
    /// The status at this time: a pending invitation that has expired is `expired`.
    pub fn status_now(&self) -> Status {
        match self.status {
            Status::Pending if self.expires_at <= now() => Status::Expired,
            status => status,
        }
    }
}

/// An invitation that is to be created.
pub(super) struct NewInvitation<'a> {
    organization: OrganizationId,
    inviter: UserId,
    email: &'a str,
    role: OrganizationRole,
}

/// Invites an email address. The caller holds the organization ([`super::for_change`]).
///
/// # Errors
/// `PERMISSION_DENIED` when the role is not the caller's to give, `DUPLICATE_RECORD` for
/// members and for who is invited already.
pub async fn create(
    tx: &mut Tx,
    access: &OrganizationAccess,
    inviter: UserId,
    email: &str,
    role: OrganizationRole,
) -> Result<Invitation> {
    member::must_manage(access, role)?;
    let organization = access.organization();
    if sql::is_member(tx, organization, email).await? {
        return Err(Code::DuplicateRecord.error(format!("`{email}` is a member already")));
    }
    if sql::is_pending(tx, organization, email, now()).await? {
        return Err(Code::DuplicateRecord.error(format!(
            "`{email}` is invited already; cancel that invitation to send another"
        )));
    }
    let id = InvitationId::new();
    let new = NewInvitation { organization, inviter, email, role };
    sql::insert(tx, id, &new, now() + INVITATION_TTL).await?;
    Event::new(Kind::InvitationCreated, json!({ "email": email }))
        .organization(organization)
        .change(json!(null), json!({ "role": role.as_str() }))
        .record(tx, access.actor())
        .await?;
    get(tx, id).await
}

/// Makes the user a member; their session then works in the organization.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for what is not theirs, `INVALID_STATE` when it is
/// answered, canceled or expired.
pub async fn accept(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    session: SessionId,
    id: InvitationId,
) -> Result<Invitation> {
    let invitation = mine(tx, user, id).await?;
    super::sql::touch(tx, invitation.organization_id).await?;
    finish(tx, &invitation, Status::Accepted).await?;
    let organization = invitation.organization_id;
    if super::role_of(tx, organization, user.id()).await?.is_none() {
        member::add(tx, organization, user.id(), invitation.role).await?;
        Event::new(Kind::MemberAdded, json!({ "email": user.email() }))
            .organization(organization)
            .change(json!(null), json!({ "role": invitation.role.as_str() }))
            .record(tx, actor)
            .await?;
    }
    session::set_organization(tx, session, organization).await?;
    record(tx, actor, Kind::InvitationAccepted, &invitation).await?;
    Ok(Invitation { status: Status::Accepted, ..invitation })
}

/// Declines an invitation.
///
/// # Errors
/// As [`accept`].
pub async fn reject(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    id: InvitationId,
) -> Result<Invitation> {
    let invitation = mine(tx, user, id).await?;
    finish(tx, &invitation, Status::Rejected).await?;
    record(tx, actor, Kind::InvitationRejected, &invitation).await?;
    Ok(Invitation { status: Status::Rejected, ..invitation })
}

/// Cancels an invitation.
///
/// # Errors
/// `PERMISSION_DENIED` when its role is not the caller's to give,
/// `INVALID_STATE` when it is answered already.
pub async fn cancel(
    tx: &mut Tx,
    access: &OrganizationAccess,
    invitation: Invitation,
) -> Result<Invitation> {
    member::must_manage(access, invitation.role)?;
    finish(tx, &invitation, Status::Canceled).await?;
    record(tx, access.actor(), Kind::InvitationCanceled, &invitation).await?;
    Ok(Invitation { status: Status::Canceled, ..invitation })
}

/// Cancels the invitations of a member who may no longer invite.
pub async fn cancel_of(tx: &mut Tx, organization: OrganizationId, inviter: UserId) -> Result<()> {
    Ok(sql::cancel_of(tx, organization, inviter).await?)
}

async fn finish(tx: &mut Tx, invitation: &Invitation, to: Status) -> Result<()> {
    if sql::finish(tx, invitation.id, to, now()).await? {
        return Ok(());
    }
    let status = get(tx, invitation.id).await?.status_now().as_str();
    Err(Code::InvalidState.error(format!("the invitation is {status}; ask for another one")))
}

async fn record(tx: &mut Tx, actor: &Actor, kind: Kind, invitation: &Invitation) -> Result<()> {
    Event::new(kind, json!({ "email": invitation.email }))
        .organization(invitation.organization_id)
        .record(tx, actor)
        .await
}

async fn mine(tx: &mut Tx, user: &UserPrincipal, id: InvitationId) -> Result<Invitation> {
    let found = sql::find(tx, id).await?.filter(|found| found.email == user.email());
    found.ok_or_else(|| unknown(id))
}

/// Looks up the invitation with this id; nothing is checked yet.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: InvitationId) -> Result<Invitation> {
    sql::find(tx, id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: InvitationId) -> Error {
    Code::NotFound.error(format!("there is no invitation `{id}` for you"))
}

/// Lists the invitations of an organization, newest first.
pub async fn list(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Invitation>> {
    Ok(sql::list(tx, organization).await?)
}

/// Lists the invitations that a user can answer, newest first.
pub async fn list_for(tx: &mut Tx, email: &str) -> Result<Vec<Invitation>> {
    Ok(sql::list_for(tx, email, now()).await?)
}

/// Returns whether a pending invitation exists for this address.
pub async fn is_invited(tx: &mut Tx, email: &str) -> Result<bool> {
    Ok(!list_for(tx, email).await?.is_empty())
}

/// Marks invitations that nobody answered in time; returns how many.
pub async fn expire(tx: &mut Tx) -> Result<u64> {
    Ok(sql::expire(tx, now()).await?)
}
