//! A signed-in browser or program: a cookie or a bearer token.
//!
//! **Invariant:** a token is stored as its hash; signing out deletes the row, so that
//! the session ends everywhere at once.

mod cache;
pub mod cookie;
mod sql;

pub use cache::SessionCache;

use crate::actor::{Actor, Credentials, Scopes, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::client::Client;
use crate::ids::{OrganizationId, SessionId, UserId};
use crate::user::{self, User};
use crate::{Code, Result};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::{Value, json};
use uuid::Uuid;

/// The lifetime of a session (docs/wire/authentication.md#session-lifetime).
pub const SESSION_TTL: Duration = Duration::days(7);

/// A session that is valid now, with its user.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Live {
    pub id: SessionId,
    pub user_id: UserId,
    pub email: String,
    pub role: String,
    pub active_organization_id: Option<OrganizationId>,
    pub expires_at: DateTime<Utc>,
}

impl Live {
    /// The user that the session acts for.
    pub(crate) fn principal(self) -> UserPrincipal {
        UserPrincipal::new(Credentials {
            id: self.user_id,
            is_admin: self.role == user::ADMIN,
            email: self.email,
            session: Some(self.id),
            api_key: None,
            active_organization: self.active_organization_id,
            scopes: Scopes::ALL,
            is_remote: false,
        })
    }
}

/// A session, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub active_organization_id: Option<OrganizationId>,
    pub active_environment_id: Option<Uuid>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    /// `None` for an API key without an end, which stands for a session.
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A session that was just opened, with its secret.
#[derive(Debug)]
pub struct Opened {
    pub id: SessionId,
    /// Returned once; stored as its hash.
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Looks up the session of a token, unless it is unknown, expired or its user banned.
pub async fn authenticate(tx: &mut Tx, token: &str) -> Result<Option<Live>> {
    Ok(sql::find_live(tx, &secret::hash(token), now()).await?)
}

/// Returns the session of a user.
///
/// # Errors
/// `PERMISSION_DENIED` for an API key: what changes a user's own account, or could give
/// away more than the key may do, needs the user.
pub fn required(user: &UserPrincipal) -> Result<SessionId> {
    user.session().ok_or_else(|| {
        Code::PermissionDenied
            .error("an API key cannot do this; sign in with a password or `os cloud login`")
    })
}

/// Opens a session for a user, who works in `organization`.
pub async fn open(
    tx: &mut Tx,
    user: &User,
    organization: Option<OrganizationId>,
    client: &Client,
) -> Result<Opened> {
    let opened =
        Opened { id: SessionId::new(), token: secret::random(""), expires_at: now() + SESSION_TTL };
    sql::insert(tx, &opened, user.id, organization, client).await?;
    user::note_sign_in(tx, user.id).await?;
    Event::new(
        Kind::UserSignedIn,
        json!({ "email": user.email, "session": opened.id.to_string() }),
    )
    .record(tx, &user.actor(&client.request))
    .await?;
    Ok(opened)
}

/// Ends the session of the actor; an API key or a token stays valid.
pub async fn close(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let session = actor.user().and_then(|user| Some((user, user.session()?)));
    match session {
        Some((user, id)) if sql::delete(tx, id, user.id()).await? => {
            let subject = json!({ "email": user.email(), "session": id.to_string() });
            record_end(tx, actor, subject).await
        }
        _ => Ok(()),
    }
}

async fn record_end(tx: &mut Tx, actor: &Actor, subject: Value) -> Result<()> {
    Event::new(Kind::UserSignedOut, subject).record(tx, actor).await
}

/// Ends a session of the user, by id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn revoke(tx: &mut Tx, actor: &Actor, user: &UserPrincipal, id: SessionId) -> Result<()> {
    if !sql::delete(tx, id, user.id()).await? {
        return Err(Code::NotFound.error(format!("you have no session `{id}`")));
    }
    let subject = json!({ "email": user.email(), "session": id.to_string() });
    record_end(tx, actor, subject).await
}

/// Looks up the id of one of the user's sessions, by its token.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn of_token(tx: &mut Tx, user: &UserPrincipal, token: &str) -> Result<SessionId> {
    let found = authenticate(tx, token).await?.filter(|found| found.user_id == user.id());
    found.map(|it| it.id).ok_or_else(|| Code::NotFound.error("you have no session with this token"))
}

/// Ends all sessions of a user but one.
pub async fn revoke_others(tx: &mut Tx, actor: &Actor, user: &User, kept: SessionId) -> Result<()> {
    let ended = sql::delete_others(tx, user.id, kept).await?;
    record_end(tx, actor, json!({ "email": user.email, "other_sessions": ended })).await
}

/// Ends all sessions of a user; returns how many.
pub async fn revoke_all(tx: &mut Tx, actor: &Actor, user: &User) -> Result<u64> {
    let ended = sql::delete_all(tx, user.id).await?;
    if ended > 0 {
        record_end(tx, actor, json!({ "email": user.email, "all_sessions": ended })).await?;
    }
    Ok(ended)
}

/// Lists the sessions of a user that are valid now, newest first.
pub async fn list(tx: &mut Tx, user: UserId) -> Result<Vec<Session>> {
    Ok(sql::list(tx, user, now()).await?)
}

/// Looks up the session with this id; nothing is checked yet.
pub async fn find(tx: &mut Tx, id: SessionId) -> Result<Option<Session>> {
    Ok(sql::find(tx, id).await?)
}

/// Chooses the organization that a session works in; membership is checked already.
pub async fn set_organization(
    tx: &mut Tx,
    id: SessionId,
    organization: OrganizationId,
) -> Result<()> {
    Ok(sql::set_organization(tx, id, organization).await?)
}

/// Chooses the environment that a session works in; access is checked already. Returns
/// whether the session is still there.
pub async fn set_environment(
    tx: &mut Tx,
    id: SessionId,
    environment: impl Into<Uuid>,
) -> Result<bool> {
    Ok(sql::set_environment(tx, id, environment.into()).await?)
}

/// Makes the sessions that work in an organization leave it: those of one user, or all.
pub async fn leave_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    user: Option<UserId>,
) -> Result<()> {
    Ok(sql::leave_organization(tx, organization, user).await?)
}

/// Deletes expired sessions; returns how many.
pub async fn purge(tx: &mut Tx) -> Result<u64> {
    Ok(sql::purge(tx, now()).await?)
}
