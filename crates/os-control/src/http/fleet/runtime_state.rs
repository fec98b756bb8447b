//! What the runtime of an environment asks for and reports.

use crate::fleet::environment::watch::Waiting;
use crate::fleet::runtime_link::{self, Desired, RuntimeAccess};
use crate::http::cache::is_current;
use crate::http::extract::{Data, Json, Path, Query};
use crate::http::guards::BoundRuntime;
use crate::{Code, Control, Error, Result};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_api::desired::{self as wire, MAX_OUTCOME_ENTRIES, MAX_OUTCOME_TEXT_CHARS};
use serde::Deserialize;
use std::time::Duration;

/// The longest that an answer waits; proxies in between give up after a minute.
const LONGEST: u64 = 60;

/// The current generation. With `wait`, who has it already is answered when
/// there is another one.
pub async fn show(
    State(control): State<Control>,
    runtime: BoundRuntime,
    Query(query): Query<wire::WaitForChange>,
    headers: HeaderMap,
) -> Result<Response> {
    let how_long = Duration::from_secs(query.wait.unwrap_or(0).min(LONGEST));
    let mut waiting = Waiting::begin(&control.db, runtime.environment(), how_long);
    seen(&control, &runtime).await?;
    let mut known: Option<Desired> = None;
    loop {
        let mut tx = control.db.read().await?;
        let now = runtime_link::current_generation(&mut tx, &runtime).await?.ok_or_else(ended)?;
        if known.as_ref().is_none_or(|known| known.generation != now) {
            let state = runtime_link::desired_state(&mut tx, &runtime, now).await?;
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
async fn seen(control: &Control, access: &RuntimeAccess) -> Result<()> {
    let mut tx = control.db.write().await?;
    runtime_link::touch(&mut tx, access.actor()).await?;
    runtime_link::follow(&mut tx, access).await?;
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
    runtime: BoundRuntime,
    Path(ArtifactPath { checksum }): Path<ArtifactPath>,
) -> Result<Response> {
    let mut tx = control.db.autocommit().await?;
    let found = runtime_link::artifact(&mut tx, &runtime, &checksum).await?;
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

/// The longest reason, in characters.
const REASON: usize = 4096;
/// How many packages a report may be about.
const PACKAGES: usize = 10_000;

pub async fn report(
    State(control): State<Control>,
    runtime: BoundRuntime,
    Json(state): Json<wire::ObservedState>,
) -> Result<Data<wire::RecordedState>> {
    check(&state)?;
    let mut tx = control.db.write().await?;
    let generation = runtime_link::report(&mut tx, &runtime, state).await?;
    tx.commit().await?;
    Ok(Data(wire::RecordedState { generation }))
}

/// Refuses what could not be kept.
fn check(state: &wire::ObservedState) -> Result<()> {
    let errors = state.packages.iter().map(|it| &it.error).chain([&state.error]);
    if errors.flatten().any(|it| it.chars().count() > REASON) {
        return Err(
            Code::ValidationError.error(format!("`error` must have at most {REASON} characters"))
        );
    }
    if state.packages.len() > PACKAGES {
        return Err(
            Code::ValidationError.error(format!("`packages` must have at most {PACKAGES} entries"))
        );
    }
    for outcome in state.packages.iter().filter_map(|it| it.outcome.as_ref()) {
        check_outcome(outcome)?;
    }
    Ok(())
}

/// Refuses an outcome that is larger than its lists and texts may be.
fn check_outcome(outcome: &wire::InstallOutcome) -> Result<()> {
    let too_large = |what: &str, limit: usize, unit: &str| {
        Code::ValidationError.error(format!("`{what}` must have at most {limit} {unit}"))
    };
    let failures = match &outcome.seeds {
        wire::SeedOutcome::Loaded { failures, .. } => failures.as_slice(),
        wire::SeedOutcome::Skipped { .. } => &[],
    };
    let lists = [
        ("outcome.kept", outcome.kept.len()),
        ("outcome.warnings", outcome.warnings.len()),
        ("outcome.not_running", outcome.not_running.len()),
        ("outcome.seeds.failures", failures.len()),
    ];
    if let Some((list, _)) = lists.iter().find(|(_, len)| *len > MAX_OUTCOME_ENTRIES) {
        return Err(too_large(list, MAX_OUTCOME_ENTRIES, "entries"));
    }
    let kept = outcome.kept.iter().map(|it| &it.reason);
    let failed = failures.iter().map(|it| &it.message);
    let texts = outcome.warnings.iter().chain(&outcome.not_running).chain(kept).chain(failed);
    if texts.into_iter().any(|it| it.chars().count() > MAX_OUTCOME_TEXT_CHARS) {
        return Err(too_large("outcome", MAX_OUTCOME_TEXT_CHARS, "characters in each text"));
    }
    Ok(())
}
