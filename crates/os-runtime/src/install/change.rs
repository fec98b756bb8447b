//! One install, from the artifact to the answer.

use super::request::Options;
use super::{Incoming, check, in_turn};
use crate::kernel::{Kernel, Loaded, Origin, Package, Read};
use crate::ledger::{self, Receipt};
use crate::schema::{self, Kept};
use crate::seed::{self, Dataset, Report, Seeding};
use crate::{Config, Result, Runtime};
use os_db::{Tx, now};
use os_package::Checksum;
use serde_json::{Value, json};
use std::sync::Arc;

/// A package that was installed.
pub struct Installed {
    pub package: Arc<Package>,
    pub receipt: Receipt,
    /// The version that was there before.
    pub upgraded_from: Option<String>,
    pub seeded: Seeded,
    /// What the new version no longer wants and nobody lost.
    pub kept: Vec<Kept>,
    pub warnings: Vec<String>,
}

/// What became of the seeds.
pub enum Seeded {
    Loaded(Report),
    /// Not loaded, and why.
    Skipped(&'static str),
}

/// An artifact that was read, and what the ledger will say of it.
pub struct Candidate {
    pub package: Package,
    flat: Value,
    warnings: Vec<String>,
    before: Option<Arc<Loaded>>,
    pub receipt: Receipt,
    without_seeds: bool,
}

/// A package that passed all checks, and the kernel it will be in.
pub struct Ready {
    next: Kernel,
    package: Arc<Package>,
    before: Option<Arc<Loaded>>,
    /// What goes into the ledger.
    text: String,
    checksum: Checksum,
    receipt: Receipt,
    pub datasets: Vec<Dataset>,
    without_seeds: bool,
    /// Whether the seeds are loaded, though the package was installed before.
    pub is_seeded_again: bool,
    warnings: Vec<String>,
}

/// Installs an artifact, or moves an installed package to it: wholly or not at all.
///
/// # Errors
/// Those of contract §3.10, in its order.
pub async fn install(runtime: &Runtime, incoming: Incoming, by: String) -> Result<Installed> {
    in_turn(runtime, |runtime, turn| async move {
        let kernel = turn.kernel();
        let candidate = read(&kernel, incoming, by)?;
        let ready = prepare(&runtime.config, &kernel, candidate, Some(&kernel.installed()))?;
        let mut tx = runtime.db.write().await?;
        ledger::lock(&mut tx).await?;
        let (installed, next) = write(&mut tx, ready).await?;
        tx.commit().await?;
        turn.swap(next);
        Ok(installed)
    })
    .await
}

/// Reads an artifact that is to join a kernel, or to take the place of what is there.
///
/// # Errors
/// For what is wrong with it alone.
pub fn read(kernel: &Kernel, incoming: Incoming, by: String) -> Result<Candidate> {
    check::own_id(kernel, &incoming)?;
    let Incoming { artifact, id, version, package_id, version_id, options } = incoming;
    let Read { package, flat, warnings } =
        Package::read(&artifact, &id, &version).map_err(|error| check::artifact(&error))?;
    drop(artifact);
    check::reserved_names(&package)?;
    let before = kernel.package(id.as_str()).cloned();
    check::is_new(&options, before.as_deref())?;
    let earlier = before.as_ref().map(|loaded| &loaded.receipt);
    let Options { settings, without_seeds, enabled, .. } = options;
    let settings = settings.or_else(|| earlier.map(|receipt| receipt.settings.clone()));
    let receipt = Receipt {
        package_id,
        version_id,
        previous_version: before.as_ref().map(|it| it.package.manifest.version.to_string()),
        settings: settings.unwrap_or_else(|| json!({})),
        enabled: enabled.unwrap_or_else(|| earlier.is_none_or(|receipt| receipt.enabled)),
        with_sample_data: earlier.is_some_and(|receipt| receipt.with_sample_data),
        sample_data_purged: earlier.is_some_and(|receipt| receipt.sample_data_purged),
        installed_by: Some(by),
        installed_at: now(),
        updated_at: now(),
    };
    Ok(Candidate { package, flat, warnings, before, receipt, without_seeds })
}

/// Checks whether a candidate may join the kernel, and makes the one it is in.
/// `installed` is what its needs are looked for in; `None` asks for none.
///
/// # Errors
/// For the platform, needs that are not met, settings, and collisions.
pub fn prepare(
    config: &Config,
    kernel: &Kernel,
    candidate: Candidate,
    installed: Option<&[os_package::Installed]>,
) -> Result<Ready> {
    let Candidate { package, flat, warnings, before, receipt, without_seeds } = candidate;
    check::admit(config, &package, installed, Some(&receipt.settings))?;
    let package = Arc::new(package);
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

/// Writes a package down: its tables, its seeds, its line in the ledger. Answers
/// the kernel that is to be live once this is committed.
///
/// # Errors
/// `MIGRATION_FAILED`; what the database cannot do.
pub async fn write(tx: &mut Tx, ready: Ready) -> Result<(Installed, Kernel)> {
    let Ready { next, package, before, text, checksum, mut receipt, datasets, .. } = ready;
    let no_objects = Vec::new();
    let old = before.as_ref().map_or(&no_objects, |loaded| &loaded.package.objects);
    schema::migrate(tx, &package.manifest).await?;
    let kept = schema::apply(tx, &package.objects, old).await?;
    let seeded = match () {
        () if datasets.is_empty() => Seeded::Skipped("no-datasets"),
        () if before.is_some() && !ready.is_seeded_again => Seeded::Skipped("already-installed"),
        () if ready.without_seeds => Seeded::Skipped("not-wanted"),
        () if !receipt.enabled => Seeded::Skipped("disabled"),
        () => {
            let seeding = Seeding { package: &package.manifest.id, kernel: &next, now: now() };
            receipt.with_sample_data = true;
            Seeded::Loaded(seed::load(tx, &seeding, datasets).await?)
        }
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
