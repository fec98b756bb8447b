//! An API key, `osk_…`: a secret that lets a program act for a user.
//!
//! **Invariant:** the key is shown once and stored as its hash; a revoked or expired one
//! is not accepted. A key that creates a key gives it no more than it has: neither
//! scopes, nor organizations, nor time.

mod last_use;
mod sql;

pub use last_use::LastUse;

use crate::actor::{Actor, Credentials, Scope, Scopes, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::ids::{ApiKeyId, OrganizationId, SessionId, UserId};
use crate::organization::{self, OrganizationRole};
use crate::pagination::Pagination;
use crate::session::Session;
use crate::{Code, Result, text, user};
use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use os_api::api_key::{CreateApiKey, Timestamp};
use os_db::{Tx, now};
use os_http::{API_KEY_PREFIX, secret};
use serde_json::json;

/// Characters of a key that its row keeps, to recognize it by.
const PREFIX_CHARS: usize = 12;

/// A key that is valid now, with its user.
#[derive(Debug, os_db::FromRow)]
pub struct Live {
    pub id: ApiKeyId,
    user_id: UserId,
    email: String,
    role: String,
    active_organization_id: Option<OrganizationId>,
    scopes: String,
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Live {
    /// The user that the key acts for.
    pub(crate) fn principal(self) -> UserPrincipal {
        UserPrincipal::new(Credentials {
            id: self.user_id,
            is_admin: self.role == user::ADMIN,
            email: self.email,
            session: None,
            api_key: Some(self.id),
            active_organization: self.active_organization_id,
            scopes: scopes(&self.scopes),
            is_remote: false,
        })
    }
}

/// An API key, as the database knows it.
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

/// Looks up a key, unless it is unknown, expired or revoked, or its user banned.
pub async fn authenticate(tx: &mut Tx, key: &str) -> Result<Option<Live>> {
    Ok(sql::find_live(tx, &secret::hash(key), now()).await?)
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

/// A key that is to be created, checked.
#[derive(Debug)]
pub struct NewApiKey {
    name: String,
    scopes: Scopes,
    expires_at: Option<DateTime<Utc>>,
    organization: Option<OrganizationId>,
}

impl TryFrom<CreateApiKey> for NewApiKey {
    type Error = crate::Error;

    fn try_from(body: CreateApiKey) -> Result<Self> {
        let name = body.name.as_deref().unwrap_or("API key");
        Ok(Self {
            name: text::within("name", name, text::NAME_CHARS)?,
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

/// Reads a timestamp in any of the ways that clients write it
/// (docs/wire/authentication.md#api-keys).
fn future(timestamp: &Timestamp) -> Result<DateTime<Utc>> {
    let at = match timestamp {
        Timestamp::Number(number) if *number < 1_000_000_000_000 => {
            DateTime::from_timestamp(*number, 0)
        }
        Timestamp::Number(number) => DateTime::from_timestamp_millis(*number),
        Timestamp::Text(text) => {
            let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
            let midnight = || Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
            at.ok().or_else(midnight)
        }
    };
    let at = at.filter(|at| (1970..=9999).contains(&at.year())).ok_or_else(|| {
        Code::ValidationError.error(
            "`expires_at` must be a timestamp such as 2030-01-31T12:00:00Z, or seconds since 1970",
        )
    })?;
    if at <= now() {
        return Err(Code::ValidationError.error("`expires_at` must be in the future"));
    }
    Ok(at.trunc_subsecs(6))
}

/// Creates a key for the user who asks. The secret is returned once.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for an organization of others, `PERMISSION_DENIED` for more
/// than the credential that asks has itself.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    new: NewApiKey,
) -> Result<(ApiKey, String)> {
    let new = within_creator(tx, user, new).await?;
    if let Some(organization) = new.organization {
        let needed = OrganizationRole::Member;
        organization::access(tx, actor, organization, needed, Scope::Admin).await?;
    }
    let key = secret::random(API_KEY_PREFIX);
    let id = ApiKeyId::new();
    sql::insert(tx, id, user.id(), &new, &key).await?;
    let created = sql::find(tx, id).await?.ok_or_else(|| unknown(id))?;
    record(tx, actor, Kind::ApiKeyCreated, &created).await?;
    Ok((created, key))
}

/// Fills in what the creating key has, and refuses what it has not.
async fn within_creator(tx: &mut Tx, user: &UserPrincipal, new: NewApiKey) -> Result<NewApiKey> {
    let organization = new.organization.or(user.active_organization());
    let Some(creator) = user.api_key() else { return Ok(NewApiKey { organization, ..new }) };
    let creator = sql::find(tx, creator).await?.ok_or_else(|| unknown(creator))?;
    if !user.scopes().allow(Scope::Admin) {
        return Err(Code::PermissionDenied
            .error("creating keys needs a session, or a key with the scope `admin`"));
    }
    let scopes = if new.scopes == Scopes::ALL { user.scopes().clone() } else { new.scopes };
    if let Some(more) = scopes.0.iter().flatten().find(|scope| !user.scopes().allow(**scope)) {
        return Err(Code::PermissionDenied.error(format!(
            "`scopes`: the key of this request lacks `{}` itself and cannot give it",
            more.as_str()
        )));
    }
    let expires_at = match (new.expires_at, creator.expires_at) {
        (Some(requested), Some(limit)) if requested > limit => {
            return Err(Code::PermissionDenied.error(format!(
                "`expires_at`: the key of this request expires at {} and cannot create one that lives longer",
                limit.to_rfc3339()
            )));
        }
        (requested, limit) => requested.or(limit),
    };
    Ok(NewApiKey { organization, scopes, expires_at, ..new })
}

/// The keys that somebody sees: their own; with a key only those of its organization;
/// a platform administrator all.
#[derive(Debug, Clone, Copy)]
pub struct VisibleKeys {
    user: Option<UserId>,
    organization: Option<OrganizationId>,
}

impl VisibleKeys {
    /// The keys of a user alone, whatever else they may see.
    pub fn own(user: &UserPrincipal) -> Self {
        Self { user: Some(user.id()), organization: None }
    }

    /// All keys of an account, for those who administer it.
    pub(crate) fn of(user: UserId) -> Self {
        Self { user: Some(user), organization: None }
    }

    /// The keys that a user sees with their credential.
    pub fn to(user: &UserPrincipal) -> Self {
        Self {
            user: (!user.is_platform_admin()).then_some(user.id()),
            organization: user.confined_to(),
        }
    }
}

/// Lists the visible keys, newest first, and counts them.
pub async fn list(
    tx: &mut Tx,
    visible: VisibleKeys,
    page: Pagination,
) -> Result<(Vec<ApiKey>, i64)> {
    Ok((sql::list(tx, visible, page).await?, sql::count(tx, visible).await?))
}

/// The key with this id, if it is within visible.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, visible: VisibleKeys, id: ApiKeyId) -> Result<ApiKey> {
    let found = sql::find(tx, id).await?.filter(|key| {
        visible.user.is_none_or(|user| user == key.user_id)
            && (visible.organization.is_none()
                || visible.organization == key.active_organization_id)
    });
    found.ok_or_else(|| unknown(id))
}

/// Describes a key as the session that it stands for.
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
    let name = text::within("name", name, text::NAME_CHARS)?;
    sql::rename(tx, key.id, &name).await?;
    Event::new(Kind::ApiKeyUpdated, json!({ "prefix": key.prefix }))
        .change(json!({ "name": key.name }), json!({ "name": name }))
        .record(tx, actor)
        .await
}

/// Revokes a key; revoking it again changes nothing.
pub async fn revoke(tx: &mut Tx, actor: &Actor, key: &ApiKey) -> Result<()> {
    if sql::revoke(tx, key.id).await? {
        record(tx, actor, Kind::ApiKeyRevoked, key).await?;
    }
    Ok(())
}

/// Deletes a key, which revokes it.
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
