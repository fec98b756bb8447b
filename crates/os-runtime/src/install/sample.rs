//! The sample data of an installed package: loading it again, and deleting it.

use super::Installer;
use super::uninstall::not_installed;
use crate::kernel::{InstallGuard, Kernel, Loaded, Origin, Receipt};
use crate::ledger;
use crate::seed::{self, Dataset, Purged, Seeding};
use crate::{Code, Result};
use os_api::runtime::install::LoadedSeeds;
use os_db::{Tx, now};
use serde_json::json;
use std::sync::Arc;

/// Loads the seeds again: what is missing is inserted, what differs updated.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `RESEED_SKIPPED` without datasets, `RESEED_NO_ROWS` when
/// nothing was written.
pub async fn reseed(installer: &Installer, id: String) -> Result<LoadedSeeds> {
    let change = move |installer: Installer, guard: InstallGuard| async move {
        let kernel = guard.kernel();
        let mut tx = installer.db.write_install().await?;
        ledger::lock(&mut tx).await?;
        let (loaded, datasets) = installed(&installer, &mut tx, &kernel, &id).await?;
        if datasets.is_empty() {
            return Err(Code::ReseedSkipped.error(format!("{id} has no sample data")));
        }
        let manifest_id = &loaded.package.manifest.id;
        let seeding = Seeding { package: manifest_id, kernel: &kernel, now: now() };
        let report = seed::load(&mut tx, &seeding, datasets).await?;
        if report.inserted + report.updated == 0 {
            let details = json!({ "inserted": 0, "updated": 0, "errors": report.errors, "errorList": report.error_list });
            return Err(Code::ReseedNoRows
                .error(format!("nothing changed: all sample data of {id} is loaded already, or could not be loaded; see `errorList`"))
                .with_details(details));
        }
        ledger::set_sample_data(&mut tx, &id, true, false).await?;
        tx.commit().await?;
        let receipt =
            Receipt { with_sample_data: true, sample_data_purged: false, ..loaded.receipt.clone() };
        guard.swap(kernel.as_ref().clone().with_receipt(manifest_id, receipt));
        Ok(report)
    };
    installer.with_install_lock(change).await
}

/// Deletes the records that seeding inserted, and nothing else.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `NOTHING_TO_PURGE` without datasets.
pub async fn purge(installer: &Installer, id: String) -> Result<Purged> {
    let change = move |installer: Installer, guard: InstallGuard| async move {
        let kernel = guard.kernel();
        let mut tx = installer.db.write_install().await?;
        ledger::lock(&mut tx).await?;
        let (loaded, datasets) = installed(&installer, &mut tx, &kernel, &id).await?;
        if datasets.is_empty() {
            return Err(Code::NothingToPurge.error(format!("{id} has no sample data")));
        }
        let manifest_id = &loaded.package.manifest.id;
        let purged = seed::purge(&mut tx, manifest_id, &kernel, &datasets).await?;
        ledger::set_sample_data(&mut tx, &id, false, true).await?;
        tx.commit().await?;
        let receipt =
            Receipt { with_sample_data: false, sample_data_purged: true, ..loaded.receipt.clone() };
        guard.swap(kernel.as_ref().clone().with_receipt(manifest_id, receipt));
        Ok(purged)
    };
    installer.with_install_lock(change).await
}

/// Returns an installed package with its seeds.
async fn installed(
    installer: &Installer,
    tx: &mut Tx,
    kernel: &Kernel,
    id: &str,
) -> Result<(Arc<Loaded>, Vec<Dataset>)> {
    let loaded = kernel.package(id).filter(|loaded| loaded.origin == Origin::Ledger);
    let artifact = ledger::artifact(tx, id).await?;
    let (Some(loaded), Some(artifact)) = (loaded, artifact) else {
        return Err(not_installed(id));
    };
    let datasets = seed::read(&artifact, installer.config.seed_environment.as_deref());
    Ok((loaded.clone(), datasets))
}
