//! The sample data of an installed package: loaded again, or taken away.

use super::in_turn;
use super::uninstall::not_installed;
use crate::kernel::{Kernel, Loaded, Origin};
use crate::ledger::{self, Receipt};
use crate::seed::{self, Dataset, Purged, Report, Seeding};
use crate::{Code, Result, Runtime};
use os_db::{Tx, now};
use serde_json::json;
use std::sync::Arc;

/// Loads the seeds again: what is missing is inserted, what differs updated.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `RESEED_SKIPPED` without datasets, `RESEED_NO_ROWS` when
/// nothing was written.
pub async fn reseed(runtime: &Runtime, id: String) -> Result<Report> {
    in_turn(runtime, move |runtime, turn| async move {
        let kernel = turn.kernel();
        let mut tx = runtime.db.write().await?;
        ledger::lock(&mut tx).await?;
        let (loaded, datasets) = installed(&runtime, &mut tx, &kernel, &id).await?;
        if datasets.is_empty() {
            return Err(Code::ReseedSkipped.error(format!("{id} has no sample data")));
        }
        let manifest_id = &loaded.package.manifest.id;
        let seeding = Seeding { package: manifest_id, kernel: &kernel, now: now() };
        let report = seed::load(&mut tx, &seeding, datasets).await?;
        if report.inserted + report.updated == 0 {
            let details = json!({ "inserted": 0, "updated": 0, "errors": report.errors, "errorList": report.error_list });
            return Err(Code::ReseedNoRows
                .error(format!("nothing to do: all sample data of {id} is there, or could not be loaded"))
                .with_details(details));
        }
        ledger::set_sample_data(&mut tx, &id, true, false).await?;
        tx.commit().await?;
        let receipt = Receipt {
            with_sample_data: true,
            sample_data_purged: false,
            ..loaded.receipt.clone()
        };
        turn.swap(kernel.as_ref().clone().with_receipt(manifest_id, receipt));
        Ok(report)
    })
    .await
}

/// Deletes what seeding inserted, and nothing else.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `NOTHING_TO_PURGE` without datasets.
pub async fn purge(runtime: &Runtime, id: String) -> Result<Purged> {
    in_turn(runtime, move |runtime, turn| async move {
        let kernel = turn.kernel();
        let mut tx = runtime.db.write().await?;
        ledger::lock(&mut tx).await?;
        let (loaded, datasets) = installed(&runtime, &mut tx, &kernel, &id).await?;
        if datasets.is_empty() {
            return Err(Code::NothingToPurge.error(format!("{id} has no sample data")));
        }
        let manifest_id = &loaded.package.manifest.id;
        let purged = seed::purge(&mut tx, manifest_id, &kernel, &datasets).await?;
        ledger::set_sample_data(&mut tx, &id, false, true).await?;
        tx.commit().await?;
        let receipt =
            Receipt { with_sample_data: false, sample_data_purged: true, ..loaded.receipt.clone() };
        turn.swap(kernel.as_ref().clone().with_receipt(manifest_id, receipt));
        Ok(purged)
    })
    .await
}

/// An installed package, and the seeds it brought along.
async fn installed(
    runtime: &Runtime,
    tx: &mut Tx,
    kernel: &Kernel,
    id: &str,
) -> Result<(Arc<Loaded>, Vec<Dataset>)> {
    let loaded = kernel.package(id).filter(|loaded| loaded.origin == Origin::Ledger);
    let artifact = ledger::artifact(tx, id).await?;
    let (Some(loaded), Some(artifact)) = (loaded, artifact) else {
        return Err(not_installed(id));
    };
    let datasets = seed::read(&artifact, runtime.config.seed_environment.as_deref());
    Ok((loaded.clone(), datasets))
}
