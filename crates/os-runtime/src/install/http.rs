//! The handlers of `/api/v1/marketplace/install-local`
//! (docs/wire/runtime-install.md#install-local).

use super::change::Seeded;
use super::outcome::{kept, not_running};
use super::request::Request;
use super::{Incoming, Installed, catalog};
use crate::auth::{MayManage, SignedIn};
use crate::health::quarantined;
use crate::kernel::{Loaded, Origin};
use crate::{Code, Config, Result, Runtime};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use os_api::runtime::UninstallOptions;
use os_api::runtime::install as wire;
use os_http::extract::{Data, Path, Query, read_apart};

const INSTALLED_NOTE: &str =
    "App is now available in this runtime. Refresh the console to see it in the app switcher.";
const UNINSTALLED_NOTE: &str = "Unloaded. Its data stays; installing it again brings it back.";

/// Installs a package of the catalog, or an artifact.
pub async fn install_package(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    body: Result<Bytes, BytesRejection>,
) -> Result<Data<wire::InstallResult>> {
    let incoming = match read_apart(body?, Request::read).await? {
        Request::Inline { artifact, version_id, options } => {
            Incoming::inline(artifact, version_id, options)?
        }
        Request::Catalog { version, options } => {
            let bearer = runtime.connection.bearer();
            let outgoing = runtime.connection.outgoing();
            catalog::fetch(&runtime.config, outgoing, bearer, version, options).await?
        }
    };
    let installer = runtime.installer();
    let installed = super::install(&installer, incoming, caller.email().to_owned()).await?;
    Ok(Data(install_result(&runtime.config, installed)))
}

fn install_result(config: &Config, installed: Installed) -> wire::InstallResult {
    let Installed { package, receipt, upgraded_from, seeded, kept: data, warnings } = installed;
    wire::InstallResult {
        manifest_id: package.manifest.id.to_string(),
        package_id: receipt.package_id,
        version: package.manifest.version.to_string(),
        version_id: receipt.version_id,
        installed_at: receipt.installed_at,
        hot_loaded: true,
        upgraded_from: upgraded_from.as_ref().map(|_| "previous-marketplace-version".to_owned()),
        previous_version: upgraded_from,
        translations_loaded: package.locales(),
        seeded: match seeded {
            Seeded::Loaded(report) => wire::SeedResult::Loaded(report),
            Seeded::Skipped(reason) => wire::SeedResult::Skipped(wire::SkippedSeeds {
                mode: "skipped".to_owned(),
                reason: reason.to_owned(),
            }),
        },
        kept: data.iter().map(kept).collect(),
        not_running: not_running(&package).into_iter().map(str::to_owned).collect(),
        warnings,
        storage_dir: config.home.display().to_string(),
        note: INSTALLED_NOTE.to_owned(),
    }
}

/// Lists what is installed from the ledger.
pub async fn list_installed(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
) -> Data<wire::InstalledPackages> {
    let (kernel, is_owner) = (runtime.kernel(), caller.is_platform_admin());
    let from_ledger = kernel.packages().filter(|loaded| loaded.origin == Origin::Ledger);
    let items: Vec<_> = from_ledger.map(|loaded| installed_package(loaded, is_owner)).collect();
    Data(wire::InstalledPackages {
        total: items.len(),
        items,
        storage_dir: is_owner.then(|| runtime.config.home.display().to_string()),
        quarantined: is_owner.then(|| quarantined(&kernel)),
    })
}

fn installed_package(loaded: &Loaded, for_owner: bool) -> wire::InstalledPackage {
    let Loaded { package, receipt, .. } = loaded;
    wire::InstalledPackage {
        package_id: receipt.package_id.clone(),
        version_id: receipt.version_id.clone(),
        manifest_id: package.manifest.id.to_string(),
        version: package.manifest.version.to_string(),
        installed_at: receipt.installed_at,
        with_sample_data: receipt.with_sample_data,
        enabled: receipt.enabled,
        installed_by: for_owner.then(|| receipt.installed_by.clone()),
    }
}

/// Returns whether a package is to go although others depend on it.
///
/// # Errors
/// `VALIDATION_ERROR` where its records are to go, too.
pub fn read_force(options: &UninstallOptions) -> Result<bool> {
    if options.drops_data() {
        let message = "`keepData`: records stay when a package is uninstalled; leave it out";
        return Err(Code::ValidationError.error(message));
    }
    Ok(options.is_forced())
}

/// Uninstalls a package; its data stays.
pub async fn uninstall_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(options): Query<UninstallOptions>,
) -> Result<Data<wire::UninstalledPackage>> {
    let force = read_force(&options)?;
    super::uninstall(&runtime.installer(), id.clone(), force).await?;
    let note = UNINSTALLED_NOTE.to_owned();
    Ok(Data(wire::UninstalledPackage { manifest_id: id, note }))
}

/// Loads the sample data of a package again.
pub async fn reseed_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::ReseededData>> {
    let report = super::reseed(&runtime.installer(), id.clone()).await?;
    Ok(Data(wire::ReseededData {
        manifest_id: id,
        inserted: report.inserted,
        updated: report.updated,
        errors: report.errors,
        error_list: report.error_list,
        with_sample_data: true,
    }))
}

/// Deletes the sample data of a package.
pub async fn purge_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::PurgedData>> {
    let purged = super::purge(&runtime.installer(), id.clone()).await?;
    Ok(Data(wire::PurgedData {
        deleted: purged.deleted,
        skipped: purged.skipped,
        errors: purged.errors,
        manifest_id: id,
        with_sample_data: false,
    }))
}
