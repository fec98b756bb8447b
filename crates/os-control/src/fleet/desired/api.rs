use super::watch::Waiting;
use super::{Desired, current, read};
use crate::fleet::{observed, runtime_connection};
use crate::http::extract::{Path, Query};
use crate::http::guards::{BoundRuntime, EnvironmentAccess};
use crate::registry::catalog::is_current;
use crate::{Code, Control, Error, Result, RuntimeConnectionId};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_api::desired as wire;
use serde::Deserialize;
use std::time::Duration;

/// The longest that an answer waits; proxies in between give up after a minute.
const LONGEST: u64 = 60;

/// The current generation. With `wait`, who has it already is answered when
/// there is another one.
pub async fn show(
    State(control): State<Control>,
    BoundRuntime { access, connection }: BoundRuntime,
    Query(query): Query<wire::WaitForChange>,
    headers: HeaderMap,
) -> Result<Response> {
    let environment = access.environment;
    let how_long = Duration::from_secs(query.wait.unwrap_or(0).min(LONGEST));
    let mut waiting = Waiting::begin(&control.db, environment, how_long);
    seen(&control, &access, connection).await?;
    let mut known: Option<Desired> = None;
    loop {
        let mut tx = control.db.read().await?;
        let now = current(&mut tx, environment, connection).await?.ok_or_else(ended)?;
        if known.as_ref().is_none_or(|known| known.generation != now) {
            let state = read(&mut tx, environment, now).await?;
            if !is_current(&headers, &state.etag) {
                return Ok(answer(state));
            }
            known = Some(state);
        }
        drop(tx);
        if !waiting.goes_on().await {
            let etag = known.map(|it| it.etag).unwrap_or_default();
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
    }
}

/// Remembers that the runtime is there, and that it follows the environment.
async fn seen(
    control: &Control,
    access: &EnvironmentAccess,
    connection: RuntimeConnectionId,
) -> Result<()> {
    let mut tx = control.db.write().await?;
    runtime_connection::touch(&mut tx, &access.actor).await?;
    observed::follow(&mut tx, access.environment, connection).await?;
    Ok(tx.commit().await?)
}

/// Secrets of settings are in it, so it is kept nowhere.
fn answer(state: Desired) -> Response {
    let headers = [
        (header::ETAG, state.etag),
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, state.body).into_response()
}

fn ended() -> Error {
    Code::Unauthenticated.error("the connection of this runtime was revoked; bind it again")
}

#[derive(Deserialize)]
pub struct ArtifactPath {
    checksum: String,
}

/// An artifact, byte for byte as its checksum says.
pub async fn artifact(
    State(control): State<Control>,
    BoundRuntime { access, .. }: BoundRuntime,
    Path(ArtifactPath { checksum }): Path<ArtifactPath>,
) -> Result<Response> {
    let mut tx = control.db.peek().await?;
    let found = super::artifact(&mut tx, access.environment, &checksum).await?;
    let text = found.ok_or_else(|| {
        Code::VersionNotFound
            .error("this environment never had a version with this checksum; ask for its state")
    })?;
    let headers = [
        (header::ETAG, format!("\"{checksum}\"")),
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, text).into_response())
}
