//! API keys.

use crate::actor::{Actor, Scope, UserPrincipal};
use crate::api_key::{self, ApiKey, NewApiKey, VisibleKeys};
use crate::extract::SignedInUser;
use crate::ids::ApiKeyId;
use crate::pagination::PaginationQuery;
use crate::state::Identity;
use crate::{Code, Result};
use axum::extract::State;
use axum::http::StatusCode;
use os_api::api_key::{CreateApiKey, CreatedApiKey, UpdateApiKey};
use os_api::record::{DeletedRecord, Record, Records};
use os_http::Lenient;
use os_http::extract::{Bare, Data, Path, Query};

const OBJECT: &str = "sys_api_key";

/// Creates a key; its secret is shown once.
pub async fn create(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<CreateApiKey>,
) -> Result<(StatusCode, Data<CreatedApiKey>)> {
    let new = NewApiKey::try_from(body)?;
    let mut tx = identity.db().write().await?;
    let (created, key) = api_key::create(&mut tx, &actor, &user, new).await?;
    tx.commit().await?;
    let body = CreatedApiKey {
        id: created.id.0,
        scopes: created.scope_names(),
        name: created.name,
        prefix: created.prefix,
        key,
        active_organization_id: created.active_organization_id.map(|id| id.0),
        expires_at: created.expires_at,
    };
    Ok((StatusCode::CREATED, Data(body)))
}

/// `sys_api_key`: my keys, without their secrets.
pub async fn records(
    State(identity): State<Identity>,
    SignedInUser { user, .. }: SignedInUser,
    Query(query): Query<PaginationQuery>,
) -> Result<Bare<Records<os_api::api_key::ApiKey>>> {
    let page = query.checked()?;
    let visible = VisibleKeys::to(&user);
    let (keys, total) = api_key::list(&mut identity.db().read().await?, visible, page).await?;
    Ok(Bare(page.of(OBJECT, keys.into_iter().map(Into::into).collect(), total)))
}

/// Shows a key.
pub async fn show(
    State(identity): State<Identity>,
    SignedInUser { user, .. }: SignedInUser,
    Path(id): Path<String>,
) -> Result<Bare<Record<os_api::api_key::ApiKey>>> {
    let visible = VisibleKeys::to(&user);
    let key = api_key::get(&mut identity.db().read().await?, visible, parse(&id)?).await?;
    Ok(Bare(record(key)))
}

/// Renames or revokes a key.
pub async fn update(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Path(id): Path<String>,
    Lenient(body): Lenient<UpdateApiKey>,
) -> Result<Bare<Record<os_api::api_key::ApiKey>>> {
    may_change(&actor, &user, &id)?;
    let (id, visible) = (parse(&id)?, VisibleKeys::to(&user));
    let mut tx = identity.db().write().await?;
    let key = api_key::get(&mut tx, visible, id).await?;
    if let Some(name) = &body.name {
        api_key::rename(&mut tx, &actor, &key, name).await?;
    }
    match body.revoked {
        Some(true) => api_key::revoke(&mut tx, &actor, &key).await?,
        Some(false) if key.revoked => {
            return Err(Code::InvalidState.error("a revoked key stays revoked; create another one"));
        }
        _ => {}
    }
    let changed = api_key::get(&mut tx, visible, id).await?;
    tx.commit().await?;
    Ok(Bare(record(changed)))
}

/// Deletes a key, as a record.
pub async fn delete_record(
    State(identity): State<Identity>,
    user: SignedInUser,
    Path(id): Path<String>,
) -> Result<Bare<DeletedRecord>> {
    remove(&identity, user, &id).await.map(Bare)
}

/// Deletes a key, beside where keys are created.
pub async fn delete(
    State(identity): State<Identity>,
    user: SignedInUser,
    Path(id): Path<String>,
) -> Result<Data<DeletedRecord>> {
    remove(&identity, user, &id).await.map(Data)
}

async fn remove(
    identity: &Identity,
    SignedInUser { actor, user }: SignedInUser,
    id: &str,
) -> Result<DeletedRecord> {
    may_change(&actor, &user, id)?;
    let mut tx = identity.db().write().await?;
    let key = api_key::get(&mut tx, VisibleKeys::to(&user), parse(id)?).await?;
    api_key::delete(&mut tx, &actor, &key).await?;
    tx.commit().await?;
    Ok(DeletedRecord { object: OBJECT.to_owned(), id: key.id.0, deleted: true })
}

/// Checks that a key may be changed: one without the scope `admin` may revoke itself,
/// and touches no other.
fn may_change(actor: &Actor, user: &UserPrincipal, id: &str) -> Result<()> {
    let is_itself = user.api_key().is_some_and(|own| own.to_string() == id);
    if is_itself || actor.allows(Scope::Admin) {
        return Ok(());
    }
    Err(Code::PermissionDenied
        .error("changing other keys needs a session, or a key with the scope `admin`"))
}

fn parse(id: &str) -> Result<ApiKeyId> {
    id.parse().map_err(|_| Code::NotFound.error(format!("you have no API key `{id}`")))
}

fn record(key: ApiKey) -> Record<os_api::api_key::ApiKey> {
    Record { object: OBJECT.to_owned(), id: key.id.0, record: key.into() }
}

impl From<ApiKey> for os_api::api_key::ApiKey {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.0,
            scopes: key.scope_names(),
            name: key.name,
            prefix: key.prefix,
            user_id: key.user_id.0,
            active_organization_id: key.active_organization_id.map(|id| id.0),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked: key.revoked,
            created_at: key.created_at,
            updated_at: key.updated_at,
        }
    }
}
