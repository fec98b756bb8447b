//! Checks of settings before the transaction that makes a change.
//!
//! A check may take long and a transaction must not: on SQLite nobody else writes meanwhile. So the
//! version and the settings are looked up and checked first, and the change takes the verdict if it
//! comes to the same version and the same settings; otherwise it checks for itself.

use super::Installation;
use super::change::Destination;
use super::configure::{self, NewSettings};
use super::install::{self, InstallRequest};
use super::rules::{self, SettingsCheck};
use super::target::{self, VersionSelector};
use super::upgrade::{RollbackRequest, UpgradeRequest};
use super::verdict::Verdict;
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::version::Installable;
use os_db::Db;
use serde_json::{Map, Value};

impl InstallRequest {
    /// Checks the settings of the request.
    pub async fn check(mut self, db: &Db, access: &EnvironmentAccess) -> Result<Self> {
        let mut tx = db.read().await?;
        let destination = Destination::of(access);
        let found = install::choose(&mut tx, access.actor(), destination, &self).await;
        drop(tx);
        // The change itself says what is wrong with the request.
        if let Ok(version) = found {
            let settings = install::settings_of(&version, &self).await?;
            let wanted = SettingsCheck::of_request(&version, &settings);
            self.verdict = Some(Verdict::of(access, &version, wanted).await);
        }
        Ok(self)
    }
}

impl UpgradeRequest {
    /// Checks the settings of the installation for the version of the request.
    pub async fn check(
        mut self,
        db: &Db,
        access: &EnvironmentAccess,
        package: &str,
    ) -> Result<Self> {
        let mut tx = db.read().await?;
        let Some(current) = super::find(&mut tx, access, package).await? else { return Ok(self) };
        let selector =
            VersionSelector { version: self.version.clone(), allow_draft: self.allow.draft };
        let found = target::find_newer(&mut tx, Destination::of(access), &current, &selector).await;
        drop(tx);
        self.verdict = of_installation(access, &current, found).await?;
        Ok(self)
    }
}

impl RollbackRequest {
    /// Checks the settings of the installation for the version of the request.
    pub async fn check(
        mut self,
        db: &Db,
        access: &EnvironmentAccess,
        package: &str,
    ) -> Result<Self> {
        let mut tx = db.read().await?;
        let Some(current) = super::find(&mut tx, access, package).await? else { return Ok(self) };
        let found =
            target::find_older(&mut tx, Destination::of(access), &current, &self.version).await;
        drop(tx);
        self.verdict = of_installation(access, &current, found).await?;
        Ok(self)
    }
}

async fn of_installation(
    access: &EnvironmentAccess,
    current: &Installation,
    found: Result<Installable>,
) -> Result<Option<Verdict>> {
    let Ok(version) = found else { return Ok(None) };
    let wanted = SettingsCheck::of_installation(&version, current)?;
    Ok(Some(Verdict::of(access, &version, wanted).await))
}

impl NewSettings {
    /// Checks new settings of a package.
    pub async fn check(
        values: Map<String, Value>,
        db: &Db,
        access: &EnvironmentAccess,
        package: &str,
    ) -> Result<Self> {
        let mut tx = db.read().await?;
        let current = super::find(&mut tx, access, package).await?;
        drop(tx);
        let Some(current) = current else { return Ok(Self { values, verdict: None }) };
        let wanted = configure::wanted(&current, values.clone())?;
        let settings = wanted.settings.clone();
        let environment = access.environment_type();
        let outcome = rules::settings(environment, &current.installed()?, wanted).await;
        let version = current.package_version_id;
        Ok(Self { values, verdict: Some(Verdict::new(version, settings, outcome)) })
    }
}
