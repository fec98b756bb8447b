use super::change::Seeded;
use super::outcome::not_running;
use super::{Incoming, Installed, Request, catalog};
use crate::auth::{MayManage, Signed};
use crate::kernel::{Loaded, Origin};
use crate::{Result, Runtime};
use axum::body::Bytes;
use axum::extract::State;
use os_http::extract::{Data, Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

const HERE: &str =
    "App is now available in this runtime. Refresh the console to see it in the app switcher.";
const GONE: &str = "Unloaded. Its data stays; installing it again brings it back.";

pub async fn install(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Data<Value>> {
    let incoming = match Request::read(&body?)? {
        Request::Inline { artifact, version_id, options } => {
            Incoming::inline(artifact, version_id, options)?
        }
        Request::Catalog { package, version, options } => {
            catalog::fetch(&runtime, package, version, options).await?
        }
    };
    let installed = super::install(&runtime, incoming, caller.email().to_owned()).await?;
    Ok(Data(answer(&runtime, &installed)))
}

/// What the original's clients read, and ours beside it.
fn answer(runtime: &Runtime, installed: &Installed) -> Value {
    let Installed { package, receipt, upgraded_from, seeded, kept, warnings } = installed;
    json!({
        "manifestId": package.manifest.id.as_str(),
        "packageId": receipt.package_id,
        "version": package.manifest.version.as_str(),
        "versionId": receipt.version_id,
        "installedAt": receipt.installed_at,
        "hotLoaded": true,
        "upgradedFrom": upgraded_from.as_ref().map(|_| "previous-marketplace-version"),
        "previousVersion": upgraded_from,
        "translationsLoaded": package.locales(),
        "seeded": match seeded {
            Seeded::Loaded(report) => {
                let mut report = json!(report);
                report["mode"] = "inline".into();
                report
            }
            Seeded::Skipped(reason) => json!({ "mode": "skipped", "reason": reason }),
        },
        "kept": kept,
        "notRunning": not_running(package),
        "warnings": warnings,
        "storageDir": runtime.config.home.display().to_string(),
        "note": HERE,
    })
}

pub async fn list(State(runtime): State<Runtime>, Signed(caller): Signed) -> Data<Value> {
    let kernel = runtime.kernel();
    let of_ledger = kernel.packages().filter(|loaded| loaded.origin == Origin::Ledger);
    let items: Vec<Value> =
        of_ledger.map(|loaded| item(loaded, caller.is_platform_admin())).collect();
    let mut body = json!({ "total": items.len(), "items": items });
    if caller.is_platform_admin() {
        body["storageDir"] = runtime.config.home.display().to_string().into();
        body["setAside"] = json!(kernel.set_aside());
    }
    Data(body)
}

fn item(loaded: &Loaded, for_admin: bool) -> Value {
    let Loaded { package, receipt, .. } = loaded;
    let mut item = json!({
        "packageId": receipt.package_id,
        "versionId": receipt.version_id,
        "manifestId": package.manifest.id.as_str(),
        "version": package.manifest.version.as_str(),
        "installedAt": receipt.installed_at,
        "withSampleData": receipt.with_sample_data,
        "enabled": receipt.enabled,
    });
    if for_admin {
        item["installedBy"] = json!(receipt.installed_by);
    }
    item
}

/// What may stand behind `?` when a package is uninstalled.
#[derive(Debug, Deserialize)]
pub struct Force {
    #[serde(default)]
    force: Option<String>,
}

pub async fn uninstall(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(Force { force }): Query<Force>,
) -> Result<Data<Value>> {
    let force = matches!(force.as_deref(), Some("1" | "true"));
    super::uninstall(&runtime, id.clone(), force).await?;
    Ok(Data(json!({ "manifestId": id, "note": GONE })))
}

pub async fn reseed(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    let report = super::reseed(&runtime, id.clone()).await?;
    Ok(Data(json!({
        "manifestId": id,
        "inserted": report.inserted,
        "updated": report.updated,
        "errors": report.errors,
        "errorList": report.error_list,
        "withSampleData": true,
    })))
}

pub async fn purge(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    let purged = super::purge(&runtime, id.clone()).await?;
    let mut body = json!(purged);
    body["manifestId"] = id.into();
    body["withSampleData"] = false.into();
    Ok(Data(body))
}
