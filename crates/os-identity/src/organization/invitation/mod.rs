//! An offer of membership to an email address.
//!
//! **Invariant:** an invitation is answered once, within its time, by the
//! account of its address; and it never gives more than its inviter may still
//! give. Knowing the address is not enough (docs/wire/organizations.md#invitations): the account
//! is older than the invitation or its address verified, or the secret of the link is shown.

mod sql;

use super::{OrganizationAccess, OrganizationRole, member};
use crate::actor::{Actor, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::ids::{InvitationId, OrganizationId, SessionId, UserId};
use crate::user::{self, User};
use crate::{Code, Error, Result, session};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// The time in which an invitation can be accepted or rejected.
pub const INVITATION_TTL: Duration = Duration::hours(48);

/// The prefix of every secret of an invitation.
const SECRET_PREFIX: &str = "osi_";

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
    secret_hash: Option<String>,
}

/// An invitation that was just created.
#[derive(Debug)]
pub struct Created {
    pub invitation: Invitation,
    /// Returned once; stored as its hash.
    pub secret: String,
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

    /// Returns whether this is the secret of its link.
    fn has_secret(&self, secret: &str) -> bool {
        self.secret_hash.as_deref() == Some(secret::hash(secret).as_str())
    }
}

/// An invitation that is to be created.
pub(super) struct NewInvitation<'a> {
    organization: OrganizationId,
    inviter: UserId,
    email: &'a str,
    role: OrganizationRole,
    secret_hash: String,
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
) -> Result<Created> {
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
    let secret = secret::random(SECRET_PREFIX);
    let secret_hash = secret::hash(&secret);
    let new = NewInvitation { organization, inviter, email, role, secret_hash };
    sql::insert(tx, id, &new, now() + INVITATION_TTL).await?;
    Event::new(Kind::InvitationCreated, json!({ "email": email }))
        .organization(organization)
        .change(json!(null), json!({ "role": role.as_str() }))
        .record(tx, access.actor())
        .await?;
    Ok(Created { invitation: get(tx, id).await?, secret })
}

/// The invitation that an answer names, with the secret of its link if the user has it.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub id: InvitationId,
    pub secret: Option<&'a str>,
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
    answer: Answer<'_>,
) -> Result<Invitation> {
    let invitation = mine(tx, user, answer).await?;
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
    answer: Answer<'_>,
) -> Result<Invitation> {
    let invitation = mine(tx, user, answer).await?;
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

async fn mine(tx: &mut Tx, user: &UserPrincipal, answer: Answer<'_>) -> Result<Invitation> {
    let Answer { id, secret } = answer;
    let account = user::get(tx, user.id()).await?;
    let found = sql::find(tx, id).await?.filter(|found| {
        found.email == account.email
            && (is_known(&account, found) || secret.is_some_and(|it| found.has_secret(it)))
    });
    found.ok_or_else(|| unknown(id))
}

/// Returns whether an account is that of the invited person without the secret: it had the
/// address before somebody invited it, or the address is verified.
fn is_known(account: &User, invitation: &Invitation) -> bool {
    account.email_verified || account.created_at <= invitation.created_at
}

/// Looks up the invitation that a link stands for, while it can be answered.
pub async fn of_secret(tx: &mut Tx, secret: &str) -> Result<Option<Invitation>> {
    let found = sql::find_by_secret(tx, &secret::hash(secret)).await?;
    Ok(found.filter(|found| found.status_now() == Status::Pending))
}

/// Looks up the invitation with this id; nothing is checked yet.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: InvitationId) -> Result<Invitation> {
    sql::find(tx, id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: InvitationId) -> Error {
    Code::NotFound.error(format!(
        "there is no invitation `{id}` for you; an account that is younger than its invitation opens the link of it"
    ))
}

/// Lists the invitations of an organization, newest first.
pub async fn list(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Invitation>> {
    Ok(sql::list(tx, organization).await?)
}

/// Lists the invitations that a user can answer without their links, newest first.
pub async fn list_for(tx: &mut Tx, user: UserId) -> Result<Vec<Invitation>> {
    let account = user::get(tx, user).await?;
    let mut all = sql::list_for(tx, &account.email, now()).await?;
    all.retain(|it| is_known(&account, it));
    Ok(all)
}

/// Marks invitations that nobody answered in time; returns how many.
pub async fn expire(tx: &mut Tx) -> Result<u64> {
    Ok(sql::expire(tx, now()).await?)
}
