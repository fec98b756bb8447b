//! A person signed in: a browser's cookie or a program's bearer token.
//!
//! **Invariant:** a token is kept as its hash; signing out deletes the row, so
//! it ends everywhere at once.

pub mod api;
pub mod cookie;
mod sql;
mod way_in;

pub use way_in::{enter, register};

use crate::auth::{Actor, ActorUser};
use crate::client::Client;
use crate::events::{Event, Kind};
use crate::organization::OrganizationRole;
use crate::user::{self, User};
use crate::{
    Code, EnvironmentId, OrganizationId, Result, SessionId, UserId, api_key, organization,
};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// How long a session lasts (contract §1.8).
pub const LIFETIME: Duration = Duration::days(7);

/// A session that is valid now, with what doors need of its user.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Live {
    pub id: SessionId,
    pub user_id: UserId,
    pub email: String,
    pub role: String,
    pub active_organization_id: Option<OrganizationId>,
}

/// A session, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub active_organization_id: Option<OrganizationId>,
    pub active_environment_id: Option<EnvironmentId>,
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
    /// Returned once; kept as its hash.
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// The session of a token, unless it is unknown, expired or its user banned.
pub async fn authenticate(tx: &mut Tx, token: &str) -> Result<Option<Live>> {
    Ok(sql::find_live(tx, &secret::hash(token), now()).await?)
}

/// The session of who is asking.
///
/// # Errors
/// `PERMISSION_DENIED` for an API key: what changes a person's own account, or
/// could give away more than the key may do, needs the person.
pub fn required(user: &ActorUser) -> Result<SessionId> {
    user.session.ok_or_else(|| {
        Code::PermissionDenied
            .error("an API key cannot do this; sign in with a password or `os cloud login`")
    })
}

/// Signs a person in, who works in the organization they joined first.
pub async fn open(tx: &mut Tx, user: &User, client: &Client) -> Result<Opened> {
    let organization = organization::list_of(tx, user.id).await?.first().map(|it| it.id);
    let opened =
        Opened { id: SessionId::new(), token: secret::random(""), expires_at: now() + LIFETIME };
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

/// Ends the session of who is asking; a key or a token goes on.
pub async fn close(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let session = actor.user().and_then(|user| Some((user, user.session?)));
    match session {
        Some((user, id)) if sql::delete(tx, id, user.id).await? => {
            record_end(tx, actor, json!({ "email": user.email, "session": id.to_string() })).await
        }
        _ => Ok(()),
    }
}

async fn record_end(tx: &mut Tx, actor: &Actor, subject: serde_json::Value) -> Result<()> {
    Event::new(Kind::UserSignedOut, subject).record(tx, actor).await
}

/// Ends a session of the person, by id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn revoke(tx: &mut Tx, actor: &Actor, user: &ActorUser, id: SessionId) -> Result<()> {
    if !sql::delete(tx, id, user.id).await? {
        return Err(Code::NotFound.error(format!("you have no session `{id}`")));
    }
    record_end(tx, actor, json!({ "email": user.email, "session": id.to_string() })).await
}

/// The id of one of the person's sessions, by its token.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn of_token(tx: &mut Tx, user: &ActorUser, token: &str) -> Result<SessionId> {
    let found = authenticate(tx, token).await?.filter(|found| found.user_id == user.id);
    found.map(|it| it.id).ok_or_else(|| Code::NotFound.error("you have no session with this token"))
}

/// Ends all sessions of a person but one.
pub async fn revoke_others(tx: &mut Tx, actor: &Actor, user: &User, kept: SessionId) -> Result<()> {
    let ended = sql::delete_others(tx, user.id, kept).await?;
    record_end(tx, actor, json!({ "email": user.email, "other_sessions": ended })).await
}

/// The sessions of a person that are valid now, newest first.
pub async fn list(tx: &mut Tx, user: UserId) -> Result<Vec<Session>> {
    Ok(sql::list(tx, user, now()).await?)
}

/// Who is asking, in full.
#[derive(Debug)]
pub struct Current {
    pub user: User,
    pub session: Session,
    /// Their role in the organization they work in.
    pub role: Option<OrganizationRole>,
    pub is_platform_admin: bool,
    /// All that an API key may be used for, unless that is everything.
    pub scopes: Option<Vec<String>>,
}

/// Describes who is asking. An API key stands for a session of its person.
pub async fn describe(tx: &mut Tx, actor: &ActorUser) -> Result<Current> {
    let user = user::get(tx, actor.id).await?;
    let session = match (actor.session, actor.api_key) {
        (Some(id), _) => sql::find(tx, id).await?,
        (None, Some(key)) => Some(api_key::as_session(tx, key).await?),
        (None, None) => None,
    };
    let session = session
        .ok_or_else(|| Code::Unauthenticated.error("the session has just ended; sign in again"))?;
    let role = match session.active_organization_id {
        Some(organization) => organization::role_of(tx, organization, user.id).await?,
        None => None,
    };
    let is_platform_admin =
        actor.is_platform_admin && actor.scopes.allow(crate::auth::Scope::Admin);
    let scopes = actor.scopes.0.is_some().then(|| actor.scopes.names());
    Ok(Current { user, session, role, is_platform_admin, scopes })
}

/// Chooses the organization a session works in; membership is checked already.
pub async fn set_organization(
    tx: &mut Tx,
    id: SessionId,
    organization: OrganizationId,
) -> Result<()> {
    Ok(sql::set_organization(tx, id, organization).await?)
}

/// No session of the person works in the organization any more; of nobody, when
/// no person is named.
pub async fn leave_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    user: Option<UserId>,
) -> Result<()> {
    Ok(sql::leave_organization(tx, organization, user).await?)
}

/// Deletes what has expired.
pub async fn purge(tx: &mut Tx) -> Result<u64> {
    Ok(sql::purge(tx, now()).await?)
}
