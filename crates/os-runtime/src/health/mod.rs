//! Liveness of the process, and its readiness for requests.

pub mod http;

use crate::kernel::Kernel;
use os_api::runtime::health::QuarantinedPackage;
use std::sync::LazyLock;
use std::time::Instant;

static STARTED_AT: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Starts the clock of `uptime`.
pub fn start_clock() {
    LazyLock::force(&STARTED_AT);
}

/// Returns the packages that could not be loaded.
pub fn quarantined(kernel: &Kernel) -> Vec<QuarantinedPackage> {
    let packages = kernel.quarantined().iter().map(|it| QuarantinedPackage {
        manifest_id: it.manifest_id.clone(),
        reason: it.reason.clone(),
    });
    packages.collect()
}
