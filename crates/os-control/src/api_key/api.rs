use super::{ApiKey, New, Reach};
use crate::auth::{Actor, ActorUser, Scope};
use crate::data::Paging;
use crate::http::extract::{Bare, Data, Lenient, Path, Query};
use crate::http::guards::User;
use crate::{ApiKeyId, Code, Control, Result, api_key};
use axum::extract::State;
use axum::http::StatusCode;
use os_api::api_key::{CreateApiKey, CreatedApiKey, UpdateApiKey};
use os_api::record::{DeletedRecord, Record, Records};

const OBJECT: &str = "sys_api_key";

pub async fn create(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<CreateApiKey>,
) -> Result<(StatusCode, Data<CreatedApiKey>)> {
    let new = New::try_from(body)?;
    let mut tx = control.db.write().await?;
    let (made, key) = api_key::create(&mut tx, &actor, &user, new).await?;
    tx.commit().await?;
    let created = CreatedApiKey {
        id: made.id.0,
        scopes: made.scope_names(),
        name: made.name,
        prefix: made.prefix,
        key,
        active_organization_id: made.active_organization_id.map(|id| id.0),
        expires_at: made.expires_at,
    };
    Ok((StatusCode::CREATED, Data(created)))
}

/// `sys_api_key`: my keys; the secrets are known to nobody any more.
pub async fn records(
    State(control): State<Control>,
    User { actor, user }: User,
    Query(paging): Query<Paging>,
) -> Result<Bare<Records<os_api::api_key::ApiKey>>> {
    let page = paging.page()?;
    let reach = Reach::of(&actor, &user);
    let (keys, total) = api_key::list(&mut control.db.read().await?, reach, page).await?;
    Ok(Bare(page.of(OBJECT, keys.into_iter().map(Into::into).collect(), total)))
}

pub async fn show(
    State(control): State<Control>,
    User { actor, user }: User,
    Path(id): Path<String>,
) -> Result<Bare<Record<os_api::api_key::ApiKey>>> {
    let reach = Reach::of(&actor, &user);
    let key = api_key::get(&mut control.db.read().await?, reach, parse(&id)?).await?;
    Ok(Bare(record(key)))
}

pub async fn update(
    State(control): State<Control>,
    User { actor, user }: User,
    Path(id): Path<String>,
    Lenient(body): Lenient<UpdateApiKey>,
) -> Result<Bare<Record<os_api::api_key::ApiKey>>> {
    may_change(&actor, &user, &id)?;
    let (id, reach) = (parse(&id)?, Reach::of(&actor, &user));
    let mut tx = control.db.write().await?;
    let key = api_key::get(&mut tx, reach, id).await?;
    if let Some(name) = &body.name {
        api_key::rename(&mut tx, &actor, &key, name).await?;
    }
    match body.revoked {
        Some(true) => api_key::revoke(&mut tx, &actor, &key).await?,
        Some(false) if key.revoked => {
            return Err(Code::InvalidState.error("a revoked key stays revoked; make another one"));
        }
        _ => {}
    }
    let changed = api_key::get(&mut tx, reach, id).await?;
    tx.commit().await?;
    Ok(Bare(record(changed)))
}

pub async fn delete_record(
    State(control): State<Control>,
    user: User,
    Path(id): Path<String>,
) -> Result<Bare<DeletedRecord>> {
    remove(&control, user, &id).await.map(Bare)
}

/// The same, beside where keys are made.
pub async fn delete(
    State(control): State<Control>,
    user: User,
    Path(id): Path<String>,
) -> Result<Data<DeletedRecord>> {
    remove(&control, user, &id).await.map(Data)
}

async fn remove(control: &Control, User { actor, user }: User, id: &str) -> Result<DeletedRecord> {
    may_change(&actor, &user, id)?;
    let mut tx = control.db.write().await?;
    let key = api_key::get(&mut tx, Reach::of(&actor, &user), parse(id)?).await?;
    api_key::delete(&mut tx, &actor, &key).await?;
    tx.commit().await?;
    Ok(DeletedRecord { object: OBJECT.to_owned(), id: key.id.0, deleted: true })
}

/// A key without the scope `admin` may end itself, and touches no other.
fn may_change(actor: &Actor, user: &ActorUser, id: &str) -> Result<()> {
    let is_itself = user.api_key.is_some_and(|own| own.to_string() == id);
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
