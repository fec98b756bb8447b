//! The outcome of a check of settings that was made before the transaction.
//!
//! **Invariant:** a verdict is about one version and one set of settings, and answers nothing else.
//! What else speaks against a change is found by the change, in its order.

use super::change::Destination;
use super::rules::{self, SettingsCheck};
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::version::Installable;
use crate::{Result, VersionId};
use os_package::StoredSettings;

/// The outcome of a check that was made before.
#[derive(Clone)]
pub struct Verdict {
    version: VersionId,
    settings: StoredSettings,
    outcome: Result<()>,
}

impl Verdict {
    pub(super) fn new(version: VersionId, settings: StoredSettings, outcome: Result<()>) -> Self {
        Self { version, settings, outcome }
    }

    /// Checks settings for a version.
    pub(super) async fn of(
        access: &EnvironmentAccess,
        version: &Installable,
        wanted: SettingsCheck,
    ) -> Self {
        let settings = wanted.settings.clone();
        let environment = access.environment_type();
        let outcome = rules::settings(environment, &rules::fact(version), wanted).await;
        Self { version: version.id, settings, outcome }
    }

    /// Returns the settings that were checked for a version.
    pub(super) fn settings_of(&self, version: VersionId) -> Option<&StoredSettings> {
        (self.version == version).then_some(&self.settings)
    }

    /// Returns the outcome, if it is about these.
    pub(super) fn about(
        &self,
        version: VersionId,
        settings: &StoredSettings,
    ) -> Option<Result<()>> {
        (self.version == version && self.settings == *settings).then(|| self.outcome.clone())
    }
}

/// Returns the outcome of the check of settings: that of the verdict, or of a check.
pub(super) async fn settings(
    verdict: Option<&Verdict>,
    destination: Destination,
    version: &Installable,
    wanted: SettingsCheck,
) -> Result<()> {
    match verdict.and_then(|it| it.about(version.id, &wanted.settings)) {
        Some(outcome) => outcome,
        None => {
            let environment = destination.environment_type;
            rules::settings(environment, &rules::fact(version), wanted).await
        }
    }
}
