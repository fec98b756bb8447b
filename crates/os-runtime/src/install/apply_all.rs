//! Several changes in one transaction: a generation of a control plane.
//!
//! **Invariant:** the outcome is checked, not each step on the way: two packages that need each
//! other's new version move at once.

use super::change::{Candidate, persist, prepare, read};
use super::{Incoming, check};
use crate::kernel::{Kernel, Receipt};
use crate::ledger;
use crate::{Config, Error};
use os_api::desired::InstallOutcome;
use os_db::{Tx, now};
use os_package::{Installed, ManifestId};
use os_plan::order::install_order;
use serde_json::Value;
use std::collections::HashMap;

/// A change of one package.
pub enum PackageChange {
    /// Installs an artifact, or moves its package to it.
    Install(Incoming),
    /// Sets whether a package is loaded, and its settings.
    Configure { id: ManifestId, enabled: bool, settings: Value },
    /// Unloads a package; its data stays.
    Uninstall(ManifestId),
}

/// The reason why no change was made.
#[derive(Debug)]
pub struct ChangeRefused {
    /// The package that cannot be changed, where it is one.
    pub package: Option<ManifestId>,
    pub error: Error,
}

/// The outcome of the changes.
pub struct Applied {
    /// The kernel that is to be live once the transaction is committed.
    pub kernel: Kernel,
    /// The outcome of each install.
    pub outcomes: HashMap<ManifestId, InstallOutcome>,
}

/// Makes all changes in a transaction that the caller commits. The caller holds the lock of the
/// ledger.
///
/// # Errors
/// That of the first change that cannot be made.
pub async fn apply_all(
    config: &Config,
    tx: &mut Tx,
    kernel: &Kernel,
    changes: Vec<PackageChange>,
    installed_by: &str,
) -> Result<Applied, ChangeRefused> {
    let mut next = kernel.clone();
    let mut candidates = HashMap::new();
    let mut enabled = Vec::new();
    for change in changes {
        match change {
            PackageChange::Install(incoming) => {
                let id = incoming.id.clone();
                let candidate = read(kernel, incoming, installed_by.to_owned()).map_err(of(&id))?;
                next = next.without(&id);
                candidates.insert(id, candidate);
            }
            PackageChange::Configure { id, enabled: is_on, settings } => {
                next = configure(tx, next, &id, is_on, settings).await.map_err(of(&id))?;
                enabled.extend(is_on.then_some(id));
            }
            PackageChange::Uninstall(id) => {
                ledger::delete(tx, id.as_str()).await.map_err(Error::from).map_err(of(&id))?;
                next = next.forgetting(id.as_str());
                tracing::info!(package = %id, "uninstalled");
            }
        }
    }
    let resulting = resulting(&next, &candidates);
    for id in enabled {
        let loaded = next.package(id.as_str()).cloned();
        let checked = loaded.map_or(Ok(()), |it| check::dependencies(&resulting, &it.package));
        checked.map_err(of(&id))?;
    }
    let mut outcomes = HashMap::new();
    for id in in_order(&resulting) {
        if let Some(candidate) = candidates.remove(&id) {
            let needs = candidate.receipt.enabled.then_some(resulting.as_slice());
            let ready = prepare(config, &next, candidate, needs).map_err(of(&id))?;
            let (installed, kernel) = persist(tx, ready).await.map_err(of(&id))?;
            outcomes.insert(id, installed.outcome());
            next = kernel;
        }
    }
    Ok(Applied { kernel: next, outcomes })
}

fn of(id: &ManifestId) -> impl FnOnce(Error) -> ChangeRefused {
    let package = Some(id.clone());
    move |error| ChangeRefused { package, error }
}

async fn configure(
    tx: &mut Tx,
    kernel: Kernel,
    id: &ManifestId,
    enabled: bool,
    settings: Value,
) -> crate::Result<Kernel> {
    let Some(loaded) = kernel.package(id.as_str()).cloned() else { return Ok(kernel) };
    check::settings(&loaded.package, &settings)?;
    ledger::configure(tx, id.as_str(), enabled, &settings).await?;
    let receipt = Receipt { enabled, settings, updated_at: now(), ..loaded.receipt.clone() };
    tracing::info!(package = %id, enabled, "configured");
    Ok(kernel.with_receipt(id, receipt))
}

/// Returns everything that will be installed.
fn resulting(rest: &Kernel, candidates: &HashMap<ManifestId, Candidate>) -> Vec<Installed> {
    let mut all = rest.installed();
    all.extend(candidates.values().map(|it| Installed {
        package: it.package.manifest.id.clone(),
        version: it.package.manifest.version.clone(),
        enabled: it.receipt.enabled,
        dependencies: it.package.manifest.dependencies.clone(),
    }));
    all
}

/// Orders packages after those they depend on; packages of a circle by id.
fn in_order(installed: &[Installed]) -> Vec<ManifestId> {
    install_order(installed).unwrap_or_else(|_| {
        let mut ids: Vec<ManifestId> = installed.iter().map(|it| it.package.clone()).collect();
        ids.sort();
        ids
    })
}
