//! One install, from the artifact to the outcome.

use super::request::InstallOptions;
use super::{Incoming, Installer, check};
use crate::kernel::{
    InstallGuard, Kernel, Loaded, Origin, Package, Read, Receipt, settings_schema,
};
use crate::ledger;
use crate::schema::{self, Kept};
use crate::seed::{self, Dataset, Seeding};
use crate::{Config, Result};
use os_api::runtime::install::LoadedSeeds;
use os_db::{Tx, now};
use os_package::{Checksum, StoredSettings};
use serde_json::Value;
use std::sync::Arc;

/// A package that was installed.
pub struct Installed {
    pub package: Arc<Package>,
    pub receipt: Receipt,
    /// The version that was replaced.
    pub upgraded_from: Option<String>,
    pub seeded: Seeded,
    /// Data that the version no longer uses and that was kept.
    pub kept: Vec<Kept>,
    pub warnings: Vec<String>,
}

/// The outcome of loading the seeds.
pub enum Seeded {
    Loaded(LoadedSeeds),
    /// No seed was loaded, for this reason.
    Skipped(&'static str),
}

/// An artifact that was read, and its receipt for the ledger. Cheap to clone.
#[derive(Clone)]
pub struct Candidate {
    pub package: Arc<Package>,
    flat: Arc<Value>,
    warnings: Vec<String>,
    before: Option<Arc<Loaded>>,
    pub receipt: Receipt,
    without_seeds: bool,
}

/// A package that passed all checks, and the kernel that will hold it.
pub struct Ready {
    next: Kernel,
    package: Arc<Package>,
    before: Option<Arc<Loaded>>,
    /// The artifact, as the ledger keeps it.
    text: String,
    checksum: Checksum,
    receipt: Receipt,
    pub datasets: Vec<Dataset>,
    without_seeds: bool,
    /// `true` if the seeds are loaded although the package was installed before.
    pub is_seeded_again: bool,
    warnings: Vec<String>,
}

/// Installs an artifact, or moves an installed package to it, wholly or not at all.
///
/// # Errors
/// `PACKAGE_MANAGED`; those of docs/wire/runtime-install.md#install-local, in its order.
pub async fn install(
    installer: &Installer,
    incoming: Incoming,
    installed_by: String,
) -> Result<Installed> {
    let change = |installer: Installer, guard: InstallGuard| async move {
        let kernel = guard.kernel();
        let mut reading = installer.db.read().await?;
        installer.managed.must_be_own(&mut reading, incoming.id.as_str()).await?;
        drop(reading);
        let candidate = read(&kernel, incoming, installed_by)?;
        let ready =
            prepare(&installer.config, &kernel, candidate, Some(&kernel.installed())).await?;
        let mut tx = installer.db.write_install().await?;
        ledger::lock(&mut tx).await?;
        let (installed, next) = persist(&mut tx, ready).await?;
        tx.commit().await?;
        guard.swap(next);
        Ok(installed)
    };
    installer.with_install_lock(change).await
}

/// Reads an artifact that is to join a kernel, or to replace a package of it.
///
/// # Errors
/// When the artifact itself is wrong.
pub fn read(kernel: &Kernel, incoming: Incoming, installed_by: String) -> Result<Candidate> {
    check::own_id(kernel, &incoming)?;
    let Incoming { artifact, id, version, package_id, version_id, options } = incoming;
    let Read { package, flat, warnings } =
        Package::read(&artifact, &id, &version).map_err(|error| check::artifact(&error))?;
    drop(artifact);
    check::reserved_names(&package)?;
    let before = kernel.package(id.as_str()).cloned();
    check::is_new(&options, before.as_deref())?;
    let earlier = before.as_ref().map(|loaded| &loaded.receipt);
    let InstallOptions { settings, secret_settings, without_seeds, enabled, .. } = options;
    let schema = settings_schema(&package.manifest);
    let earlier_settings = earlier.map_or_else(StoredSettings::none, |it| it.settings.clone());
    let settings = match settings {
        Some(values) => earlier_settings.succeeded_by(values, schema.as_ref()),
        None => earlier_settings.under(schema.as_ref()),
    };
    let receipt = Receipt {
        package_id,
        version_id,
        previous_version: before.as_ref().map(|it| it.package.manifest.version.to_string()),
        settings: settings.hiding(secret_settings),
        enabled: enabled.unwrap_or_else(|| earlier.is_none_or(|receipt| receipt.enabled)),
        with_sample_data: earlier.is_some_and(|receipt| receipt.with_sample_data),
        sample_data_purged: earlier.is_some_and(|receipt| receipt.sample_data_purged),
        installed_by: Some(installed_by),
        installed_at: now(),
        updated_at: now(),
    };
    let (package, flat) = (Arc::new(package), Arc::new(flat));
    Ok(Candidate { package, flat, warnings, before, receipt, without_seeds })
}

/// Checks whether a candidate may join the kernel, and makes the kernel that holds it. Its
/// dependencies are looked for in `installed`; `None` skips that check.
///
/// # Errors
/// For the platform, missing dependencies, settings, and collisions.
pub async fn prepare(
    config: &Config,
    kernel: &Kernel,
    candidate: Candidate,
    installed: Option<&[os_package::Installed]>,
) -> Result<Ready> {
    let Candidate { package, flat, warnings, before, receipt, without_seeds } = candidate;
    check::admit(config, &package, installed)?;
    check::settings(&package, &receipt.settings).await?;
    let loaded =
        Loaded { package: package.clone(), origin: Origin::Ledger, receipt: receipt.clone() };
    let next = kernel
        .with(loaded, config.shared_namespaces)
        .map_err(|conflict| check::conflict(&conflict))?;
    let text = flat.to_string();
    Ok(Ready {
        next,
        checksum: Checksum::of(text.as_bytes()),
        datasets: seed::read(&flat, config.seed_environment.as_deref()),
        package,
        before,
        text,
        receipt,
        without_seeds,
        is_seeded_again: false,
        warnings,
    })
}

/// Writes a package to the database: its tables, its seeds, its entry in the ledger. Returns the
/// kernel that is to be live once the transaction is committed.
///
/// # Errors
/// `MIGRATION_FAILED`; when the database fails.
pub async fn persist(tx: &mut Tx, ready: Ready) -> Result<(Installed, Kernel)> {
    let Ready { next, package, before, text, checksum, mut receipt, datasets, .. } = ready;
    let no_objects = Vec::new();
    let old = before.as_ref().map_or(&no_objects, |loaded| &loaded.package.objects);
    check::own_migrations(&next, &package.manifest)?;
    schema::migrate(tx, &package.manifest).await?;
    let kept = schema::apply(tx, &package.objects, old).await?;
    let seeded = if datasets.is_empty() {
        Seeded::Skipped("no-datasets")
    } else if before.is_some() && !ready.is_seeded_again {
        Seeded::Skipped("already-installed")
    } else if ready.without_seeds {
        Seeded::Skipped("not-wanted")
    } else if !receipt.enabled {
        Seeded::Skipped("disabled")
    } else {
        let seeding = Seeding { package: &package.manifest.id, kernel: &next, now: now() };
        receipt.with_sample_data = true;
        Seeded::Loaded(seed::load(tx, &seeding, datasets).await?)
    };
    let entry = ledger::Entry {
        manifest_id: &package.manifest.id,
        version: &package.manifest.version,
        artifact: &text,
        checksum: &checksum,
        receipt: &receipt,
    };
    ledger::save(tx, &entry).await?;
    let id = &package.manifest.id;
    let next = next.with_receipt(id, receipt.clone());
    tracing::info!(package = %id, version = %package.manifest.version, "installed");
    let installed = Installed {
        upgraded_from: receipt.previous_version.clone(),
        package,
        receipt,
        seeded,
        kept,
        warnings: ready.warnings,
    };
    Ok((installed, next))
}
