//! Invitations to an organization.

use crate::actor::Scope;
use crate::client::Client;
use crate::extract::SignedInUser;
use crate::ids::{InvitationId, OrganizationId};
use crate::organization::invitation::{Answer, Created, Invitation};
use crate::organization::{self, OrganizationRole, invitation, member};
use crate::state::Identity;
use crate::{Result, session, text};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use os_api::organization::{
    AnsweredInvitation, CreatedInvitation, InviteMember, OrganizationQuery, ThisInvitation,
};
use os_http::Lenient;
use os_http::extract::{Bare, NO_STORE, Query};

/// Invites an email address. The link of the invitation is shown once.
pub async fn create(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    client: Client,
    Lenient(body): Lenient<InviteMember>,
) -> Result<Response> {
    let (email, role) = (text::email(&body.email)?, OrganizationRole::parse(&body.role)?);
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().write().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, id, needed).await?;
    let created = invitation::create(&mut tx, &access, user.id(), &email, role).await?;
    tx.commit().await?;
    let Created { invitation, secret } = created;
    let url = link(&client.base_url, &secret);
    let body = CreatedInvitation { invitation: invitation.into(), token: secret, url };
    Ok((NO_STORE, Bare(body)).into_response())
}

/// Returns the link of an invitation: a page of the Console.
pub fn link(base_url: &str, secret: &str) -> String {
    format!("{base_url}/invitation?token={secret}")
}

fn answer(body: &ThisInvitation) -> Answer<'_> {
    Answer { id: InvitationId(body.invitation_id), secret: body.token.as_deref() }
}

/// Accepts an invitation.
pub async fn accept(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<AnsweredInvitation>> {
    let session = session::required(&user)?;
    let mut tx = identity.db().write().await?;
    let accepted = invitation::accept(&mut tx, &actor, &user, session, answer(&body)).await?;
    let member = member::of_user(&mut tx, accepted.organization_id, user.id()).await?;
    tx.commit().await?;
    Ok(Bare(AnsweredInvitation { invitation: accepted.into(), member: Some(member.into()) }))
}

/// Declines an invitation.
pub async fn reject(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<AnsweredInvitation>> {
    session::required(&user)?;
    let mut tx = identity.db().write().await?;
    let rejected = invitation::reject(&mut tx, &actor, &user, answer(&body)).await?;
    tx.commit().await?;
    Ok(Bare(AnsweredInvitation { invitation: rejected.into(), member: None }))
}

/// Cancels an invitation.
pub async fn cancel(
    State(identity): State<Identity>,
    SignedInUser { actor, .. }: SignedInUser,
    Lenient(body): Lenient<ThisInvitation>,
) -> Result<Bare<os_api::organization::Invitation>> {
    let mut tx = identity.db().write().await?;
    let found = invitation::get(&mut tx, InvitationId(body.invitation_id)).await?;
    let needed = OrganizationRole::DelegatedAdmin;
    let access = organization::for_change(&mut tx, &actor, found.organization_id, needed).await?;
    let canceled = invitation::cancel(&mut tx, &access, found).await?;
    tx.commit().await?;
    Ok(Bare(canceled.into()))
}

/// Lists the invitations of an organization.
pub async fn list(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Vec<os_api::organization::Invitation>>> {
    let id = organization::chosen(&user, query.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().read().await?;
    let needed = OrganizationRole::DelegatedAdmin;
    organization::access(&mut tx, &actor, id, needed, Scope::Admin).await?;
    let invitations = invitation::list(&mut tx, id).await?;
    Ok(Bare(invitations.into_iter().map(Into::into).collect()))
}

/// Lists the invitations to the user who asks.
pub async fn list_mine(
    State(identity): State<Identity>,
    SignedInUser { user, .. }: SignedInUser,
) -> Result<Bare<Vec<os_api::organization::Invitation>>> {
    session::required(&user)?;
    let invitations = invitation::list_for(&mut identity.db().read().await?, user.id()).await?;
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
