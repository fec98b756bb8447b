//! Loads the packages that are part of every runtime (S4), which [`os_package::system`] holds:
//! identity, feeds, audit, files, AI and settings.
//!
//! **Invariant:** they are always loaded, enabled, and cannot be replaced.

use crate::Result;
use crate::kernel::{Kernel, Loaded, Origin, Package, Read, Receipt};
use anyhow::{Context, anyhow};
use os_db::now;
use os_package::{ManifestId, StoredSettings, VersionNumber, system};
use serde_json::Value;
use std::sync::Arc;

/// Returns the kernel with the system packages.
///
/// # Errors
/// A system package is invalid, which every test of a runtime would find.
pub fn load(kernel: &Kernel) -> Result<Kernel> {
    let mut next = kernel.clone();
    for system in system::PACKAGES {
        let package = Arc::new(read(system.artifact)?);
        let receipt = receipt(&package);
        let loaded = Loaded { package, origin: Origin::System, receipt };
        next = next.with(loaded, false).map_err(|conflict| anyhow!(conflict.message()))?;
    }
    Ok(next)
}

fn read(text: &str) -> anyhow::Result<Package> {
    let artifact: Value = serde_json::from_str(text)?;
    let declared = |key: &str| artifact["manifest"][key].as_str().context("a system package");
    let id: ManifestId = declared("id")?.parse().map_err(|error| anyhow!("{error}"))?;
    let version: VersionNumber =
        declared("version")?.parse().map_err(|error| anyhow!("{error}"))?;
    let Read { package, .. } =
        Package::read(&artifact, &id, &version).map_err(|error| anyhow!("{id}: {error}"))?;
    Ok(package)
}

/// Returns the receipt that stands in for an entry of the ledger.
fn receipt(package: &Package) -> Receipt {
    let (id, version) = (&package.manifest.id, &package.manifest.version);
    Receipt {
        package_id: id.to_string(),
        version_id: version.to_string(),
        previous_version: None,
        settings: StoredSettings::none(),
        enabled: true,
        with_sample_data: false,
        sample_data_purged: false,
        installed_by: None,
        installed_at: now(),
        updated_at: now(),
    }
}
