//! Packages of this runtime as the console manages them
//! (docs/wire/runtime-install.md#packages-of-a-runtime,
//! docs/wire/installations.md#enable-and-disable).
//!
//! **Invariant:** a package of the runtime itself stays as it is; a package of the
//! ledger is enabled, disabled and uninstalled by the same rules as anywhere.

pub mod http;

use crate::install::{self, Installer};
use crate::kernel::{Kernel, Loaded, Origin};
use crate::{Code, Result};
use os_api::runtime::package::RuntimePackage;
use os_package::kind;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Returns a package as lists show it: its manifest without the metadata items.
pub fn row(loaded: &Loaded) -> RuntimePackage {
    described(loaded, loaded.package.head.clone())
}

/// Returns a package with its metadata items.
pub fn row_with_items(loaded: &Loaded) -> RuntimePackage {
    described(loaded, manifest(loaded))
}

fn described(loaded: &Loaded, mut manifest: Map<String, Value>) -> RuntimePackage {
    let Loaded { package, receipt, .. } = loaded;
    manifest.insert("id".to_owned(), package.manifest.id.as_str().into());
    manifest.insert("version".to_owned(), package.manifest.version.as_str().into());
    let is_changed = receipt.updated_at != receipt.installed_at;
    RuntimePackage {
        manifest,
        status: if receipt.enabled { "installed" } else { "disabled" }.to_owned(),
        enabled: receipt.enabled,
        installed_at: receipt.installed_at,
        updated_at: receipt.updated_at,
        installed_version: package.manifest.version.to_string(),
        settings: receipt.settings.shown(None),
        writable: false,
        status_changed_at: is_changed.then_some(receipt.updated_at),
        previous_version: receipt.previous_version.clone(),
    }
}

/// Returns the flat manifest: the head of the package, and its collections.
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

/// Returns the flat manifest for others: without what belongs to this runtime only, and without
/// members that a runtime adds.
pub fn exported(loaded: &Loaded) -> Map<String, Value> {
    let mut manifest = manifest(loaded);
    manifest.retain(|key, _| {
        !key.starts_with('_') && !["datasources", "emailTemplates"].contains(&key.as_str())
    });
    manifest.values_mut().for_each(remove_private);
    manifest
}

fn remove_private(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with('_'));
            map.values_mut().for_each(remove_private);
        }
        Value::Array(list) => list.iter_mut().for_each(remove_private),
        _ => {}
    }
}

/// Finds a package of this kernel.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub fn find<'k>(kernel: &'k Kernel, id: &str) -> Result<&'k Arc<Loaded>> {
    kernel
        .package(id)
        .ok_or_else(|| Code::NotFound.error(format!("Package '{}' not found", id.escape_default())))
}

/// Uninstalls a package of the ledger; its records stay.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`, `WRITABLE_PACKAGE_REQUIRED`, `DEPENDENT_PACKAGES`.
pub async fn delete(installer: &Installer, id: String, force: bool) -> Result<()> {
    if find(&installer.live.load(), &id)?.origin != Origin::Ledger {
        return Err(Code::WritablePackageRequired
            .error(format!("{id} came with the runtime and cannot be deleted"))
            .with_details(json!({ "packageId": id })));
    }
    install::uninstall(installer, id, force).await
}
