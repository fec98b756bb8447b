//! Unloading a package: for good, or until it is enabled again.

use super::{Turn, check, in_turn};
use crate::kernel::{Kernel, Loaded, Origin};
use crate::ledger::{self, Receipt};
use crate::{Code, Error, Result, Runtime};
use os_db::now;
use serde_json::json;
use std::sync::Arc;

/// Takes a package out of the kernel and the ledger. Its tables and records
/// stay; a later install finds them again.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `DEPENDENT_PACKAGES` unless `force`.
pub async fn uninstall(runtime: &Runtime, id: String, force: bool) -> Result<()> {
    in_turn(runtime, move |runtime, turn| async move {
        let kernel = turn.kernel();
        let loaded = kernel.package(&id).filter(|it| it.origin == Origin::Ledger);
        if let Some(loaded) = loaded
            && !force
        {
            check::nobody_depends(&kernel.installed(), &loaded.package)?;
        }
        let mut tx = runtime.db.write().await?;
        ledger::lock(&mut tx).await?;
        if !ledger::delete(&mut tx, &id).await? {
            return Err(not_installed(&id));
        }
        tx.commit().await?;
        turn.swap(kernel.forgetting(&id));
        tracing::info!(package = id, "uninstalled");
        Ok(())
    })
    .await
}

/// Enables or disables an installed package.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `WRITABLE_PACKAGE_REQUIRED` for one that is part of the
/// runtime; `DEPENDENT_PACKAGES`, or what the package itself lacks.
pub async fn set_enabled(runtime: &Runtime, id: String, enabled: bool) -> Result<Arc<Loaded>> {
    in_turn(runtime, move |runtime, turn| async move {
        let kernel = turn.kernel();
        let loaded = kernel.package(&id).cloned().ok_or_else(|| not_installed(&id))?;
        if loaded.origin != Origin::Ledger {
            return Err(Code::WritablePackageRequired
                .error(format!("{id} is part of the runtime and cannot be disabled"))
                .with_details(json!({ "packageId": id })));
        }
        if loaded.receipt.enabled != enabled {
            save_enabled(&runtime, &turn, &kernel, &loaded, enabled).await?;
        }
        turn.kernel().package(&id).cloned().ok_or_else(|| not_installed(&id))
    })
    .await
}

async fn save_enabled(
    runtime: &Runtime,
    turn: &Turn,
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
    let mut tx = runtime.db.write().await?;
    ledger::lock(&mut tx).await?;
    ledger::set_enabled(&mut tx, id.as_str(), enabled).await?;
    tx.commit().await?;
    let receipt = Receipt { enabled, updated_at: now(), ..loaded.receipt.clone() };
    turn.swap(kernel.clone().with_receipt(id, receipt));
    Ok(())
}

/// The refusal for a package that is not there.
pub fn not_installed(id: &str) -> Error {
    Code::NotFound.error(format!("{} is not installed in this runtime", id.escape_default()))
}
