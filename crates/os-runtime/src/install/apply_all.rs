//! Several changes in one transaction: a generation of a control plane.
//!
//! **Invariant:** the outcome is checked, not each step on the way: two packages that need each
//! other's new version move at once. A package whose change is refused stays as it was, with what
//! it needs, and is named; the others change.

use super::change::{Candidate, persist, prepare, read};
use super::{Incoming, check};
use crate::kernel::{Kernel, Receipt, settings_schema};
use crate::ledger;
use crate::{Config, Error, Result};
use os_api::desired::InstallOutcome;
use os_db::{Tx, now};
use os_package::{Installed, ManifestId, StoredSettings};
use os_plan::order::install_order;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A change of one package.
pub enum PackageChange {
    /// Installs an artifact, or moves its package to it.
    Install(Box<Incoming>),
    /// Sets whether a package is loaded, and its settings with JSON pointers to secrets among them.
    Configure { id: ManifestId, enabled: bool, settings: Value, secret_settings: Vec<String> },
    /// Unloads a package; its data stays.
    Uninstall(ManifestId),
}

/// A package whose change is not made, and why.
#[derive(Debug)]
pub struct ChangeRefused {
    /// Its manifest id.
    pub package: String,
    pub error: Error,
}

/// The changes of a generation, and those that cannot even be tried.
#[derive(Default)]
pub struct Changes {
    pub changes: Vec<PackageChange>,
    pub refused: Vec<ChangeRefused>,
}

/// The outcome of the changes.
pub struct Applied {
    /// The kernel that is to be live once the transaction is committed.
    pub kernel: Kernel,
    /// The outcome of each install.
    pub outcomes: HashMap<ManifestId, InstallOutcome>,
    /// The packages that stay as they were.
    pub refused: Vec<ChangeRefused>,
    /// Packages that stay because one of those needs them.
    pub kept: BTreeSet<ManifestId>,
    /// `false` if every change was refused.
    pub is_changed: bool,
}

impl Applied {
    /// Returns whether the change of a package was refused.
    pub fn is_refused(&self, id: &ManifestId) -> bool {
        self.refused.iter().any(|it| it.package == id.as_str())
    }
}

/// Makes the changes in a transaction that the caller commits, but for those that are refused. The
/// caller holds the lock of the ledger.
///
/// # Errors
/// When the transaction itself fails.
pub async fn apply_all(
    config: &Config,
    tx: &mut Tx,
    kernel: &Kernel,
    changes: Changes,
    installed_by: &str,
) -> Result<Applied> {
    let mut pending = Pending::read(kernel, changes, installed_by);
    loop {
        pending.settle(config).await;
        tx.savepoint().await?;
        match pending.write(config, tx).await {
            Ok((next, outcomes)) => {
                tx.release_savepoint().await?;
                let kept = pending.kept();
                let uninstalls = pending.uninstalls.difference(&kept).count();
                let changes = pending.installs.len() + pending.configures.len() + uninstalls;
                let (refused, is_changed) = (pending.refused, changes > 0);
                return Ok(Applied { kernel: next, outcomes, refused, kept, is_changed });
            }
            Err((id, error)) => {
                tx.rollback_to_savepoint().await?;
                pending.refuse(&id, error);
            }
        }
    }
}

/// A package, and why its change fails.
type Failed = (ManifestId, Error);

/// The changes that are left to try.
struct Pending<'k> {
    kernel: &'k Kernel,
    installs: BTreeMap<ManifestId, Candidate>,
    configures: BTreeMap<ManifestId, (bool, StoredSettings)>,
    uninstalls: BTreeSet<ManifestId>,
    refused: Vec<ChangeRefused>,
}

impl<'k> Pending<'k> {
    fn read(kernel: &'k Kernel, Changes { changes, refused }: Changes, installed_by: &str) -> Self {
        let mut pending = Self {
            kernel,
            installs: BTreeMap::new(),
            configures: BTreeMap::new(),
            uninstalls: BTreeSet::new(),
            refused,
        };
        for change in changes {
            match change {
                PackageChange::Install(incoming) => {
                    let id = incoming.id.clone();
                    match read(kernel, *incoming, installed_by.to_owned()) {
                        Ok(candidate) => drop(pending.installs.insert(id, candidate)),
                        Err(error) => pending.refuse(&id, error),
                    }
                }
                PackageChange::Configure { id, enabled, settings, secret_settings } => {
                    let settings = settings_of(kernel, &id, settings, secret_settings);
                    pending.configures.insert(id, (enabled, settings));
                }
                PackageChange::Uninstall(id) => drop(pending.uninstalls.insert(id)),
            }
        }
        pending
    }

    fn refuse(&mut self, id: &ManifestId, error: Error) {
        self.installs.remove(id);
        self.configures.remove(id);
        self.uninstalls.remove(id);
        self.refused.push(ChangeRefused { package: id.to_string(), error });
    }

    /// Refuses what does not fit into the outcome, until all the rest does.
    async fn settle(&mut self, config: &Config) {
        while let Some((id, error)) = self.misfit(config).await {
            self.refuse(&id, error);
        }
    }

    /// Finds the first package whose change does not fit into the outcome.
    async fn misfit(&self, config: &Config) -> Option<Failed> {
        let resulting = self.resulting();
        for id in in_order(&resulting) {
            if let Err(error) = self.check(config, &id, &resulting).await {
                return Some((id, error));
            }
        }
        None
    }

    /// Checks whether the change of a package fits into the outcome.
    async fn check(&self, config: &Config, id: &ManifestId, resulting: &[Installed]) -> Result<()> {
        if let Some(candidate) = self.installs.get(id) {
            let needs = candidate.receipt.enabled.then_some(resulting);
            check::admit(config, &candidate.package, needs)?;
            return check::settings(&candidate.package, &candidate.receipt.settings).await;
        }
        let loaded = self.kernel.package(id.as_str());
        let (Some((enabled, settings)), Some(loaded)) = (self.configures.get(id), loaded) else {
            return Ok(());
        };
        check::settings(&loaded.package, settings).await?;
        if *enabled { check::dependencies(resulting, &loaded.package) } else { Ok(()) }
    }

    /// Returns everything that will be installed.
    fn resulting(&self) -> Vec<Installed> {
        let kept = self.kept();
        let mut all = self.kernel.installed();
        all.retain(|it| {
            let is_uninstalled =
                self.uninstalls.contains(&it.package) && !kept.contains(&it.package);
            !is_uninstalled && !self.installs.contains_key(&it.package)
        });
        for it in &mut all {
            it.enabled = self.configures.get(&it.package).map_or(it.enabled, |(on, _)| *on);
        }
        all.extend(self.installs.values().map(|it| Installed {
            package: it.package.manifest.id.clone(),
            version: it.package.manifest.version.clone(),
            enabled: it.receipt.enabled,
            dependencies: it.package.manifest.dependencies.clone(),
        }));
        all
    }

    /// Returns the packages to uninstall that one that stays as it was needs.
    fn kept(&self) -> BTreeSet<ManifestId> {
        let mut needed = BTreeSet::new();
        let mut left: Vec<String> = self.refused.iter().map(|it| it.package.clone()).collect();
        while let Some(id) = left.pop() {
            let Some(loaded) = self.kernel.package(&id) else { continue };
            let needs = loaded.package.manifest.dependencies.iter().filter(|it| !it.optional);
            for need in needs {
                if needed.insert(need.package.clone()) {
                    left.push(need.package.to_string());
                }
            }
        }
        self.uninstalls.intersection(&needed).cloned().collect()
    }

    /// Writes all changes; returns the kernel that holds them.
    async fn write(
        &self,
        config: &Config,
        tx: &mut Tx,
    ) -> Result<(Kernel, HashMap<ManifestId, InstallOutcome>), Failed> {
        let of = |id: &ManifestId| {
            let id = id.clone();
            move |error: Error| (id, error)
        };
        let mut next = self.kernel.clone();
        for (id, (enabled, settings)) in &self.configures {
            next = configure(tx, next, id, *enabled, settings.clone()).await.map_err(of(id))?;
        }
        for id in self.uninstalls.difference(&self.kept()) {
            ledger::delete(tx, id.as_str()).await.map_err(Error::from).map_err(of(id))?;
            next = next.forgetting(id.as_str());
        }
        for id in self.installs.keys() {
            next = next.without(id);
        }
        let resulting = self.resulting();
        let mut outcomes = HashMap::new();
        for id in in_order(&resulting) {
            let Some(candidate) = self.installs.get(&id).cloned() else { continue };
            let needs = candidate.receipt.enabled.then_some(resulting.as_slice());
            let ready = prepare(config, &next, candidate, needs).await.map_err(of(&id))?;
            let (installed, kernel) = persist(tx, ready).await.map_err(of(&id))?;
            outcomes.insert(id, installed.outcome());
            next = kernel;
        }
        Ok((next, outcomes))
    }
}

/// Returns new settings of a package, where what was secret stays so.
fn settings_of(
    kernel: &Kernel,
    id: &ManifestId,
    values: Value,
    secrets: Vec<String>,
) -> StoredSettings {
    let loaded = kernel.package(id.as_str());
    let schema = loaded.and_then(|it| settings_schema(&it.package.manifest));
    let earlier = loaded.map_or_else(StoredSettings::none, |it| it.receipt.settings.clone());
    earlier.succeeded_by(values, schema.as_ref()).hiding(secrets)
}

async fn configure(
    tx: &mut Tx,
    kernel: Kernel,
    id: &ManifestId,
    enabled: bool,
    settings: StoredSettings,
) -> Result<Kernel> {
    let Some(loaded) = kernel.package(id.as_str()).cloned() else { return Ok(kernel) };
    ledger::configure(tx, id.as_str(), enabled, &settings).await?;
    let receipt = Receipt { enabled, settings, updated_at: now(), ..loaded.receipt.clone() };
    Ok(kernel.with_receipt(id, receipt))
}

/// Orders packages after those they depend on; packages of a circle by id.
fn in_order(installed: &[Installed]) -> Vec<ManifestId> {
    install_order(installed).unwrap_or_else(|_| {
        let mut ids: Vec<ManifestId> = installed.iter().map(|it| it.package.clone()).collect();
        ids.sort();
        ids
    })
}
