//! Many changes in one transaction: a generation of a control plane.
//!
//! **Invariant:** what is asked is whether the outcome holds together, not each
//! step on the way: two packages that need each other's new version move at once.

use super::change::{Candidate, prepare, read, write};
use super::{Incoming, check};
use crate::kernel::Kernel;
use crate::ledger::{self, Receipt};
use crate::{Config, Error};
use os_api::desired::InstallOutcome;
use os_db::{Tx, now};
use os_package::{Installed, ManifestId};
use os_plan::order::install_order;
use serde_json::Value;
use std::collections::HashMap;

/// One of many changes.
pub enum Change {
    /// Installs an artifact, or moves its package to it.
    Install(Incoming),
    /// Says whether a package is loaded, and with which settings.
    Configure { id: ManifestId, enabled: bool, settings: Value },
    /// Unloads a package; its data stays.
    Uninstall(ManifestId),
}

/// Why none of many changes was made.
#[derive(Debug)]
pub struct Refused {
    /// The package that stands in the way, where it is one.
    pub package: Option<ManifestId>,
    pub error: Error,
}

/// What many changes did.
pub struct Applied {
    /// The kernel that is to be live once the transaction is committed.
    pub kernel: Kernel,
    /// What each install did.
    pub outcomes: HashMap<ManifestId, InstallOutcome>,
}

/// Makes all changes in a transaction that the caller commits. The caller has the ledger locked.
///
/// # Errors
/// What the first change that cannot be made would be refused with on its own.
pub async fn several(
    config: &Config,
    tx: &mut Tx,
    kernel: &Kernel,
    changes: Vec<Change>,
    by: &str,
) -> Result<Applied, Refused> {
    let mut next = kernel.clone();
    let mut candidates = HashMap::new();
    let mut enabled = Vec::new();
    for change in changes {
        match change {
            Change::Install(incoming) => {
                let id = incoming.id.clone();
                let candidate = read(kernel, incoming, by.to_owned()).map_err(of(&id))?;
                next = next.without(&id);
                candidates.insert(id, candidate);
            }
            Change::Configure { id, enabled: is_on, settings } => {
                next = configure(tx, next, (&id, is_on, settings)).await.map_err(of(&id))?;
                enabled.extend(is_on.then_some(id));
            }
            Change::Uninstall(id) => {
                ledger::delete(tx, id.as_str()).await.map_err(Error::from).map_err(of(&id))?;
                next = next.forgetting(id.as_str());
                tracing::info!(package = %id, "uninstalled");
            }
        }
    }
    let outcome = outcome(&next, &candidates);
    for id in enabled {
        let loaded = next.package(id.as_str()).cloned();
        let checked = loaded.map_or(Ok(()), |it| check::dependencies(&outcome, &it.package));
        checked.map_err(of(&id))?;
    }
    let mut outcomes = HashMap::new();
    for id in in_order(&outcome) {
        if let Some(candidate) = candidates.remove(&id) {
            let needs = candidate.receipt.enabled.then_some(outcome.as_slice());
            let ready = prepare(config, &next, candidate, needs).map_err(of(&id))?;
            let (installed, kernel) = write(tx, ready).await.map_err(of(&id))?;
            outcomes.insert(id, installed.outcome());
            next = kernel;
        }
    }
    Ok(Applied { kernel: next, outcomes })
}

fn of(id: &ManifestId) -> impl FnOnce(Error) -> Refused {
    let package = Some(id.clone());
    move |error| Refused { package, error }
}

async fn configure(
    tx: &mut Tx,
    kernel: Kernel,
    (id, enabled, settings): (&ManifestId, bool, Value),
) -> crate::Result<Kernel> {
    let Some(loaded) = kernel.package(id.as_str()).cloned() else { return Ok(kernel) };
    check::settings(&loaded.package, &settings)?;
    ledger::configure(tx, id.as_str(), enabled, &settings).await?;
    let receipt = Receipt { enabled, settings, updated_at: now(), ..loaded.receipt.clone() };
    tracing::info!(package = %id, enabled, "configured");
    Ok(kernel.with_receipt(id, receipt))
}

/// Everything that will be installed.
fn outcome(rest: &Kernel, candidates: &HashMap<ManifestId, Candidate>) -> Vec<Installed> {
    let mut all = rest.installed();
    all.extend(candidates.values().map(|it| Installed {
        package: it.package.manifest.id.clone(),
        version: it.package.manifest.version.clone(),
        enabled: it.receipt.enabled,
        dependencies: it.package.manifest.dependencies.clone(),
    }));
    all
}

/// What is needed comes first; a circle is made by id.
fn in_order(installed: &[Installed]) -> Vec<ManifestId> {
    install_order(installed).unwrap_or_else(|_| {
        let mut ids: Vec<ManifestId> = installed.iter().map(|it| it.package.clone()).collect();
        ids.sort();
        ids
    })
}
