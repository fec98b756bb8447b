use super::Invitation;
use crate::auth::Scope;
use crate::http::extract::{Bare, Lenient, Query};
use crate::http::guards;
use crate::http::guards::User;
use crate::organization::{self, OrganizationRole, invitation, member};
use crate::{Control, InvitationId, OrganizationId, Result, session, text};
use axum::extract::State;
use os_api::organization::{AnsweredInvitation, InviteMember, OrganizationQuery, ThisInvitation};

pub async fn create(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<InviteMember>,
) -> Result<Bare<os_api::organization::Invitation>> {
    let (email, role) = (text::email(&body.email)?, OrganizationRole::parse(&body.role)?);
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, id, needed).await?;
    let created = invitation::create(&mut tx, &access, user.id, &email, role).await?;
    tx.commit().await?;
    Ok(Bare(created.into()))
}

pub async fn accept(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<AnsweredInvitation>> {
    let session = session::required(&user)?;
    let id = InvitationId(body.invitation_id);
    let mut tx = control.db.write().await?;
    let accepted = invitation::accept(&mut tx, &actor, &user, session, id).await?;
    let member = member::of_user(&mut tx, accepted.organization_id, user.id).await?;
    tx.commit().await?;
    Ok(Bare(AnsweredInvitation { invitation: accepted.into(), member: Some(member.into()) }))
}

pub async fn reject(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<AnsweredInvitation>> {
    session::required(&user)?;
    let mut tx = control.db.write().await?;
    let id = InvitationId(body.invitation_id);
    let rejected = invitation::reject(&mut tx, &actor, &user, id).await?;
    tx.commit().await?;
    Ok(Bare(AnsweredInvitation { invitation: rejected.into(), member: None }))
}

pub async fn cancel(
    State(control): State<Control>,
    User { actor, .. }: User,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<os_api::organization::Invitation>> {
    let mut tx = control.db.write().await?;
    let found = invitation::get(&mut tx, InvitationId(body.invitation_id)).await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, found.organization_id, needed).await?;
    let canceled = invitation::cancel(&mut tx, &access, found).await?;
    tx.commit().await?;
    Ok(Bare(canceled.into()))
}

pub async fn list(
    State(control): State<Control>,
    User { actor, user }: User,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Vec<os_api::organization::Invitation>>> {
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = control.db.read().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    guards::organization(&mut tx, &actor, id, needed, Scope::Admin).await?;
    let invitations = invitation::list(&mut tx, id).await?;
    Ok(Bare(invitations.into_iter().map(Into::into).collect()))
}

/// What the person who asks was invited to.
pub async fn list_mine(
    State(control): State<Control>,
    User { user, .. }: User,
) -> Result<Bare<Vec<os_api::organization::Invitation>>> {
    session::required(&user)?;
    let invitations = invitation::list_for(&mut control.db.read().await?, &user.email).await?;
    Ok(Bare(invitations.into_iter().map(Into::into).collect()))
}

impl From<Invitation> for os_api::organization::Invitation {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id.0,
            organization_id: invitation.organization_id.0,
            status: invitation.status_now().as_str().to_owned(),
            organization_name: invitation.organization_name,
            email: invitation.email,
            role: invitation.role.as_str().to_owned(),
            inviter_id: invitation.inviter_id.0,
            expires_at: invitation.expires_at,
            created_at: invitation.created_at,
        }
    }
}
