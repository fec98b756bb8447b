use super::{Current, Opened, Session, cookie};
use crate::auth::{Actor, Credential};
use crate::client::Client;
use crate::http::extract::{Bare, Data, Lenient};
use crate::http::guards::{User as SignedUser, Visitor};
use crate::user::api::done;
use crate::user::{self, User};
use crate::{Code, Control, Error, Result, SessionId, session};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use os_api::session::{
    AuthConfig, CurrentSession, CurrentUser, EmailPassword, Features, RevokeSession, SignIn,
    SignedIn, Success,
};
use os_api::user::{SignUp, Status};

/// Answers that hold a secret, or depend on one, are kept nowhere (contract §3.0.6).
pub const NO_STORE: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];

pub async fn sign_in(
    State(control): State<Control>,
    client: Client,
    Lenient(body): Lenient<SignIn>,
) -> Result<Response> {
    let (opened, user) = session::enter(&control, &client, &body.email, &body.password).await?;
    Ok(signed_in(&control, opened, user, body.remember_me.unwrap_or(true)))
}

pub async fn sign_up(
    State(control): State<Control>,
    client: Client,
    Lenient(body): Lenient<SignUp>,
) -> Result<Response> {
    let (name, email) = (body.name.as_deref(), body.email.as_str());
    let (opened, user) = session::register(&control, &client, name, email, &body.password).await?;
    Ok(signed_in(&control, opened, user, true))
}

fn signed_in(control: &Control, opened: Opened, user: User, is_remembered: bool) -> Response {
    let token = HeaderValue::try_from(&opened.token).expect("tokens are URL-safe characters");
    let headers = AppendHeaders([
        (header::SET_COOKIE, cookie::set(&control.config, &opened.token, is_remembered)),
        (HeaderName::from_static("set-auth-token"), token),
    ]);
    let body = SignedIn { redirect: false, token: opened.token, user: user.into() };
    (NO_STORE, headers, Bare(body)).into_response()
}

/// Best effort: a client that has no session any more is content, too.
pub async fn sign_out(State(control): State<Control>, Visitor(actor): Visitor) -> Result<Response> {
    if let Some(actor) = actor {
        let mut tx = control.db.write().await?;
        session::close(&mut tx, &actor).await?;
        tx.commit().await?;
    }
    let forget = AppendHeaders([(header::SET_COOKIE, cookie::remove(&control.config))]);
    Ok((NO_STORE, forget, Bare(Success { success: true })).into_response())
}

/// The token that a request presents for a session.
pub struct Presented(Option<String>);

impl FromRequestParts<Control> for Presented {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        Ok(Self(match Credential::of(parts, &control.config)? {
            Some(Credential::Bearer(token) | Credential::Cookie(token)) => Some(token),
            _ => None,
        }))
    }
}

/// Who is asking; `null` with 200 when nobody is signed in.
pub async fn get_session(
    State(control): State<Control>,
    Visitor(actor): Visitor,
    Presented(token): Presented,
) -> Result<Response> {
    let current = match actor.as_ref().and_then(Actor::user) {
        Some(user) => {
            let mut tx = control.db.read().await?;
            Some(current(session::describe(&mut tx, user).await?, token))
        }
        None => None,
    };
    Ok((NO_STORE, Bare(current)).into_response())
}

fn current(found: Current, token: Option<String>) -> CurrentSession {
    let mut positions = Vec::new();
    if found.is_platform_admin {
        positions.push("platform_admin".to_owned());
    }
    positions.extend(found.role.map(|role| format!("org_{}", role.as_str())));
    positions.push("everyone".to_owned());
    let session =
        os_api::session::Session { token, scopes: found.scopes, ..wire(found.session, true) };
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
        active_environment_id: session.active_environment_id.map(|id| id.0),
        active_team_id: None,
        ip_address: session.ip_address.unwrap_or_default(),
        user_agent: session.user_agent.unwrap_or_default(),
        created_at: session.created_at,
        updated_at: session.updated_at,
        current,
        scopes: None,
    }
}

/// How one may sign in here. Enveloped, unlike its neighbours (contract §3.1).
pub async fn config(State(control): State<Control>) -> Result<Data<AuthConfig>> {
    let any = user::any(&mut control.db.read().await?).await?;
    Ok(Data(AuthConfig {
        email_password: EmailPassword {
            enabled: true,
            disable_sign_up: any && !control.config.open_registration,
            require_email_verification: false,
        },
        social_providers: Vec::new(),
        features: Features {
            organization: true,
            multi_org_enabled: true,
            device_authorization: true,
            two_factor: false,
            passkeys: false,
            magic_link: false,
        },
    }))
}

pub async fn list(
    State(control): State<Control>,
    SignedUser { user, .. }: SignedUser,
) -> Result<Bare<Vec<os_api::session::Session>>> {
    let mine = session::required(&user)?;
    let sessions = session::list(&mut control.db.read().await?, user.id).await?;
    let wired = sessions.into_iter().map(|it| {
        let is_current = it.id == mine;
        wire(it, is_current)
    });
    Ok(Bare(wired.collect()))
}

pub async fn revoke(
    State(control): State<Control>,
    SignedUser { actor, user }: SignedUser,
    Lenient(body): Lenient<RevokeSession>,
) -> Result<Bare<Status>> {
    session::required(&user)?;
    let mut tx = control.db.write().await?;
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

/// Ends all sessions of who is asking but the one they ask with.
pub async fn revoke_others(
    State(control): State<Control>,
    SignedUser { actor, user }: SignedUser,
) -> Result<Bare<Status>> {
    let kept = session::required(&user)?;
    let mut tx = control.db.write().await?;
    let user = user::get(&mut tx, user.id).await?;
    session::revoke_others(&mut tx, &actor, &user, kept).await?;
    tx.commit().await?;
    Ok(done())
}
