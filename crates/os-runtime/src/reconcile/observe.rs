//! What the control plane is told.

use super::Delivered;
use super::plan::running;
use crate::install::Refused;
use crate::kernel::Kernel;
use os_api::desired::{DesiredState, ObservedPackage, ObservedPackageState, ObservedState};

/// The longest reason that a control plane takes down, in characters.
const REASON: usize = 4000;

/// What became of a generation.
pub fn observe(
    kernel: &Kernel,
    delivered: &Delivered,
    state: &DesiredState,
    refused: Option<&Refused>,
) -> ObservedState {
    let packages = state.packages.iter().map(|desired| {
        let loaded = kernel.package(&desired.package_id);
        let running = running(kernel, delivered, desired);
        let is_right = running.is_some_and(|it| it.receipt.enabled == desired.enabled);
        let is_it = |refused: &&Refused| is_about(refused, &desired.package_id) || !is_right;
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
            error: refused.filter(is_it).map(|refused| reason(refused, state, &desired.package_id)),
        }
    });
    ObservedState {
        generation: state.generation,
        packages: packages.collect(),
        error: refused.map(|refused| reason(refused, state, "")),
    }
}

fn is_about(refused: &Refused, package: &str) -> bool {
    refused.package.as_ref().is_some_and(|it| it.as_str() == package)
}

/// Why a package is not as it should be: its own fault, or another's.
fn reason(refused: &Refused, state: &DesiredState, package: &str) -> String {
    let (number, message) = (state.generation, refused.error.message());
    let text = match &refused.package {
        Some(culprit) if culprit.as_str() != package && !package.is_empty() => {
            format!("generation {number} was not applied, because of {culprit}: {message}")
        }
        Some(culprit) if package.is_empty() => format!("{culprit}: {message}"),
        _ => message.to_owned(),
    };
    text.chars().take(REASON).collect()
}
