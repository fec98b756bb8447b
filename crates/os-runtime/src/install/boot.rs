//! What happens before the port opens: everything in the ledger is loaded again
//! (contract §4.18, §4.9.3).
//!
//! **Invariant:** a bad entry never keeps the runtime from starting. It is set
//! aside and named, and stays in the ledger until somebody installs it again.

use super::{Turn, check, import, in_turn, started};
use crate::kernel::{Kernel, Loaded, Origin, Package, SetAside};
use crate::ledger::{self, Understood};
use crate::seed::{self, Seeding};
use crate::{Result, Runtime, file, schema, system};
use os_db::now;
use os_package::ManifestId;
use os_plan::order::install_order;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What was loaded at the start.
#[derive(Debug, Clone)]
pub struct Booted {
    /// How many packages there are besides those of every runtime.
    pub packages: usize,
    /// What could not be loaded, and why.
    pub set_aside: Vec<SetAside>,
}

impl Runtime {
    /// Loads what the ledger holds, what is needed first.
    ///
    /// # Errors
    /// Only when the database cannot be used.
    pub async fn boot(&self) -> Result<Booted> {
        self.boot_with(None).await
    }

    /// Loads the packages of an artifact, and on top of them what the ledger holds.
    ///
    /// # Errors
    /// For a package of the artifact that cannot be loaded; when the database
    /// cannot be used.
    pub async fn boot_with(&self, artifact: Option<Value>) -> Result<Booted> {
        in_turn(self, |runtime, turn| async move {
            let mut kernel = system::load(&Kernel::empty())?;
            let mut seeds = Vec::new();
            if let Some(artifact) = artifact {
                (kernel, seeds) = started::load(&runtime.config, kernel, artifact)?;
            }
            for aside in import::files(&runtime).await? {
                kernel = set_aside(kernel, aside.manifest_id, aside.reason);
            }
            let kernel = ledger(&runtime, kernel).await?;
            warn_of_needs(&kernel);
            tables(&runtime, &kernel).await?;
            file::sweep(&runtime).await?;
            turn.swap(kernel);
            for (id, datasets) in seeds {
                first_seeds(&runtime, &turn, id, datasets).await?;
            }
            heal(&runtime, &turn).await?;
            let kernel = turn.kernel();
            let set_aside = kernel.set_aside().to_vec();
            let loaded = kernel.packages().filter(|it| it.origin != Origin::System);
            Ok(Booted { packages: loaded.count(), set_aside })
        })
        .await
    }
}

/// The kernel with what the ledger holds.
async fn ledger(runtime: &Runtime, mut kernel: Kernel) -> Result<Kernel> {
    let entries = ledger::read_all(&mut runtime.db.read().await?).await?;
    let mut found = HashMap::new();
    for entry in entries {
        match entry {
            Ok(entry) => {
                found.insert(entry.package.manifest.id.clone(), entry);
            }
            Err((manifest_id, reason)) => kernel = set_aside(kernel, manifest_id, reason),
        }
    }
    for id in in_order(&found) {
        if let Some(entry) = found.remove(&id) {
            kernel = register(runtime, kernel, entry);
        }
    }
    Ok(kernel)
}

fn register(runtime: &Runtime, kernel: Kernel, entry: Understood) -> Kernel {
    let id = entry.package.manifest.id.to_string();
    if kernel.package(&id).is_some() {
        let reason = "the runtime was started with an artifact that holds it".to_owned();
        return set_aside(kernel, id, reason);
    }
    let loaded =
        Loaded { package: Arc::new(entry.package), origin: Origin::Ledger, receipt: entry.receipt };
    match kernel.with(loaded, runtime.config.shared_namespaces) {
        Ok(next) => next,
        Err(conflict) => set_aside(kernel, id, conflict.message()),
    }
}

fn set_aside(kernel: Kernel, manifest_id: String, reason: String) -> Kernel {
    tracing::warn!(package = manifest_id, reason, "set aside: this package is not loaded");
    kernel.with_set_aside(SetAside { manifest_id, reason })
}

/// What is needed comes first; a circle is loaded by id.
fn in_order(found: &HashMap<ManifestId, Understood>) -> Vec<ManifestId> {
    let installed: Vec<_> = found
        .values()
        .map(|entry| os_package::Installed {
            package: entry.package.manifest.id.clone(),
            version: entry.package.manifest.version.clone(),
            enabled: entry.receipt.enabled,
            dependencies: entry.package.manifest.dependencies.clone(),
        })
        .collect();
    install_order(&installed).unwrap_or_else(|_| {
        let mut ids: Vec<ManifestId> = found.keys().cloned().collect();
        ids.sort();
        ids
    })
}

/// Makes what is missing: the tables of the system at the first start, those of
/// others when the database was restored without them.
async fn tables(runtime: &Runtime, kernel: &Kernel) -> Result<()> {
    let objects = kernel.packages().flat_map(|loaded| &loaded.package.objects);
    let objects: Vec<_> = objects.cloned().collect();
    let mut tx = runtime.db.write().await?;
    ledger::lock(&mut tx).await?;
    schema::apply(&mut tx, &objects, &[]).await?;
    Ok(tx.commit().await?)
}

/// At the start, needs that are not met are told, not enforced (contract §4.3.1).
fn warn_of_needs(kernel: &Kernel) {
    let installed = kernel.installed();
    for loaded in kernel.enabled() {
        if let Err(error) = check::dependencies(&installed, &loaded.package) {
            let package = loaded.package.manifest.id.as_str();
            tracing::warn!(package, reason = error.message(), "loaded without what it needs");
        }
    }
}

/// Seeds a package of the artifact at its first start in this database.
async fn first_seeds(
    runtime: &Runtime,
    turn: &Turn,
    id: ManifestId,
    datasets: Vec<seed::Dataset>,
) -> Result<()> {
    let kernel = turn.kernel();
    let Some(loaded) = kernel.package(id.as_str()) else { return Ok(()) };
    let is_first = seed::last_position(&mut runtime.db.peek().await?, &id).await? == 0;
    if is_first && is_emptied(runtime, &kernel, &loaded.package, &datasets).await? {
        let report = seed(runtime, &kernel, &id, datasets).await?;
        tracing::info!(package = %id, inserted = report.inserted, errors = report.errors, "seeded");
    }
    Ok(())
}

async fn seed(
    runtime: &Runtime,
    kernel: &Kernel,
    id: &ManifestId,
    datasets: Vec<seed::Dataset>,
) -> Result<seed::Report> {
    let mut tx = runtime.db.write().await?;
    ledger::lock(&mut tx).await?;
    let seeding = Seeding { package: id, kernel, now: now() };
    let report = seed::load(&mut tx, &seeding, datasets).await?;
    tx.commit().await?;
    Ok(report)
}

/// Seeds packages again that had sample data and whose seeded objects are all
/// empty now: their database was restored without records.
async fn heal(runtime: &Runtime, turn: &Turn) -> Result<()> {
    let kernel = turn.kernel();
    for loaded in kernel.enabled().filter(|it| it.receipt.with_sample_data) {
        let id = &loaded.package.manifest.id;
        let Some(artifact) = ledger::artifact(&mut runtime.db.peek().await?, id.as_str()).await?
        else {
            continue;
        };
        let datasets = seed::read(&artifact, runtime.config.seed_environment.as_deref());
        if datasets.is_empty() || !is_emptied(runtime, &kernel, &loaded.package, &datasets).await? {
            continue;
        }
        let report = seed(runtime, &kernel, id, datasets).await?;
        tracing::warn!(package = %id, inserted = report.inserted, "all seeded objects were empty; seeded again");
    }
    Ok(())
}

async fn is_emptied(
    runtime: &Runtime,
    kernel: &Kernel,
    package: &Package,
    datasets: &[seed::Dataset],
) -> Result<bool> {
    let mut tx = runtime.db.peek().await?;
    let mut any = false;
    for dataset in datasets {
        let Ok(owned) = kernel.object(&dataset.object) else { continue };
        let is_own = owned.owner.package.manifest.id == package.manifest.id;
        if owned.object.is_external || !is_own {
            continue;
        }
        any = true;
        if !schema::is_empty(&mut tx, &owned.object.name).await? {
            return Ok(false);
        }
    }
    Ok(any)
}
