//! The package of a project in `os dev`, installed again whenever it changes.
//!
//! **Invariant:** each change is an install like any other, wholly or not at all. A seed is loaded
//! when it is new or changed, and not otherwise: what people do to records meanwhile stays.

use super::change::{self, Installed, Seeded};
use super::{Incoming, InstallOptions, Installer};
use crate::kernel::{InstallGuard, Kernel, Loaded, Origin};
use crate::ledger;
use crate::schema::Kept;
use crate::seed::{self, Dataset, Mode};
use crate::{Result, Runtime};
use os_api::runtime::install::LoadedSeeds;
use os_package::ManifestId;
use serde_json::Value;
use std::collections::HashSet;

/// A state of a package, and the project it comes from.
#[derive(Debug, Clone)]
pub struct Draft {
    pub artifact: Value,
    /// The project. A package that came from it under another id is replaced.
    pub from: String,
    /// Seeds to try again although they did not change.
    pub again: LeftOut,
}

/// Seeds that were not loaded completely: objects, and records in JSON.
pub type LeftOut = HashSet<(String, String)>;

/// The outcome of installing a draft.
#[derive(Debug)]
pub struct Developed {
    pub id: ManifestId,
    pub version: String,
    /// The outcome for seeds that are new or changed.
    pub seeded: Option<LoadedSeeds>,
    pub left_out: LeftOut,
    /// The number of seeds that were removed; their records stay.
    pub seeds_gone: usize,
    /// Data that the package no longer uses and that was kept.
    pub kept: Vec<Kept>,
    pub warnings: Vec<String>,
    /// Earlier ids of the package, which were uninstalled.
    pub replaced: Vec<ManifestId>,
}

impl Runtime {
    /// Returns the package that was installed from a project, with its version:
    /// `com.acme.crm 1.0.0`.
    pub fn developed_from(&self, from: &str) -> Option<String> {
        let kernel = self.kernel();
        let mut packages = kernel.packages().filter(|it| is_from(it, from));
        let manifest = &packages.next()?.package.manifest;
        Some(format!("{} {}", manifest.id, manifest.version))
    }

    /// Installs a draft in place of the one before.
    ///
    /// # Errors
    /// Those of an install; nothing has changed then.
    pub async fn develop(&self, draft: Draft) -> Result<Developed> {
        let incoming = Incoming::inline(draft.artifact, None, InstallOptions::default())?;
        let (from, again) = (draft.from, draft.again);
        let change = |installer, guard| replace(installer, guard, incoming, from, again);
        self.installer().with_install_lock(change).await
    }
}

async fn replace(
    installer: Installer,
    guard: InstallGuard,
    incoming: Incoming,
    from: String,
    again: LeftOut,
) -> Result<Developed> {
    let mut kernel = guard.kernel().as_ref().clone();
    let mut tx = installer.db.write_install().await?;
    ledger::lock(&mut tx).await?;
    let replaced = earlier_ids(&kernel, &incoming.id, &from);
    for id in &replaced {
        ledger::delete(&mut tx, id.as_str()).await?;
        kernel = kernel.forgetting(id.as_str());
    }
    // A damaged entry is replaced; then all seeds are new.
    let before = ledger::artifact(&mut tx, incoming.id.as_str()).await.unwrap_or_default();
    let candidate = change::read(&kernel, incoming, from)?;
    let is_purged = candidate.receipt.sample_data_purged;
    let mut ready =
        change::prepare(&installer.config, &kernel, candidate, Some(&kernel.installed())).await?;
    let environment = installer.config.seed_environment.as_deref();
    let before = before.map(|it| seed::read(&it, environment)).unwrap_or_default();
    let seeds_gone = gone(&ready.datasets, &before);
    let datasets = std::mem::take(&mut ready.datasets);
    ready.datasets = if is_purged { Vec::new() } else { changed(datasets, &before, &again) };
    ready.is_seeded_again = true;
    let datasets = ready.datasets.clone();
    let (installed, next) = change::persist(&mut tx, ready).await?;
    tx.commit().await?;
    guard.swap(next);
    Ok(Developed {
        left_out: left_out(&installed.seeded, &datasets),
        ..developed(installed, seeds_gone, replaced)
    })
}

fn developed(installed: Installed, seeds_gone: usize, replaced: Vec<ManifestId>) -> Developed {
    let manifest = &installed.package.manifest;
    Developed {
        id: manifest.id.clone(),
        version: manifest.version.to_string(),
        seeded: match installed.seeded {
            Seeded::Loaded(report) => Some(report),
            Seeded::Skipped(_) => None,
        },
        left_out: LeftOut::new(),
        seeds_gone,
        kept: installed.kept,
        warnings: installed.warnings,
        replaced,
    }
}

/// Returns the other ids of packages from the same project.
fn earlier_ids(kernel: &Kernel, id: &ManifestId, from: &str) -> Vec<ManifestId> {
    let same = kernel.packages().filter(|it| is_from(it, from));
    let ids = same.map(|it| it.package.manifest.id.clone());
    ids.filter(|other| other != id).collect()
}

fn is_from(loaded: &Loaded, from: &str) -> bool {
    loaded.origin == Origin::Ledger && loaded.receipt.installed_by.as_deref() == Some(from)
}

/// Returns the datasets with the records that are new or changed. Datasets without any stay,
/// because others may refer to their records by key; the result is empty when nothing changed.
fn changed(datasets: Vec<Dataset>, before: &[Dataset], again: &LeftOut) -> Vec<Dataset> {
    let of = |it: &Dataset| -> Vec<(String, String)> {
        it.records.iter().map(|record| (it.object.clone(), record.to_string())).collect()
    };
    let known: HashSet<_> = before.iter().flat_map(of).filter(|it| !again.contains(it)).collect();
    let mut left = Vec::with_capacity(datasets.len());
    let mut is_any = false;
    for mut dataset in datasets {
        let of_all = of(&dataset).into_iter().zip(&dataset.records);
        let fresh = of_all.filter(|(key, _)| !known.contains(key)).map(|(_, record)| record);
        let fresh: Vec<Value> = fresh.cloned().collect();
        match dataset.mode {
            // It is loaded completely or not at all.
            Mode::Replace if fresh.is_empty() => continue,
            Mode::Replace => {}
            _ => dataset.records = fresh,
        }
        is_any |= !dataset.records.is_empty();
        left.push(dataset);
    }
    if is_any { left } else { Vec::new() }
}

/// Returns the records that failed, except for those that a second attempt would insert twice.
fn left_out(seeded: &Seeded, datasets: &[Dataset]) -> LeftOut {
    let Seeded::Loaded(report) = seeded else { return LeftOut::new() };
    let mut records = LeftOut::new();
    for error in &report.error_list {
        let is_meant = |it: &&Dataset| it.object == error.source_object && it.mode != Mode::Insert;
        let of_object = datasets.iter().filter(is_meant);
        let meant = of_object.filter_map(|it| it.records.get(error.record_index));
        records.extend(meant.map(|record| (error.source_object.clone(), record.to_string())));
    }
    records
}

/// Returns the number of records that are no seeds any more, compared by key.
fn gone(datasets: &[Dataset], before: &[Dataset]) -> usize {
    let keys = |datasets: &[Dataset]| -> HashSet<(String, String)> {
        let of = |dataset: &Dataset| -> Vec<(String, String)> {
            let records = dataset.records.iter().filter_map(Value::as_object);
            let keys = records.filter_map(|record| dataset.key_of(record));
            keys.map(|key| (dataset.object.clone(), key)).collect()
        };
        datasets.iter().flat_map(of).collect()
    };
    let now = keys(datasets);
    keys(before).iter().filter(|key| !now.contains(key)).count()
}
