//! The outcome of an install, for the control plane that ordered it.
//!
//! **Invariant:** an outcome is about the package and its seeds, never about what people recorded,
//! and its size is bounded.

use super::change::{Installed, Seeded};
use crate::kernel::Package;
use crate::schema::Kept;
use os_api::desired::{
    InstallOutcome, KeptData, MAX_OUTCOME_ENTRIES, MAX_OUTCOME_TEXT_CHARS, SeedFailure, SeedOutcome,
};
use os_api::runtime::install::{LoadedSeeds, SeedError};
use os_package::kind::{KINDS, Runs};

impl Installed {
    /// Returns the outcome as it is reported.
    pub fn outcome(&self) -> InstallOutcome {
        InstallOutcome {
            version: self.package.manifest.version.to_string(),
            previous_version: self.upgraded_from.clone(),
            installed_at: self.receipt.installed_at,
            seeds: seeds(&self.seeded),
            kept: self.kept.iter().take(MAX_OUTCOME_ENTRIES).map(kept).collect(),
            warnings: self.warnings.iter().take(MAX_OUTCOME_ENTRIES).map(|it| cut(it)).collect(),
            not_running: not_running(&self.package).into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Returns the kinds of metadata in a package that are stored and do not run
/// (docs/wire/runtime-install.md#kinds-that-do-not-run).
pub fn not_running(package: &Package) -> Vec<&'static str> {
    let stored = KINDS.iter().filter(|kind| kind.runs == Runs::No).map(|kind| kind.name);
    stored.filter(|kind| package.items_of(kind).next().is_some()).collect()
}

fn seeds(seeded: &Seeded) -> SeedOutcome {
    match seeded {
        Seeded::Loaded(LoadedSeeds { inserted, updated, skipped, errors, error_list, .. }) => {
            SeedOutcome::Loaded {
                inserted: *inserted,
                updated: *updated,
                unchanged: *skipped,
                failed: *errors,
                failures: error_list.iter().take(MAX_OUTCOME_ENTRIES).map(failure).collect(),
            }
        }
        Seeded::Skipped(reason) => SeedOutcome::Skipped { reason: (*reason).to_owned() },
    }
}

fn failure(error: &SeedError) -> SeedFailure {
    SeedFailure {
        object: error.source_object.clone(),
        record_index: error.record_index as u64,
        field: error.field.clone(),
        message: cut(&error.message),
    }
}

/// Returns kept data as reports and responses show it.
pub fn kept(kept: &Kept) -> KeptData {
    KeptData { object: kept.object.clone(), field: kept.field.clone(), reason: cut(&kept.reason) }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_OUTCOME_TEXT_CHARS).collect()
}
