use super::{Caller, LIFETIME, Live, Opened, User, Visitor};
use crate::{Error, Result, Runtime};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use os_api::session::{CurrentSession, CurrentUser, Session, SignIn, SignedIn, Success};
use os_api::user::{BootstrapStatus, SignUp};
use os_http::extract::{Bare, Json};
use os_http::{SESSION_COOKIE, own_origin};

/// Answers that hold a secret, or depend on one, are kept nowhere (contract §3.0.6).
const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// A request that may sign a browser in: not one that another site sent.
pub struct OwnOrigin;

impl FromRequestParts<Runtime> for OwnOrigin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        own_origin(&parts.headers, runtime.config.origins())?;
        Ok(Self)
    }
}

pub async fn sign_up(
    State(runtime): State<Runtime>,
    _: OwnOrigin,
    Json(body): Json<SignUp>,
) -> Result<Response> {
    let name = body.name.as_deref();
    let opened = super::register(&runtime, &body.email, &body.password, name).await?;
    Ok(signed_in(&runtime, opened))
}

pub async fn sign_in(
    State(runtime): State<Runtime>,
    _: OwnOrigin,
    Json(body): Json<SignIn>,
) -> Result<Response> {
    let opened = super::sign_in(&runtime, &body.email, &body.password).await?;
    Ok(signed_in(&runtime, opened))
}

/// The cookie of a session that was just opened.
pub fn session_cookie(runtime: &Runtime, token: &str) -> HeaderValue {
    set_cookie(runtime, token, LIFETIME.num_seconds())
}

/// The cookie that makes a browser forget its session.
pub fn forget_cookie(runtime: &Runtime) -> HeaderValue {
    set_cookie(runtime, "", 0)
}

/// Keeps the token in a browser for this many seconds; 0 makes it forget.
fn set_cookie(runtime: &Runtime, token: &str, seconds: i64) -> HeaderValue {
    let secure = if runtime.config.secure_cookies { "; Secure" } else { "" };
    let text = format!(
        "{SESSION_COOKIE}={token}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
    );
    HeaderValue::try_from(text).expect("tokens are URL-safe characters")
}

fn signed_in(runtime: &Runtime, opened: Opened) -> Response {
    let Opened { token, user } = opened;
    let header = HeaderValue::try_from(&token).expect("tokens are URL-safe characters");
    let headers = AppendHeaders([
        (header::SET_COOKIE, session_cookie(runtime, &token)),
        (HeaderName::from_static("set-auth-token"), header),
    ]);
    (NO_STORE, headers, Bare(SignedIn { redirect: false, token, user: user.into() }))
        .into_response()
}

/// Best effort: a client that has no session any more is content, too.
pub async fn sign_out(State(runtime): State<Runtime>, visitor: Visitor) -> Result<Response> {
    if let Some(token) = &visitor.token {
        super::sign_out(&runtime, token).await?;
    }
    let forget = AppendHeaders([(header::SET_COOKIE, forget_cookie(&runtime))]);
    Ok((NO_STORE, forget, Bare(Success { success: true })).into_response())
}

/// Who is asking; `null` with 200 when nobody is signed in.
pub async fn get_session(visitor: Visitor) -> Response {
    let current = visitor.caller.map(|caller| current(&caller, visitor.token));
    (NO_STORE, Bare(current)).into_response()
}

fn current(caller: &Caller, token: Option<String>) -> CurrentSession {
    let Live { session_id, expires_at, started_at, user } = caller.live().clone();
    let position = if caller.is_admin() { "platform_admin" } else { "everyone" };
    let session = Session {
        id: session_id.0,
        token,
        user_id: user.id.0,
        expires_at: Some(expires_at),
        active_organization_id: None,
        active_environment_id: None,
        active_team_id: None,
        ip_address: String::new(),
        user_agent: String::new(),
        created_at: started_at,
        updated_at: started_at,
        current: true,
        scopes: None,
    };
    let user = CurrentUser {
        role: user.role.clone(),
        is_platform_admin: caller.is_admin(),
        positions: vec![position.to_owned()],
        user: user.into(),
    };
    CurrentSession { user, session }
}

/// Whether the console shows *create the first account* or *sign in*.
pub async fn bootstrap_status(State(runtime): State<Runtime>) -> Result<Bare<BootstrapStatus>> {
    let any = super::has_accounts(&runtime).await?;
    Ok(Bare(BootstrapStatus { has_owner: any, has_users: any }))
}

impl From<User> for os_api::user::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            email: user.email,
            name: user.name,
            image: None,
            email_verified: false,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}
