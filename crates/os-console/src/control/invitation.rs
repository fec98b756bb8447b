//! The page behind the link of an invitation (docs/wire/organizations.md#invitations).

use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::invitation_link::path_of;
use crate::respond::page;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use os_control::http::extract::Query;
use os_control::{Code, Control, Result};
use os_db::Tx;
use os_identity::organization::invitation::{self, Answer, Invitation};
use os_identity::{MaybeSignedIn, SignedInUser, UserPrincipal, session};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct InvitationLink {
    #[serde(default)]
    token: String,
}

/// Asks a signed-in user whether to join; others first create the account or sign in.
pub async fn show(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Query(link): Query<InvitationLink>,
    frame: Frame,
) -> Result<Response> {
    let Some(actor) = actor else {
        let next: String =
            url::form_urlencoded::byte_serialize(path_of(&link.token).as_bytes()).collect();
        return Ok(Redirect::to(&format!("/sign-up?next={next}")).into_response());
    };
    let user = actor.user().ok_or_else(|| {
        Code::PermissionDenied.error("an invitation is for a user; sign in with a password")
    })?;
    session::required(user)?;
    let invited = find(&mut control.db.read().await?, user, &link.token).await?;
    page(&Confirm {
        frame,
        crumbs: vec![("/organization".to_owned(), "Organization".to_owned())],
        question: format!("Join {}?", invited.organization_name),
        consequence: format!("You become a member with the role {}.", invited.role.as_str()),
        button: "Join",
        back: "/organization".to_owned(),
    })
}

/// Accepts the invitation.
pub async fn accept(
    State(control): State<Control>,
    SignedInUser { actor, user }: SignedInUser,
    Query(link): Query<InvitationLink>,
) -> Result<Response> {
    let session = session::required(&user)?;
    let mut tx = control.db.write().await?;
    let id = find(&mut tx, &user, &link.token).await?.id;
    let answer = Answer { id, secret: Some(&link.token) };
    let accepted = invitation::accept(&mut tx, &actor, &user, session, answer).await?;
    tx.commit().await?;
    Ok(done("/organization", &format!("Welcome to {}.", accepted.organization_name)))
}

async fn find(tx: &mut Tx, user: &UserPrincipal, secret: &str) -> Result<Invitation> {
    let invited = invitation::of_secret(tx, secret).await?.ok_or_else(|| {
        Code::NotFound
            .error("this invitation is answered, canceled or expired; ask for another one")
    })?;
    if invited.email != user.email() {
        return Err(Code::PermissionDenied.error(format!(
            "this invitation is for {}; sign in with that account and open the link again",
            invited.email
        )));
    }
    Ok(invited)
}
