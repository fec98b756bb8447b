//! Uninstalling, disabling and enabling a package.

use super::{Installer, check};
use crate::kernel::{InstallGuard, Kernel, Loaded, Origin, Receipt};
use crate::ledger;
use crate::{Code, Error, Result};
use os_db::now;
use serde_json::json;
use std::sync::Arc;

/// Removes a package from the kernel and the ledger. Its tables and records
/// stay; a later install finds them again.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `PACKAGE_MANAGED`; `DEPENDENT_PACKAGES` unless `force`.
pub async fn uninstall(installer: &Installer, id: String, force: bool) -> Result<()> {
    let change = move |installer: Installer, guard: InstallGuard| async move {
        let kernel = guard.kernel();
        let loaded = kernel.package(&id).filter(|it| it.origin == Origin::Ledger);
        if let Some(loaded) = loaded
            && !force
        {
            check::nobody_depends(&kernel.installed(), &loaded.package)?;
        }
        let mut tx = installer.db.write_install().await?;
        ledger::lock(&mut tx).await?;
        installer.managed.must_be_own(&mut tx, &id).await?;
        if !ledger::delete(&mut tx, &id).await? {
            return Err(not_installed(&id));
        }
        tx.commit().await?;
        guard.swap(kernel.forgetting(&id));
        tracing::info!(package = id, "uninstalled");
        Ok(())
    };
    installer.with_install_lock(change).await
}

/// Enables or disables an installed package.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `WRITABLE_PACKAGE_REQUIRED` for a package of the runtime itself;
/// `PACKAGE_MANAGED`; `DEPENDENT_PACKAGES`, or that of a missing dependency.
pub async fn set_enabled(installer: &Installer, id: String, enabled: bool) -> Result<Arc<Loaded>> {
    let change = move |installer: Installer, guard: InstallGuard| async move {
        let kernel = guard.kernel();
        let loaded = kernel.package(&id).cloned().ok_or_else(|| not_installed(&id))?;
        if loaded.origin != Origin::Ledger {
            return Err(Code::WritablePackageRequired
                .error(format!("{id} is part of the runtime and cannot be disabled"))
                .with_details(json!({ "packageId": id })));
        }
        if loaded.receipt.enabled != enabled {
            save_enabled(&installer, &guard, &kernel, &loaded, enabled).await?;
        }
        guard.kernel().package(&id).cloned().ok_or_else(|| not_installed(&id))
    };
    installer.with_install_lock(change).await
}

async fn save_enabled(
    installer: &Installer,
    guard: &InstallGuard,
    kernel: &Kernel,
    loaded: &Loaded,
    enabled: bool,
) -> Result<()> {
    let id = &loaded.package.manifest.id;
    if enabled {
        check::dependencies(&kernel.installed(), &loaded.package)?;
    } else {
        check::nobody_depends(&kernel.installed(), &loaded.package)?;
    }
    let mut tx = installer.db.write_install().await?;
    ledger::lock(&mut tx).await?;
    installer.managed.must_be_own(&mut tx, id.as_str()).await?;
    ledger::set_enabled(&mut tx, id.as_str(), enabled).await?;
    tx.commit().await?;
    let receipt = Receipt { enabled, updated_at: now(), ..loaded.receipt.clone() };
    guard.swap(kernel.clone().with_receipt(id, receipt));
    Ok(())
}

/// Returns the error of a package that is not installed.
pub fn not_installed(id: &str) -> Error {
    Code::NotFound.error(format!("{} is not installed in this runtime", id.escape_default()))
}
