//! The start of a runtime, before the port opens: everything in the ledger is loaded
//! (docs/wire/runtime-install.md#start, docs/wire/seeds.md#healing-at-start).
//!
//! **Invariant:** a bad entry of the ledger never keeps the runtime from starting. It is
//! quarantined and named, and stays in the ledger until somebody installs it again.

use super::{Installer, check, import, started};
use crate::kernel::{InstallGuard, Kernel, Loaded, Origin, Package, Quarantined};
use crate::ledger::{self, LedgerPackage};
use crate::seed::{self, Seeding};
use crate::{Result, Runtime, schema, system};
use os_api::runtime::install::LoadedSeeds;
use os_db::now;
use os_package::ManifestId;
use os_plan::order::install_order;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The outcome of a start.
#[derive(Debug, Clone)]
pub struct Booted {
    /// The number of packages beside those of every runtime.
    pub packages: usize,
    /// The packages that could not be loaded.
    pub quarantined: Vec<Quarantined>,
}

impl Runtime {
    /// Loads what the ledger holds, dependencies first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn boot(&self) -> Result<Booted> {
        self.boot_with(None).await
    }

    /// Loads the packages of an artifact, then what the ledger holds.
    ///
    /// # Errors
    /// When a package of the artifact cannot be loaded, or the database fails.
    pub async fn boot_with(&self, artifact: Option<Value>) -> Result<Booted> {
        let files = self.files.clone();
        let change = |installer: Installer, guard: InstallGuard| async move {
            let mut kernel = system::load(&Kernel::empty())?;
            let mut seeds = Vec::new();
            if let Some(artifact) = artifact {
                (kernel, seeds) = started::load(&installer.config, kernel, artifact)?;
            }
            for entry in import::import_files(&installer.db, &installer.config.home).await? {
                kernel = quarantine(kernel, entry.manifest_id, entry.reason);
            }
            let kernel = load_ledger(&installer, kernel).await?;
            warn_of_missing_dependencies(&kernel);
            create_tables(&installer, &kernel).await?;
            files.sweep().await?;
            guard.swap(kernel);
            for (id, datasets) in seeds {
                load_first_seeds(&installer, &guard, id, datasets).await?;
            }
            reload_lost_seeds(&installer, &guard).await?;
            let kernel = guard.kernel();
            let quarantined = kernel.quarantined().to_vec();
            let loaded = kernel.packages().filter(|it| it.origin != Origin::System);
            Ok(Booted { packages: loaded.count(), quarantined })
        };
        self.installer().with_install_lock(change).await
    }
}

/// Returns the kernel with what the ledger holds.
async fn load_ledger(installer: &Installer, mut kernel: Kernel) -> Result<Kernel> {
    let entries = ledger::read_all(&mut installer.db.read().await?).await?;
    let mut found = HashMap::new();
    for entry in entries {
        match entry {
            Ok(entry) => {
                found.insert(entry.package.manifest.id.clone(), entry);
            }
            Err((manifest_id, reason)) => kernel = quarantine(kernel, manifest_id, reason),
        }
    }
    for id in in_order(&found) {
        if let Some(entry) = found.remove(&id) {
            kernel = register(installer, kernel, entry);
        }
    }
    Ok(kernel)
}

fn register(installer: &Installer, kernel: Kernel, entry: LedgerPackage) -> Kernel {
    let id = entry.package.manifest.id.to_string();
    if kernel.package(&id).is_some() {
        let reason = "the artifact that the runtime was started with holds it".to_owned();
        return quarantine(kernel, id, reason);
    }
    let loaded =
        Loaded { package: Arc::new(entry.package), origin: Origin::Ledger, receipt: entry.receipt };
    match kernel.with(loaded, installer.config.shared_namespaces) {
        Ok(next) => next,
        Err(conflict) => quarantine(kernel, id, conflict.message()),
    }
}

fn quarantine(kernel: Kernel, manifest_id: String, reason: String) -> Kernel {
    tracing::warn!(package = manifest_id, reason, "quarantined: this package is not loaded");
    kernel.with_quarantined(Quarantined { manifest_id, reason })
}

/// Orders packages after those they depend on; packages of a circle by id.
fn in_order(found: &HashMap<ManifestId, LedgerPackage>) -> Vec<ManifestId> {
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

/// Creates missing tables: those of the system at the first start, others when the database
/// was restored without them.
async fn create_tables(installer: &Installer, kernel: &Kernel) -> Result<()> {
    let objects = kernel.packages().flat_map(|loaded| &loaded.package.objects);
    let objects: Vec<_> = objects.cloned().collect();
    let mut tx = installer.db.write_install().await?;
    ledger::lock(&mut tx).await?;
    schema::apply(&mut tx, &objects, &[]).await?;
    Ok(tx.commit().await?)
}

/// Logs missing dependencies; a start does not enforce them
/// (docs/wire/dependencies.md#when-dependencies-are-checked).
fn warn_of_missing_dependencies(kernel: &Kernel) {
    let installed = kernel.installed();
    for loaded in kernel.enabled() {
        if let Err(error) = check::dependencies(&installed, &loaded.package) {
            let package = loaded.package.manifest.id.as_str();
            tracing::warn!(package, reason = error.message(), "loaded without its dependencies");
        }
    }
}

/// Loads the seeds of a package of the artifact at its first start with this database.
async fn load_first_seeds(
    installer: &Installer,
    guard: &InstallGuard,
    id: ManifestId,
    datasets: Vec<seed::Dataset>,
) -> Result<()> {
    let kernel = guard.kernel();
    let Some(loaded) = kernel.package(id.as_str()) else { return Ok(()) };
    let is_first = seed::last_position(&mut installer.db.autocommit().await?, &id).await? == 0;
    if is_first && is_empty(installer, &kernel, &loaded.package, &datasets).await? {
        let report = load_seeds(installer, &kernel, &id, datasets).await?;
        tracing::info!(package = %id, inserted = report.inserted, errors = report.errors, "seeded");
    }
    Ok(())
}

async fn load_seeds(
    installer: &Installer,
    kernel: &Kernel,
    id: &ManifestId,
    datasets: Vec<seed::Dataset>,
) -> Result<LoadedSeeds> {
    let mut tx = installer.db.write_install().await?;
    ledger::lock(&mut tx).await?;
    let seeding = Seeding { package: id, kernel, now: now() };
    let report = seed::load(&mut tx, &seeding, datasets).await?;
    tx.commit().await?;
    Ok(report)
}

/// Loads the seeds of packages again that had sample data and whose seeded objects are all
/// empty: their database was restored without records.
async fn reload_lost_seeds(installer: &Installer, guard: &InstallGuard) -> Result<()> {
    let kernel = guard.kernel();
    for loaded in kernel.enabled().filter(|it| it.receipt.with_sample_data) {
        let id = &loaded.package.manifest.id;
        let Some(artifact) =
            ledger::artifact(&mut installer.db.autocommit().await?, id.as_str()).await?
        else {
            continue;
        };
        let datasets = seed::read(&artifact, installer.config.seed_environment.as_deref());
        if datasets.is_empty() || !is_empty(installer, &kernel, &loaded.package, &datasets).await? {
            continue;
        }
        let report = load_seeds(installer, &kernel, id, datasets).await?;
        tracing::warn!(package = %id, inserted = report.inserted, "all seeded objects were empty; loaded the seeds again");
    }
    Ok(())
}

/// Returns whether the package has seeded objects and all of them are empty.
async fn is_empty(
    installer: &Installer,
    kernel: &Kernel,
    package: &Package,
    datasets: &[seed::Dataset],
) -> Result<bool> {
    let mut tx = installer.db.autocommit().await?;
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
