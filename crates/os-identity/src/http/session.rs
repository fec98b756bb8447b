//! Signing in, up and out, and the sessions of a user.

use super::done;
use crate::account::{self, Current, Entered, Registration};
use crate::client::Client;
use crate::extract::{MaybeSignedIn, Presented, SignedInUser};
use crate::ids::SessionId;
use crate::session::{self, Session, cookie};
use crate::state::Identity;
use crate::{Code, Result, remote, user};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use os_api::session::{
    AuthConfig, CurrentSession, CurrentUser, EmailPassword, Features, RevokeSession, SignIn,
    SignedIn, Success,
};
use os_api::user::{SignUp, Status};
use os_http::extract::{Bare, Data, NO_STORE};
use os_http::{Lenient, PresentedCredential};

/// Signs in with a password.
pub async fn sign_in(
    State(identity): State<Identity>,
    client: Client,
    Lenient(body): Lenient<SignIn>,
) -> Result<Response> {
    let entered = account::sign_in(&identity, &client, &body.email, &body.password).await?;
    Ok(signed_in(&identity, entered, body.remember_me.unwrap_or(true)))
}

/// Creates an account and signs it in.
pub async fn sign_up(
    State(identity): State<Identity>,
    client: Client,
    Lenient(body): Lenient<SignUp>,
) -> Result<Response> {
    let SignUp { name, email, password, invitation_token, callback_url: _ } = &body;
    let invitation = invitation_token.as_deref();
    let registration = Registration { name: name.as_deref(), email, password, invitation };
    let entered = account::register(&identity, &client, registration).await?;
    Ok(signed_in(&identity, entered, true))
}

fn signed_in(identity: &Identity, entered: Entered, is_remembered: bool) -> Response {
    let Entered { session, user } = entered;
    let token = HeaderValue::try_from(&session.token).expect("tokens are URL-safe characters");
    let headers = AppendHeaders([
        (header::SET_COOKIE, cookie::set(identity.config(), &session.token, is_remembered)),
        (HeaderName::from_static("set-auth-token"), token),
    ]);
    let body = SignedIn { redirect: false, token: session.token, user: user.into() };
    (NO_STORE, headers, Bare(body)).into_response()
}

/// Ends the session of the request. The response is the same if there is none.
pub async fn sign_out(
    State(identity): State<Identity>,
    MaybeSignedIn(actor): MaybeSignedIn,
    presented: Presented,
) -> Result<Response> {
    if let Some(actor) = actor {
        account::sign_out(&identity, &actor, presented.session_token()).await?;
    }
    let forget = AppendHeaders([(header::SET_COOKIE, cookie::remove(identity.config()))]);
    Ok((NO_STORE, forget, Bare(Success { success: true })).into_response())
}

/// Shows the current session; `null` with 200 without one.
pub async fn get_session(
    State(identity): State<Identity>,
    MaybeSignedIn(actor): MaybeSignedIn,
    presented: Presented,
) -> Result<Response> {
    let current = match actor.as_ref().and_then(|actor| actor.user()) {
        Some(user) if user.is_remote() => {
            let token = presented.0.as_ref().map(PresentedCredential::secret).unwrap_or_default();
            remote::describe(&identity, token).await?
        }
        Some(user) => {
            let mut tx = identity.db().read().await?;
            let found = account::describe(&mut tx, user).await?;
            Some(current(found, presented.session_token()))
        }
        None => None,
    };
    Ok((NO_STORE, Bare(current)).into_response())
}

fn current(found: Current, token: Option<&str>) -> CurrentSession {
    let mut positions = Vec::new();
    if found.is_platform_admin {
        positions.push("platform_admin".to_owned());
    }
    positions.extend(found.role.map(|role| format!("org_{}", role.as_str())));
    positions.push("everyone".to_owned());
    let session = os_api::session::Session {
        token: token.map(str::to_owned),
        scopes: found.scopes,
        ..wire(found.session, true)
    };
    let user = CurrentUser {
        role: found.user.role.clone(),
        is_platform_admin: found.is_platform_admin,
        positions,
        user: found.user.into(),
    };
    CurrentSession { user, session }
}

fn wire(session: Session, current: bool) -> os_api::session::Session {
    os_api::session::Session {
        id: session.id.0,
        token: None,
        user_id: session.user_id.0,
        expires_at: session.expires_at,
        active_organization_id: session.active_organization_id.map(|id| id.0),
        active_environment_id: session.active_environment_id,
        active_team_id: None,
        ip_address: session.ip_address.unwrap_or_default(),
        user_agent: session.user_agent.unwrap_or_default(),
        created_at: session.created_at,
        updated_at: session.updated_at,
        current,
        scopes: None,
    }
}

/// Shows the ways to sign in. It has an envelope, unlike its neighbours
/// (docs/wire/authentication.md#sessions).
pub async fn config(State(identity): State<Identity>) -> Result<Data<AuthConfig>> {
    let any = user::any(&mut identity.db().autocommit().await?).await?;
    let config = identity.config();
    Ok(Data(AuthConfig {
        email_password: EmailPassword {
            enabled: true,
            disable_sign_up: any && !config.open_registration,
            require_email_verification: false,
        },
        social_providers: Vec::new(),
        features: Features {
            organization: config.organizations,
            multi_org_enabled: config.organizations,
            device_authorization: config.organizations,
            two_factor: false,
            passkeys: false,
            magic_link: false,
        },
    }))
}

/// Lists the sessions of the user who asks.
pub async fn list(
    State(identity): State<Identity>,
    SignedInUser { user, .. }: SignedInUser,
) -> Result<Bare<Vec<os_api::session::Session>>> {
    let own = session::required(&user)?;
    let sessions = session::list(&mut identity.db().read().await?, user.id()).await?;
    let wired = sessions.into_iter().map(|it| {
        let is_current = it.id == own;
        wire(it, is_current)
    });
    Ok(Bare(wired.collect()))
}

/// Ends one session of the user who asks.
pub async fn revoke(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<RevokeSession>,
) -> Result<Bare<Status>> {
    session::required(&user)?;
    let mut tx = identity.db().write().await?;
    let id = match (body.id, body.token) {
        (Some(id), _) => SessionId(id),
        (None, Some(token)) => session::of_token(&mut tx, &user, &token).await?,
        (None, None) => {
            return Err(Code::MissingRequiredField.error("`id` or `token` must name the session"));
        }
    };
    session::revoke(&mut tx, &actor, &user, id).await?;
    tx.commit().await?;
    Ok(done())
}

/// Ends all sessions of the user who asks but the one of the request.
pub async fn revoke_others(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
) -> Result<Bare<Status>> {
    let kept = session::required(&user)?;
    let mut tx = identity.db().write().await?;
    let user = user::get(&mut tx, user.id()).await?;
    session::revoke_others(&mut tx, &actor, &user, kept).await?;
    tx.commit().await?;
    Ok(done())
}
