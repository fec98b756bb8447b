//! Desired and observed state, for the runtime of an environment.

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

/// The longest `wait`, in seconds; many proxies give up after a minute.
const MAX_WAIT_SECONDS: u64 = 60;

/// Returns the current generation. With `wait`, a runtime that has it waits for
/// the next one.
pub async fn show(
    State(control): State<Control>,
    runtime: BoundRuntime,
    Query(query): Query<wire::WaitForChange>,
    headers: HeaderMap,
) -> Result<Response> {
    let how_long = Duration::from_secs(query.wait.unwrap_or(0).min(MAX_WAIT_SECONDS));
    let mut waiting = Waiting::begin(&control.db, runtime.environment(), how_long);
    record_contact(&control, &runtime).await?;
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

/// Records that the runtime is alive and follows the environment.
async fn record_contact(control: &Control, access: &RuntimeAccess) -> Result<()> {
    let mut tx = control.db.write().await?;
    runtime_link::touch(&mut tx, access.actor()).await?;
    runtime_link::follow(&mut tx, access).await?;
    Ok(tx.commit().await?)
}

/// Builds the response. It has secrets of settings, so no cache may store it.
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

/// Returns an artifact, byte for byte as its checksum was computed.
pub async fn artifact(
    State(control): State<Control>,
    runtime: BoundRuntime,
    Path(ArtifactPath { checksum }): Path<ArtifactPath>,
) -> Result<Response> {
    let mut tx = control.db.autocommit().await?;
    let found = runtime_link::artifact(&mut tx, &runtime, &checksum).await?;
    let text = found.ok_or_else(|| {
        Code::VersionNotFound.error(
            "this environment never had a version with this checksum; read its desired state",
        )
    })?;
    let headers = [
        (header::ETAG, format!("\"{checksum}\"")),
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, text).into_response())
}

/// The longest error of a report.
const MAX_ERROR_CHARS: usize = 4096;
/// The most packages of a report.
const MAX_REPORTED_PACKAGES: usize = 10_000;

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

/// Checks the sizes of a report.
fn check(state: &wire::ObservedState) -> Result<()> {
    let errors = state.packages.iter().map(|it| &it.error).chain([&state.error]);
    if errors.flatten().any(|it| it.chars().count() > MAX_ERROR_CHARS) {
        return Err(Code::ValidationError
            .error(format!("`error` must have at most {MAX_ERROR_CHARS} characters")));
    }
    if state.packages.len() > MAX_REPORTED_PACKAGES {
        return Err(Code::ValidationError
            .error(format!("`packages` must have at most {MAX_REPORTED_PACKAGES} entries")));
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
