//! The steps from what runs to what should run.

use crate::delivery::Delivered;
use crate::kernel::{Kernel, Loaded};
use os_api::desired::{DesiredPackage, DesiredState};
use os_package::ManifestId;

/// A step towards the desired state.
#[derive(Debug, PartialEq)]
pub enum Step<'d> {
    /// Installs this version, or moves to it.
    Install(&'d DesiredPackage),
    /// Changes whether a package is loaded, or its settings.
    Configure {
        id: ManifestId,
        package: &'d DesiredPackage,
    },
    Uninstall(ManifestId),
}

/// Returns the steps towards the desired state, in no order.
pub fn plan<'d>(kernel: &Kernel, delivered: &Delivered, state: &'d DesiredState) -> Vec<Step<'d>> {
    let mut steps = Vec::new();
    for package in &state.packages {
        match running(kernel, delivered, package) {
            None => steps.push(Step::Install(package)),
            Some(loaded) => {
                let receipt = &loaded.receipt;
                let is_same = receipt.settings.reveal() == &package.settings
                    && package.secret_settings.iter().all(|it| receipt.settings.hides(it));
                if receipt.enabled != package.enabled || !is_same {
                    let id = loaded.package.manifest.id.clone();
                    steps.push(Step::Configure { id, package });
                }
            }
        }
    }
    for id in delivered.packages.keys() {
        let is_wanted = state.packages.iter().any(|it| it.package_id == id.as_str());
        if !is_wanted && is_there(kernel, id) {
            steps.push(Step::Uninstall(id.clone()));
        }
    }
    steps
}

/// Returns the package if it runs at the desired version, as the control plane delivered it.
pub fn running<'k>(
    kernel: &'k Kernel,
    delivered: &Delivered,
    desired: &DesiredPackage,
) -> Option<&'k Loaded> {
    let loaded = kernel.package(&desired.package_id)?;
    let delivery = delivered.packages.get(&loaded.package.manifest.id)?;
    let is_version = loaded.receipt.version_id == desired.package_version_id.to_string();
    (is_version && delivery.checksum == desired.checksum).then_some(loaded)
}

fn is_there(kernel: &Kernel, id: &ManifestId) -> bool {
    kernel.package(id.as_str()).is_some()
        || kernel.quarantined().iter().any(|entry| entry.manifest_id == id.as_str())
}
