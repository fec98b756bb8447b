//! Packages of this runtime as the console manages them (contract §3.14, §4.20).
//!
//! **Invariant:** what came with the runtime stays as it is; a package of the
//! ledger is enabled, disabled and uninstalled by the same rules as anywhere.

pub mod api;

use crate::kernel::{Loaded, Origin};
use crate::{Code, Result, Runtime, install};
use os_package::kind;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A package in a list: its manifest without the items.
pub fn row(loaded: &Loaded) -> Value {
    described(loaded, loaded.package.head.clone())
}

/// A package on its own, with all that is in it.
pub fn row_with_items(loaded: &Loaded) -> Value {
    described(loaded, manifest(loaded))
}

fn described(loaded: &Loaded, mut manifest: Map<String, Value>) -> Value {
    let Loaded { package, receipt, .. } = loaded;
    manifest.insert("id".to_owned(), package.manifest.id.as_str().into());
    manifest.insert("version".to_owned(), package.manifest.version.as_str().into());
    let mut row = json!({
        "manifest": manifest,
        "status": if receipt.enabled { "installed" } else { "disabled" },
        "enabled": receipt.enabled,
        "installedAt": receipt.installed_at,
        "updatedAt": receipt.updated_at,
        "installedVersion": package.manifest.version.as_str(),
        "settings": receipt.settings,
        "writable": false,
    });
    if receipt.updated_at != receipt.installed_at {
        row["statusChangedAt"] = json!(receipt.updated_at);
    }
    if let Some(previous) = &receipt.previous_version {
        row["previousVersion"] = previous.as_str().into();
    }
    row
}

/// The flat manifest: what the package says of itself, and its collections.
fn manifest(loaded: &Loaded) -> Map<String, Value> {
    let package = &loaded.package;
    let mut manifest = package.head.clone();
    for (collection, kind) in kind::in_artifacts() {
        let items: Vec<Value> =
            package.items_of(kind.name).map(|item| item.value.as_ref().clone()).collect();
        if !items.is_empty() {
            manifest.insert(collection.to_owned(), items.into());
        }
    }
    if !package.translations.is_empty() {
        manifest.insert("translations".to_owned(), package.translations.clone().into());
    }
    manifest
}

/// The flat manifest as it is given away: without what is bound to this place,
/// and without members that only a runtime adds.
pub fn exported(loaded: &Loaded) -> Value {
    let mut manifest = manifest(loaded);
    manifest.retain(|key, _| !["datasources", "emailTemplates"].contains(&key.as_str()));
    let mut manifest = Value::Object(manifest);
    without_private(&mut manifest);
    manifest
}

fn without_private(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with('_'));
            map.values_mut().for_each(without_private);
        }
        Value::Array(list) => list.iter_mut().for_each(without_private),
        _ => {}
    }
}

/// A package of this kernel.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub fn find(runtime: &Runtime, id: &str) -> Result<Arc<Loaded>> {
    runtime
        .kernel()
        .package(id)
        .cloned()
        .ok_or_else(|| Code::NotFound.error(format!("Package '{}' not found", id.escape_default())))
}

/// Uninstalls a package of the ledger; its records stay.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `WRITABLE_PACKAGE_REQUIRED`, `DEPENDENT_PACKAGES`.
pub async fn delete(runtime: &Runtime, id: String, force: bool) -> Result<()> {
    let loaded = find(runtime, &id)?;
    if loaded.origin != Origin::Ledger {
        return Err(Code::WritablePackageRequired
            .error(format!("{id} came with the runtime and cannot be deleted"))
            .with_details(json!({ "packageId": id })));
    }
    install::uninstall(runtime, id, force).await
}
