//! The observed state of an installation, by the reports of its runtime
//! (docs/wire/runtime-connection.md#desired-and-observed-state).
//!
//! **Invariant:** `installing` and `upgrading` end: by a report, or [`LEASE`]
//! after they began.

pub use super::sql::ObservedPackage;

use super::sql;
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use os_api::desired::InstallOutcome;
use os_db::Tx;

/// The time in which a runtime has to report a change before its silence is an error.
pub const LEASE: Duration = Duration::seconds(60);

/// The last report about an installation.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Observed {
    #[row(column = "observed_version")]
    pub version: Option<String>,
    #[row(column = "observed_checksum")]
    pub checksum: Option<String>,
    #[row(column = "observed_error")]
    pub error: Option<String>,
    /// The outcome of the install of the version: an [`InstallOutcome`] as JSON.
    #[row(column = "observed_outcome")]
    pub outcome: Option<String>,
    /// The runtime that was bound last and follows the environment; `None` without
    /// one. The npm runtime never follows.
    pub runtime_name: Option<String>,
    pub runtime_followed_since: Option<DateTime<Utc>>,
    pub runtime_seen_at: Option<DateTime<Utc>>,
}

/// The desired state of an installation.
#[derive(Debug, Clone, Copy)]
pub struct DesiredInstallation<'a> {
    pub checksum: &'a str,
    pub enabled: bool,
    pub since: DateTime<Utc>,
}

/// The state of an installation, by the reports of its runtime (docs/wire/installations.md#status).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Installing,
    Upgrading,
    Installed,
    Disabled,
    Error,
}

impl State {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installing => "installing",
            Self::Upgrading => "upgrading",
            Self::Installed => "installed",
            Self::Disabled => "disabled",
            Self::Error => "error",
        }
    }

    /// Returns whether the runtime has yet to report the last change.
    pub fn is_in_progress(self) -> bool {
        matches!(self, Self::Installing | Self::Upgrading)
    }
}

/// The state of an installation, with the reason of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub state: State,
    pub error: Option<String>,
}

impl Status {
    /// The status of an installation that lacks settings; `needed` is a JSON array of JSON pointers.
    pub fn needing_settings(needed: &str) -> Self {
        let paths: Vec<String> = serde_json::from_str(needed).unwrap_or_default();
        let names: Vec<_> =
            paths.iter().map(|it| format!("`settings{}`", it.replace('/', "."))).collect();
        let names = names.join(", ");
        let reason = format!(
            "it needs configuration: {names} was not copied with the environment, because it is secret; set it"
        );
        Self { state: State::Error, error: Some(reason) }
    }
}

impl Observed {
    /// Returns the reported outcome of the install of the version.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the stored JSON cannot be read.
    pub fn outcome(&self) -> Result<Option<InstallOutcome>> {
        let parsed = self.outcome.as_deref().map(serde_json::from_str).transpose();
        Ok(parsed.context("sys_package_installation.observed_outcome")?)
    }

    /// Returns the status of an installation at a time.
    pub fn status(&self, desired: DesiredInstallation<'_>, at: DateTime<Utc>) -> Status {
        let settled = if desired.enabled { State::Installed } else { State::Disabled };
        let is = |state| Status { state, error: None };
        let error = |reason| Status { state: State::Error, error: Some(reason) };
        let (Some(runtime), Some(followed)) = (&self.runtime_name, self.runtime_followed_since)
        else {
            return is(settled);
        };
        if let Some(reason) = &self.error {
            return error(reason.clone());
        }
        if self.checksum.as_deref() == Some(desired.checksum) {
            return is(settled);
        }
        if at > desired.since.max(followed) + LEASE {
            return error(self.silence(runtime));
        }
        is(if self.version.is_none() { State::Installing } else { State::Upgrading })
    }

    /// Returns whether a runtime follows the environment.
    pub fn has_runtime(&self) -> bool {
        self.runtime_name.is_some() && self.runtime_followed_since.is_some()
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

/// Stores the report of a runtime about one package.
pub async fn observe(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    observed: ObservedPackage,
) -> Result<()> {
    Ok(sql::observe(tx, access.environment(), observed).await?)
}

/// Deletes all reports about the installations of an environment.
pub async fn forget_observed(tx: &mut Tx, access: &EnvironmentAccess) -> Result<()> {
    Ok(sql::forget_observed(tx, access.environment()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use os_db::now;

    #[test]
    fn a_change_in_progress_always_ends() {
        let began = now();
        let desired = DesiredInstallation { checksum: "new", enabled: true, since: began };
        let runtime = Observed {
            version: None,
            checksum: None,
            error: None,
            outcome: None,
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
        let off = DesiredInstallation { enabled: false, ..desired };
        for (observed, desired, at, name) in [
            (&nobody, desired, began, "installed"),
            (&nobody, off, late, "disabled"),
            (&runtime, desired, began, "installing"),
            (&runtime, desired, late, "error"),
            (&upgrading, desired, began, "upgrading"),
            (&upgrading, desired, late, "error"),
            (&arrived, desired, late, "installed"),
            (&arrived, off, late, "disabled"),
            (&failed, desired, began, "error"),
        ] {
            let status = observed.status(desired, at);
            assert_eq!(status.state.as_str(), name, "{observed:?}");
            assert_eq!(status.error.is_some(), name == "error");
        }
        assert_eq!(failed.status(desired, began).error.as_deref(), Some("no room"));
    }
}
