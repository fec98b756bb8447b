//! Reports of the runtime of an environment
//! (docs/wire/runtime-connection.md#desired-and-observed-state).
//!
//! **Invariant:** a report never moves a pointer.

use super::{RuntimeAccess, RuntimeConnection, sql};
use crate::events::{Event, Kind};
use crate::fleet::environment;
use crate::fleet::installation::{self, ObservedPackage};
use crate::{Code, Result};
use anyhow::Context;
use os_api::desired::{InstallOutcome, ObservedPackageState, ObservedState};
use os_db::{Tx, now};
use os_identity::Actor;
use serde_json::{Value, json};

/// Makes the runtime follow the environment: from now on it reports for the installations, and
/// earlier reports of other runtimes are deleted.
pub async fn follow(tx: &mut Tx, access: &RuntimeAccess) -> Result<()> {
    if sql::follow(tx, access.connection()).await? {
        installation::forget_observed(tx, access.as_environment()).await?;
    }
    Ok(())
}

/// Records the report of a runtime. Returns the number of the current generation.
///
/// Only the runtime that was bound last reports for the installations; another one reports for
/// its connection only.
///
/// # Errors
/// `VALIDATION_ERROR` for a generation that does not exist.
pub async fn report(tx: &mut Tx, access: &RuntimeAccess, state: ObservedState) -> Result<i64> {
    let (environment, connection) = (access.environment(), access.connection());
    let current = environment::get(tx, access.as_environment()).await?.generation;
    if state.generation < 0 || state.generation > current {
        return Err(Code::ValidationError.error(format!(
            "`generation`: there is no generation {}; {current} is current",
            state.generation
        )));
    }
    follow(tx, access).await?;
    let all = sql::list_of_environment(tx, environment).await?;
    if let Some(before) = all.iter().find(|it| it.id == connection) {
        note(tx, access.actor(), before, &state).await?;
    }
    let speaks = all.iter().find(|it| it.revoked_at.is_none() && it.followed_since.is_some());
    if speaks.is_some_and(|it| it.id == connection) {
        for package in state.packages {
            let is_there = package.state != ObservedPackageState::Absent;
            let seen = ObservedPackage {
                manifest_id: package.package_id,
                version: package.version.filter(|_| is_there),
                checksum: package.checksum.filter(|_| is_there),
                error: package.error,
                outcome: outcome(package.outcome.filter(|_| is_there))?,
                is_current: state.generation == current,
            };
            installation::observe(tx, access.as_environment(), seen).await?;
        }
    }
    Ok(current)
}

/// Records the result of a generation as a whole; a change of it is an event.
async fn note(
    tx: &mut Tx,
    actor: &Actor,
    before: &RuntimeConnection,
    state: &ObservedState,
) -> Result<()> {
    sql::note(tx, before.id, state.generation, state.error.clone(), now()).await?;
    let was = (before.observed_generation, &before.observed_error);
    if was == (Some(state.generation), &state.error) {
        return Ok(());
    }
    let facts = |generation: Option<i64>, error: &Option<String>| match generation {
        Some(generation) => json!({ "generation": generation, "error": error }),
        None => Value::Null,
    };
    let kind = if state.error.is_none() { Kind::RuntimeApplied } else { Kind::RuntimeFailed };
    let subject = json!({ "name": before.name, "generation": state.generation });
    let event = Event::new(kind, subject).organization(before.organization_id);
    let event = match before.environment_id {
        Some(environment) => event.environment(environment),
        None => event,
    };
    event
        .change(facts(was.0, was.1), facts(Some(state.generation), &state.error))
        .record(tx, actor)
        .await
}

fn outcome(outcome: Option<InstallOutcome>) -> Result<Option<String>> {
    let text = outcome.as_ref().map(serde_json::to_string).transpose();
    Ok(text.context("the outcome of an install")?)
}
