//! A change of what an environment runs, from the lock to the event.
//!
//! **Invariant:** one change is one generation, one line of history, one event.

use super::{Installation, sql};
use crate::Result;
use crate::events::{Event, Kind};
use crate::fleet::environment::{self, EnvironmentAccess, Locked};
use crate::fleet::generation;
use os_db::Tx;
use serde_json::{Value, json};

/// What a change does to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Install,
    Upgrade,
    Rollback,
    Enable,
    Disable,
    Settings,
    Uninstall,
}

impl Action {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Rollback => "rollback",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Settings => "settings",
            Self::Uninstall => "uninstall",
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Install => Kind::InstallationInstalled,
            Self::Upgrade => Kind::InstallationUpgraded,
            Self::Rollback => Kind::InstallationRolledBack,
            Self::Enable => Kind::InstallationEnabled,
            Self::Disable => Kind::InstallationDisabled,
            Self::Settings => Kind::InstallationSettingsChanged,
            Self::Uninstall => Kind::InstallationUninstalled,
        }
    }
}

/// An installation before and after; one of the two may be missing.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub action: Action,
    pub before: Option<&'a Installation>,
    pub after: Option<&'a Installation>,
}

impl Step<'_> {
    fn any(&self) -> &Installation {
        self.after.or(self.before).expect("a step has a before or an after")
    }

    /// `upgrade com.acme.crm 1.0.0 → 1.1.0`
    fn cause(&self) -> String {
        let (action, package) = (self.action.as_str(), &self.any().manifest_id);
        match (self.before, self.after) {
            (Some(before), Some(after)) if before.version != after.version => {
                format!("{action} {package} {} → {}", before.version, after.version)
            }
            _ => format!("{action} {package} {}", self.any().version),
        }
    }
}

/// A change in progress: the transaction, who makes it, and the environment it holds.
pub(super) struct Change<'t> {
    pub tx: &'t mut Tx,
    pub access: &'t EnvironmentAccess,
    pub locked: Locked,
}

impl<'t> Change<'t> {
    /// Begins an install, which is all that a runtime's token is good for.
    ///
    /// # Errors
    /// Those of [`environment::lock`].
    pub async fn begin_install(tx: &'t mut Tx, access: &'t EnvironmentAccess) -> Result<Self> {
        let locked = environment::lock(tx, access).await?;
        Ok(Self { tx, access, locked })
    }

    /// Begins any other change.
    ///
    /// # Errors
    /// Those of [`environment::lock_for_people`].
    pub async fn begin(tx: &'t mut Tx, access: &'t EnvironmentAccess) -> Result<Self> {
        let locked = environment::lock_for_people(tx, access).await?;
        Ok(Self { tx, access, locked })
    }

    /// Everything that is installed, by manifest id.
    pub async fn installed(&mut self) -> Result<Vec<Installation>> {
        super::list(self.tx, self.access).await
    }

    /// Finishes a change that was just made to `package`. Answers the
    /// installation as it is now, or as it was where it is gone.
    pub async fn finish(
        &mut self,
        action: Action,
        package: &str,
        before: Option<&Installation>,
    ) -> Result<Installation> {
        let installed = self.installed().await?;
        let after = installed.iter().find(|it| it.manifest_id == package);
        self.finish_with(Step { action, before, after }, &installed).await
    }

    /// Finishes a change for a caller who knows what is installed now.
    pub async fn finish_with(
        &mut self,
        step: Step<'_>,
        installed: &[Installation],
    ) -> Result<Installation> {
        self.locked.advance(self.tx).await?;
        let entries = super::entries_of(installed)?;
        let cause = generation::Cause { text: step.cause(), restored_from: None };
        generation::record(self.tx, self.access, &self.locked, cause, &entries).await?;
        self.append_history(step, None).await?;
        self.record(step).await?;
        Ok(step.any().clone())
    }

    /// Writes a line of history alone, where many steps are one generation.
    pub async fn append_history(&mut self, step: Step<'_>, note: Option<&str>) -> Result<()> {
        let subject = step.any();
        let line = sql::Line {
            installation: subject.id,
            environment: self.locked.id,
            package: subject.package_id,
            from: step.before.map(|it| it.package_version_id),
            to: step.after.map(|it| it.package_version_id),
            action: step.action.as_str(),
            generation: self.locked.generation,
            by: self.access.actor().label(),
            note: note.map(str::to_owned),
        };
        Ok(sql::insert_history(self.tx, line).await?)
    }

    async fn record(&mut self, step: Step<'_>) -> Result<()> {
        let subject = step.any();
        let facts = |it: Option<&Installation>| it.map_or(Ok(Value::Null), Installation::facts);
        let names = json!({
            "manifest_id": subject.manifest_id, "display_name": subject.display_name,
            "version": subject.version, "installation_id": subject.id.to_string(),
            "generation": self.locked.generation,
        });
        Event::new(step.action.kind(), names)
            .organization(self.locked.organization)
            .environment(self.locked.id)
            .package(subject.package_id)
            .change(facts(step.before)?, facts(step.after)?)
            .record(self.tx, self.access.actor())
            .await
    }
}
