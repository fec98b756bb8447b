//! How every change of an installation ends.
//!
//! **Invariant:** one change is one generation, one line of history, one event.

use super::{Installation, sql};
use crate::Result;
use crate::events::{Event, Kind};
use crate::fleet::environment::Locked;
use crate::fleet::generation;
use crate::http::guards::EnvironmentAccess;
use os_db::Tx;
use serde_json::{Value, json};

/// What was done.
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
pub struct Change<'a> {
    pub action: Action,
    pub before: Option<&'a Installation>,
    pub after: Option<&'a Installation>,
}

impl Change<'_> {
    fn any(&self) -> &Installation {
        self.after.or(self.before).expect("a change has a before or an after")
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

/// Makes the generation, the history and the event of a change that was just
/// made to `package`, and returns its installation as it is now, or as it was
/// where it is gone.
pub async fn record(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &mut Locked,
    action: Action,
    (package, before): (&str, Option<&Installation>),
) -> Result<Installation> {
    let installed = super::list(tx, locked.id).await?;
    let after = installed.iter().find(|it| it.manifest_id == package);
    record_of(tx, access, locked, Change { action, before, after }, &installed).await
}

/// The same, for who knows what is installed now.
pub async fn record_of(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &mut Locked,
    change: Change<'_>,
    installed: &[Installation],
) -> Result<Installation> {
    let Change { action, before, after } = change;
    locked.advance(tx).await?;
    let entries = super::entries_of(installed)?;
    generation::record(tx, access, locked, (&change.cause(), None), &entries).await?;
    history(tx, access, locked, change, None).await?;
    let subject = change.any();
    let facts = |it: Option<&Installation>| it.map_or(Ok(Value::Null), Installation::facts);
    let names = json!({
        "manifest_id": subject.manifest_id, "display_name": subject.display_name,
        "version": subject.version, "installation_id": subject.id.to_string(),
        "generation": locked.generation,
    });
    Event::new(action.kind(), names)
        .organization(locked.organization)
        .environment(locked.id)
        .package(subject.package_id)
        .change(facts(before)?, facts(after)?)
        .record(tx, &access.actor)
        .await?;
    Ok(subject.clone())
}

/// Writes the line of history alone, where many changes are one generation.
pub async fn history(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &Locked,
    change: Change<'_>,
    note: Option<String>,
) -> Result<()> {
    let subject = change.any();
    let line = sql::Line {
        installation: subject.id,
        environment: locked.id,
        package: subject.package_id,
        from: change.before.map(|it| it.package_version_id),
        to: change.after.map(|it| it.package_version_id),
        action: change.action,
        generation: locked.generation,
        by: access.actor.label(),
        note,
    };
    Ok(sql::insert_history(tx, line).await?)
}
