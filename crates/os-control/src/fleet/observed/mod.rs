//! What the runtime of an environment reports, and what follows for the status
//! of an installation (design §8.5).
//!
//! **Invariant:** a report never moves a pointer. `installing` and `upgrading`
//! end: by a report, or [`LEASE`] after they began.

pub mod api;
mod sql;

use crate::events::{Event, Kind};
use crate::fleet::environment;
use crate::fleet::runtime_connection::{self, RuntimeConnection};
use crate::{Code, EnvironmentId, Result, RuntimeConnectionId};
use chrono::{DateTime, Duration, Utc};
use os_api::desired::{ObservedPackageState, ObservedState};
use os_db::{Tx, now};
use os_identity::Actor;
use serde_json::{Value, json};

/// How long a runtime may take to report a change before its silence is an error.
pub const LEASE: Duration = Duration::seconds(60);

/// What is known of an installation in the runtime of its environment.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Observed {
    #[row(column = "observed_version")]
    pub version: Option<String>,
    #[row(column = "observed_checksum")]
    pub checksum: Option<String>,
    #[row(column = "observed_error")]
    pub error: Option<String>,
    /// The runtime that was bound last and asked what to run; `None` where nobody
    /// reports. The npm runtime never asks.
    pub runtime_name: Option<String>,
    pub runtime_followed_since: Option<DateTime<Utc>>,
    pub runtime_seen_at: Option<DateTime<Utc>>,
}

/// What an installation should be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub checksum: &'a str,
    pub enabled: bool,
    pub since: DateTime<Utc>,
}

/// The status on the wire (contract §2.2), and the reason of an `error`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub name: &'static str,
    pub error: Option<String>,
}

impl Observed {
    /// The status of an installation at a moment.
    pub fn status(&self, wanted: Wanted<'_>, at: DateTime<Utc>) -> Status {
        let settled = if wanted.enabled { "installed" } else { "disabled" };
        let is = |name| Status { name, error: None };
        let error = |reason| Status { name: "error", error: Some(reason) };
        let (Some(runtime), Some(followed)) = (&self.runtime_name, self.runtime_followed_since)
        else {
            return is(settled);
        };
        if let Some(reason) = &self.error {
            return error(reason.clone());
        }
        if self.checksum.as_deref() == Some(wanted.checksum) {
            return is(settled);
        }
        if at > wanted.since.max(followed) + LEASE {
            return error(self.silence(runtime));
        }
        is(if self.version.is_none() { "installing" } else { "upgrading" })
    }

    fn silence(&self, runtime: &str) -> String {
        let seen = match self.runtime_seen_at {
            Some(at) => format!("it was last seen at {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
            None => "it was never seen".to_owned(),
        };
        format!(
            "the runtime `{runtime}` has not reported this change for {} s; {seen}. It will catch up when it is back: start it, or check that it reaches this server",
            LEASE.num_seconds()
        )
    }
}

/// A runtime asks what to run: from now on it is the one that reports, and what
/// another one said is void.
pub async fn follow(
    tx: &mut Tx,
    environment: EnvironmentId,
    connection: RuntimeConnectionId,
) -> Result<()> {
    if sql::follow(tx, connection).await? {
        sql::forget(tx, environment).await?;
    }
    Ok(())
}

/// Takes down what a runtime reports. Answers the generation that is current.
///
/// Only the runtime that was bound last speaks for the installations; another
/// one speaks for itself.
///
/// # Errors
/// `VALIDATION_ERROR` for a generation that does not exist.
pub async fn report(
    tx: &mut Tx,
    actor: &Actor,
    (environment, connection): (EnvironmentId, RuntimeConnectionId),
    state: ObservedState,
) -> Result<i64> {
    let current = environment::get(tx, environment).await?.generation;
    if state.generation < 0 || state.generation > current {
        return Err(Code::ValidationError.error(format!(
            "`generation`: there is no generation {}; {current} is current",
            state.generation
        )));
    }
    follow(tx, environment, connection).await?;
    let all = runtime_connection::list(tx, environment).await?;
    if let Some(before) = all.iter().find(|it| it.id == connection) {
        take_down(tx, actor, before, &state).await?;
    }
    let speaks = all.iter().find(|it| it.revoked_at.is_none() && it.followed_since.is_some());
    if speaks.is_some_and(|it| it.id == connection) {
        for package in state.packages {
            let is_there = package.state != ObservedPackageState::Absent;
            let seen = sql::Seen {
                manifest_id: package.package_id,
                version: package.version.filter(|_| is_there),
                checksum: package.checksum.filter(|_| is_there),
                error: package.error,
                is_about_now: state.generation == current,
            };
            sql::observe(tx, environment, seen).await?;
        }
    }
    Ok(current)
}

/// Notes what became of a generation as a whole; a change of it is an event.
async fn take_down(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_progress_always_ends() {
        let began = now();
        let wanted = Wanted { checksum: "new", enabled: true, since: began };
        let runtime = Observed {
            version: None,
            checksum: None,
            error: None,
            runtime_name: Some("box".to_owned()),
            runtime_followed_since: Some(began),
            runtime_seen_at: None,
        };
        let old = Some("old".to_owned());
        let upgrading = Observed { version: old.clone(), checksum: old, ..runtime.clone() };
        let arrived = Observed { checksum: Some("new".to_owned()), ..upgrading.clone() };
        let failed = Observed { error: Some("no room".to_owned()), ..upgrading.clone() };
        let nobody = Observed { runtime_name: None, ..runtime.clone() };
        let late = began + LEASE + Duration::seconds(1);
        let off = Wanted { enabled: false, ..wanted };
        for (observed, wanted, at, name) in [
            (&nobody, wanted, began, "installed"),
            (&nobody, off, late, "disabled"),
            (&runtime, wanted, began, "installing"),
            (&runtime, wanted, late, "error"),
            (&upgrading, wanted, began, "upgrading"),
            (&upgrading, wanted, late, "error"),
            (&arrived, wanted, late, "installed"),
            (&arrived, off, late, "disabled"),
            (&failed, wanted, began, "error"),
        ] {
            let status = observed.status(wanted, at);
            assert_eq!(status.name, name, "{observed:?}");
            assert_eq!(status.error.is_some(), name == "error");
        }
        assert_eq!(failed.status(wanted, began).error.as_deref(), Some("no room"));
    }
}
