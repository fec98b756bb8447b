//! The report to the control plane.

use super::plan::running;
use crate::delivery::Delivered;
use crate::install::ChangeRefused;
use crate::kernel::Kernel;
use os_api::desired::{DesiredState, ObservedPackage, ObservedPackageState, ObservedState};

/// The longest reason in a report; control planes accept 4096 characters.
const MAX_REASON_CHARS: usize = 4000;

/// Returns the state to report after a generation was applied or refused.
pub fn observed_state(
    kernel: &Kernel,
    delivered: &Delivered,
    state: &DesiredState,
    refused: Option<&ChangeRefused>,
) -> ObservedState {
    let packages = state.packages.iter().map(|desired| {
        let loaded = kernel.package(&desired.package_id);
        let running = running(kernel, delivered, desired);
        let is_as_desired = running.is_some_and(|it| it.receipt.enabled == desired.enabled);
        let concerns =
            |refused: &&ChangeRefused| is_about(refused, &desired.package_id) || !is_as_desired;
        ObservedPackage {
            package_id: desired.package_id.clone(),
            state: match loaded {
                None => ObservedPackageState::Absent,
                Some(loaded) if loaded.receipt.enabled => ObservedPackageState::Installed,
                Some(_) => ObservedPackageState::Disabled,
            },
            version: loaded.map(|it| it.package.manifest.version.to_string()),
            checksum: running.map(|_| desired.checksum.clone()),
            outcome: running
                .and_then(|it| delivered.packages.get(&it.package.manifest.id)?.outcome.clone()),
            error: refused
                .filter(concerns)
                .map(|refused| reason(refused, state, &desired.package_id)),
        }
    });
    ObservedState {
        generation: state.generation,
        packages: packages.collect(),
        error: refused.map(|refused| reason(refused, state, "")),
    }
}

fn is_about(refused: &ChangeRefused, package: &str) -> bool {
    refused.package.as_ref().is_some_and(|it| it.as_str() == package)
}

/// Returns why a package is not as desired: because of itself or of another package.
fn reason(refused: &ChangeRefused, state: &DesiredState, package: &str) -> String {
    let (number, message) = (state.generation, refused.error.message());
    let text = match &refused.package {
        Some(culprit) if culprit.as_str() != package && !package.is_empty() => {
            format!("generation {number} was not applied, because of {culprit}: {message}")
        }
        Some(culprit) if package.is_empty() => format!("{culprit}: {message}"),
        _ => message.to_owned(),
    };
    text.chars().take(MAX_REASON_CHARS).collect()
}
