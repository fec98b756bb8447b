//! JSON of the runtimes that are bound to us (docs/wire/runtime-connection.md#binding).

use crate::fleet::runtime_link::{self, Binding, ConnectionSelector};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::MayManageEnvironment;
use crate::{Code, Control, Error, Result};
use axum::extract::{Extension, State};
use os_api::limits::{MAX_NAME_CHARS, MAX_WORD_CHARS};
use os_api::runtime_connection as wire;
use os_db::Tx;
use os_http::RequestId;
use os_identity::{Actor, MaybeSignedIn, SignedIn, authenticate_token};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct Address {
    runtime: Uuid,
}

/// Reports whether a runtime is bound. The request counts as a sign of life of the runtime.
pub async fn status(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::RuntimeSelector>,
) -> Result<Data<wire::RuntimeStatus>> {
    let selector = selector(query)?;
    let mut tx = control.db.write().await?;
    runtime_link::touch(&mut tx, &actor).await?;
    let connection = runtime_link::find(&mut tx, &actor, selector).await?.into_iter().next();
    tx.commit().await?;
    let runtime_id = connection.as_ref().map(|it| it.runtime_id);
    let (bound, connection) = (connection.is_some(), connection.map(Into::into));
    Ok(Data(wire::RuntimeStatus { bound, runtime_id, connection }))
}

/// Binds a runtime on behalf of the owner of the token in the body, or of the
/// signed-in user.
pub async fn bind(
    State(control): State<Control>,
    MaybeSignedIn(visitor): MaybeSignedIn,
    Extension(request): Extension<RequestId>,
    Lenient(body): Lenient<wire::BindRuntime>,
) -> Result<Data<wire::BoundRuntime>> {
    let token = body.token.clone();
    let binding = binding(body)?;
    let mut tx = control.db.write().await?;
    let actor = match token {
        Some(token) => holder(&mut tx, &control, token, request).await?,
        None => visitor.ok_or_else(token_needed)?,
    };
    let (connection, runtime_token) = runtime_link::bind(&mut tx, &actor, binding).await?;
    tx.commit().await?;
    let (runtime_id, connection) = (connection.runtime_id, connection.into());
    Ok(Data(wire::BoundRuntime { runtime_token, runtime_id, bound: true, connection }))
}

/// Revokes connections of a runtime.
pub async fn revoke(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Lenient(body): Lenient<wire::RuntimeSelector>,
) -> Result<Data<wire::RevokedRuntime>> {
    let selector = selector(body)?;
    let mut tx = control.db.write().await?;
    let revoked = runtime_link::revoke_selected(&mut tx, &actor, selector).await?;
    tx.commit().await?;
    Ok(Data(wire::RevokedRuntime { revoked }))
}

pub async fn list(
    State(control): State<Control>,
    access: MayManageEnvironment,
) -> Result<Data<wire::RuntimeConnections>> {
    let rows = runtime_link::list(&mut control.db.read().await?, &access).await?;
    let runtimes: Vec<wire::RuntimeConnection> = rows.into_iter().map(Into::into).collect();
    Ok(Data(wire::RuntimeConnections { total: runtimes.len(), runtimes }))
}

/// Revokes the connections of a runtime to this environment.
pub async fn remove(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(address): Path<Address>,
) -> Result<Data<wire::RevokedRuntime>> {
    let mut tx = control.db.write().await?;
    let revoked = runtime_link::remove(&mut tx, &access, address.runtime).await?;
    tx.commit().await?;
    Ok(Data(wire::RevokedRuntime { revoked }))
}

/// Returns the actor that the token of the device flow signs in.
async fn holder(
    tx: &mut Tx,
    control: &Control,
    token: String,
    request: RequestId,
) -> Result<Actor> {
    authenticate_token(control, tx, token, request).await?.ok_or_else(token_needed)
}

fn token_needed() -> Error {
    Code::Unauthenticated.error(
        "`token` must be the access token of the device flow; get a new one, or sign in as an administrator",
    )
}

fn binding(body: wire::BindRuntime) -> Result<Binding> {
    let too_long = |field: &str, limit: usize| {
        Code::ValidationError.error(format!("`{field}` must have between 1 and {limit} characters"))
    };
    if body.name.is_empty() || body.name.chars().count() > MAX_NAME_CHARS {
        return Err(too_long("name", MAX_NAME_CHARS));
    }
    if body.runtime_version.as_ref().is_some_and(|it| it.chars().count() > MAX_WORD_CHARS) {
        return Err(too_long("runtime_version", MAX_WORD_CHARS));
    }
    Ok(Binding {
        environment: body.environment_id,
        runtime: body.runtime_id.as_deref().map(runtime_id).transpose()?,
        name: body.name,
        runtime_version: body.runtime_version,
    })
}

fn selector(body: wire::RuntimeSelector) -> Result<ConnectionSelector> {
    let given = |it: Option<String>| it.filter(|it| !it.is_empty());
    let unknown =
        || Code::EnvironmentNotFound.error("`environment_id`: it takes the id of an environment");
    Ok(ConnectionSelector {
        environment: given(body.environment_id)
            .map(|it| it.parse().map_err(|_| unknown()))
            .transpose()?,
        runtime: given(body.runtime_id).as_deref().map(runtime_id).transpose()?,
    })
}

fn runtime_id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| {
        Code::InvalidFormat.error("`runtime_id` must be a UUID; leave it out to be given one")
    })
}
