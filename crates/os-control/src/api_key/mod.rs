//! `osk_…`: a secret that lets a program act for a person.
//!
//! **Invariant:** the key is shown once and kept as its hash; a revoked or
//! expired one is nobody. A key that makes a key gives it no more than it has:
//! neither scopes, nor organizations, nor time.

pub mod api;
mod last_use;
mod sql;

pub use last_use::LastUse;

use crate::auth::{Actor, ActorUser, Scope, Scopes};
use crate::data::Page;
use crate::events::{Event, Kind};
use crate::http::guards;
use crate::organization::OrganizationRole;
use crate::session::Session;
use crate::{ApiKeyId, Code, Control, OrganizationId, Result, SessionId, UserId, text};
use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use os_api::api_key::{CreateApiKey, Moment};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// Characters of a key that its row keeps, to recognize it by.
const PREFIX_LENGTH: usize = 12;

/// A key that is valid now, with what doors need of its user.
#[derive(Debug, os_db::FromRow)]
struct Live {
    id: ApiKeyId,
    user_id: UserId,
    email: String,
    role: String,
    active_organization_id: Option<OrganizationId>,
    scopes: String,
    last_used_at: Option<DateTime<Utc>>,
}

/// A key, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub prefix: String,
    pub user_id: UserId,
    pub active_organization_id: Option<OrganizationId>,
    /// A JSON array of names; an empty one means all.
    pub scopes: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ApiKey {
    /// The names of its scopes; none means all.
    pub fn scope_names(&self) -> Vec<String> {
        scopes(&self.scopes).names()
    }
}

/// The person a key acts for, unless it is unknown, expired or revoked.
pub async fn authenticate(tx: &mut Tx, control: &Control, key: &str) -> Result<Option<ActorUser>> {
    let Some(found) = sql::find_live(tx, &secret::hash(key), now()).await? else {
        return Ok(None);
    };
    control.last_use.note(control, found.id, found.last_used_at);
    Ok(Some(ActorUser {
        id: found.user_id,
        email: found.email,
        is_platform_admin: found.role == "admin",
        session: None,
        api_key: Some(found.id),
        active_organization: found.active_organization_id,
        scopes: scopes(&found.scopes),
    }))
}

/// Reads the column. A name that is not a scope (of a later release) allows nothing.
fn scopes(text: &str) -> Scopes {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    if names.is_empty() {
        return Scopes::ALL;
    }
    Scopes(Some(
        Scope::ALL.into_iter().filter(|it| names.iter().any(|name| name == it.as_str())).collect(),
    ))
}

/// A key that is to be made, checked.
#[derive(Debug)]
pub struct New {
    name: String,
    scopes: Scopes,
    expires_at: Option<DateTime<Utc>>,
    organization: Option<OrganizationId>,
}

impl TryFrom<CreateApiKey> for New {
    type Error = crate::Error;

    fn try_from(body: CreateApiKey) -> Result<Self> {
        let name = body.name.as_deref().unwrap_or("API key");
        Ok(Self {
            name: text::within("name", name, 1..=255)?,
            scopes: named_scopes(&body.scopes.unwrap_or_default())?,
            expires_at: body.expires_at.as_ref().map(future).transpose()?,
            organization: body.organization_id.map(OrganizationId),
        })
    }
}

fn named_scopes(names: &[String]) -> Result<Scopes> {
    let scope = |name: &String| {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| {
            Code::ValidationError
                .error(format!("`scopes` may have read, publish, install, admin, not `{name}`"))
        })
    };
    let scopes = names.iter().map(scope).collect::<Result<_>>()?;
    Ok(if names.is_empty() { Scopes::ALL } else { Scopes(Some(scopes)) })
}

/// Reads a moment in any of the ways clients write it (contract §3.1.1).
fn future(moment: &Moment) -> Result<DateTime<Utc>> {
    let at = match moment {
        Moment::Number(number) if *number < 1_000_000_000_000 => {
            DateTime::from_timestamp(*number, 0)
        }
        Moment::Number(number) => DateTime::from_timestamp_millis(*number),
        Moment::Text(text) => {
            let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
            let midnight = || Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
            at.ok().or_else(midnight)
        }
    };
    let at = at.filter(|at| (1970..=9999).contains(&at.year())).ok_or_else(|| {
        Code::ValidationError.error(
            "`expires_at` must be a time such as 2030-01-31T12:00:00Z, or seconds since 1970",
        )
    })?;
    if at <= now() {
        return Err(Code::ValidationError.error("`expires_at` must be in the future"));
    }
    Ok(at.trunc_subsecs(6))
}

/// Makes a key for who is asking. The secret is returned once.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for another's organization, `PERMISSION_DENIED` for
/// more than the credential that asks has itself.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    user: &ActorUser,
    new: New,
) -> Result<(ApiKey, String)> {
    let new = within_maker(tx, user, new).await?;
    if let Some(organization) = new.organization {
        let needed = OrganizationRole::Member;
        guards::organization(tx, actor, organization, needed, Scope::Admin).await?;
    }
    let key = secret::random("osk_");
    let id = ApiKeyId::new();
    sql::insert(tx, id, user.id, &new, &key).await?;
    let made = sql::find(tx, id).await?.ok_or_else(|| unknown(id))?;
    record(tx, actor, Kind::ApiKeyCreated, &made).await?;
    Ok((made, key))
}

/// Fills in what the maker has, and refuses what it has not.
async fn within_maker(tx: &mut Tx, user: &ActorUser, new: New) -> Result<New> {
    let organization = new.organization.or(user.active_organization);
    let Some(maker) = user.api_key else { return Ok(New { organization, ..new }) };
    let maker = sql::find(tx, maker).await?.ok_or_else(|| unknown(maker))?;
    if !user.scopes.allow(Scope::Admin) {
        return Err(Code::PermissionDenied
            .error("making keys needs a session, or a key with the scope `admin`"));
    }
    let scopes = if new.scopes == Scopes::ALL { user.scopes.clone() } else { new.scopes };
    if let Some(more) = scopes.0.iter().flatten().find(|scope| !user.scopes.allow(**scope)) {
        return Err(Code::PermissionDenied.error(format!(
            "`scopes`: the key that asks lacks `{}` itself, and cannot give it",
            more.as_str()
        )));
    }
    let expires_at = match (new.expires_at, maker.expires_at) {
        (Some(wish), Some(limit)) if wish > limit => {
            return Err(Code::PermissionDenied.error(format!(
                "`expires_at`: the key that asks ends at {}, and cannot make one that lives longer",
                limit.to_rfc3339()
            )));
        }
        (wish, limit) => wish.or(limit),
    };
    Ok(New { organization, scopes, expires_at, ..new })
}

/// Whose keys somebody sees: their own; a key only those of its organization; a
/// platform administrator all.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    user: Option<UserId>,
    organization: Option<OrganizationId>,
}

impl Reach {
    /// The keys of one person, whoever they are.
    pub fn own(user: &ActorUser) -> Self {
        Self { user: Some(user.id), organization: None }
    }

    /// What is within reach of who is asking.
    pub fn of(actor: &Actor, user: &ActorUser) -> Self {
        Self {
            user: (!actor.is_platform_admin()).then_some(user.id),
            organization: user.active_organization.filter(|_| user.api_key.is_some()),
        }
    }
}

/// The keys within reach, newest first, and how many they are.
pub async fn list(tx: &mut Tx, reach: Reach, page: Page) -> Result<(Vec<ApiKey>, i64)> {
    Ok((sql::list(tx, reach, page).await?, sql::count(tx, reach).await?))
}

/// The key with this id, if it is within reach.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, reach: Reach, id: ApiKeyId) -> Result<ApiKey> {
    let found = sql::find(tx, id).await?.filter(|key| {
        reach.user.is_none_or(|user| user == key.user_id)
            && (reach.organization.is_none() || reach.organization == key.active_organization_id)
    });
    found.ok_or_else(|| unknown(id))
}

/// What a key stands for where a session is asked for.
pub async fn as_session(tx: &mut Tx, id: ApiKeyId) -> Result<Session> {
    let key = sql::find(tx, id).await?.ok_or_else(|| unknown(id))?;
    Ok(Session {
        id: SessionId(key.id.0),
        user_id: key.user_id,
        active_organization_id: key.active_organization_id,
        active_environment_id: None,
        ip_address: None,
        user_agent: None,
        expires_at: key.expires_at,
        created_at: key.created_at,
        updated_at: key.updated_at,
    })
}

/// Renames a key.
pub async fn rename(tx: &mut Tx, actor: &Actor, key: &ApiKey, name: &str) -> Result<()> {
    let name = text::within("name", name, 1..=255)?;
    sql::rename(tx, key.id, &name).await?;
    Event::new(Kind::ApiKeyUpdated, json!({ "prefix": key.prefix }))
        .change(json!({ "name": key.name }), json!({ "name": name }))
        .record(tx, actor)
        .await
}

/// Ends a key; ending it again changes nothing.
pub async fn revoke(tx: &mut Tx, actor: &Actor, key: &ApiKey) -> Result<()> {
    if sql::revoke(tx, key.id).await? {
        record(tx, actor, Kind::ApiKeyRevoked, key).await?;
    }
    Ok(())
}

/// Removes a key, which ends it.
pub async fn delete(tx: &mut Tx, actor: &Actor, key: &ApiKey) -> Result<()> {
    sql::delete(tx, key.id).await?;
    record(tx, actor, Kind::ApiKeyDeleted, key).await
}

async fn record(tx: &mut Tx, actor: &Actor, kind: Kind, key: &ApiKey) -> Result<()> {
    let state =
        json!({ "name": key.name, "scopes": key.scope_names(), "expires_at": key.expires_at });
    let (before, after) = match kind {
        Kind::ApiKeyCreated => (json!(null), state),
        _ => (state, json!(null)),
    };
    Event::new(kind, json!({ "prefix": key.prefix })).change(before, after).record(tx, actor).await
}

fn unknown(id: ApiKeyId) -> crate::Error {
    Code::NotFound.error(format!("you have no API key `{id}`"))
}
