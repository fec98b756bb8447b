//! A change of the packages of an environment, from the lock to the event.
//!
//! **Invariant:** one change is one generation, one line of history, one event.

use super::{Installation, sql};
use crate::events::{Event, Kind};
use crate::fleet::environment::{
    self, EnvironmentAccess, EnvironmentRole, EnvironmentType, Locked,
};
use crate::fleet::generation::{self, Cause, Entry};
use crate::{EnvironmentId, Result};
use os_db::Tx;
use os_identity::{OrganizationId, Scope};
use serde_json::{Value, json};

/// The kind of a change of an installation.
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

/// The environment that a version should run in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Destination {
    pub environment: EnvironmentId,
    pub organization: OrganizationId,
    pub environment_type: EnvironmentType,
}

impl Destination {
    /// The environment of an access, before it is locked.
    pub fn of(access: &EnvironmentAccess) -> Self {
        Self {
            environment: access.environment(),
            organization: access.organization(),
            environment_type: access.environment_type(),
        }
    }
}

/// A change in progress: the transaction, the actor's access, and the locked environment.
///
/// **Invariant:** made by [`Change::begin_install`] and [`Change::begin`] only, which check the
/// right and take the lock.
pub(super) struct Change<'t> {
    pub tx: &'t mut Tx,
    access: &'t EnvironmentAccess,
    locked: Locked,
}

impl<'t> Change<'t> {
    /// Begins an install, which is the only change that a runtime's token allows.
    ///
    /// # Errors
    /// `PERMISSION_DENIED` below the role maker or without the scope `install`, and those of
    /// [`environment::lock`].
    pub async fn begin_install(tx: &'t mut Tx, access: &'t EnvironmentAccess) -> Result<Self> {
        access.require(EnvironmentRole::Maker, Scope::Install)?;
        let locked = environment::lock(tx, access).await?;
        Ok(Self { tx, access, locked })
    }

    /// Begins any other change.
    ///
    /// # Errors
    /// `PERMISSION_DENIED` as for [`Change::begin_install`], and those of
    /// [`environment::lock_for_people`].
    pub async fn begin(tx: &'t mut Tx, access: &'t EnvironmentAccess) -> Result<Self> {
        access.require(EnvironmentRole::Maker, Scope::Install)?;
        let locked = environment::lock_for_people(tx, access).await?;
        Ok(Self { tx, access, locked })
    }

    /// The access of the actor who makes the change.
    pub fn access(&self) -> &'t EnvironmentAccess {
        self.access
    }

    /// The locked environment.
    pub fn locked(&self) -> &Locked {
        &self.locked
    }

    /// Returns the environment that changes.
    pub fn destination(&self) -> Destination {
        Destination {
            environment: self.locked.environment(),
            organization: self.locked.organization(),
            environment_type: self.locked.environment_type(),
        }
    }

    /// Moves the environment on to its next generation.
    pub async fn advance(&mut self) -> Result<()> {
        self.locked.advance(self.tx).await
    }

    /// Records the packages that the environment runs now as its current generation.
    pub async fn record_generation(&mut self, cause: Cause, entries: &[Entry]) -> Result<()> {
        generation::record(self.tx, self.access, &self.locked, cause, entries).await
    }

    /// Lists everything that is installed, by manifest id.
    pub async fn installed(&mut self) -> Result<Vec<Installation>> {
        super::list(self.tx, self.access).await
    }

    /// Finishes a change of `package` whose statements have run. Returns the installation after
    /// the change, or before it when the change removed it.
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

    /// Finishes a change for a rule that has the list of installations after it.
    pub async fn finish_with(
        &mut self,
        step: Step<'_>,
        installed: &[Installation],
    ) -> Result<Installation> {
        self.advance().await?;
        let entries = super::entries_of(installed)?;
        let cause = Cause { text: step.cause(), restored_from: None };
        self.record_generation(cause, &entries).await?;
        self.append_history(step, None).await?;
        self.record(step).await?;
        Ok(step.any().clone())
    }

    /// Appends a line to the history only, for changes of many installations in one generation.
    pub async fn append_history(&mut self, step: Step<'_>, note: Option<&str>) -> Result<()> {
        let subject = step.any();
        let line = sql::NewHistoryEntry {
            installation: subject.id,
            environment: self.locked.environment(),
            package: subject.package_id,
            from: step.before.map(|it| it.package_version_id),
            to: step.after.map(|it| it.package_version_id),
            action: step.action.as_str(),
            generation: self.locked.generation(),
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
            "generation": self.locked.generation(),
        });
        let mut after = facts(step.after)?;
        if let (Action::Settings, Some(before), Some(now)) = (step.action, step.before, step.after)
        {
            after["settings_changed"] = before.settings()?.changed_names(&now.settings()?).into();
        }
        Event::new(step.action.kind(), names)
            .organization(self.locked.organization())
            .environment(self.locked.environment())
            .package(subject.package_id)
            .change(facts(step.before)?, after)
            .record(self.tx, self.access.actor())
            .await
    }
}
