//! The report to the control plane.

use super::plan::running;
use crate::delivery::Delivered;
use crate::install::ChangeRefused;
use crate::kernel::Kernel;
use os_api::desired::{DesiredState, ObservedPackage, ObservedPackageState, ObservedState};

/// The longest reason in a report; control planes accept 4096 characters.
const MAX_REASON_CHARS: usize = 4000;

/// Returns the state to report after a generation was applied, but for what was refused.
pub fn observed_state(
    kernel: &Kernel,
    delivered: &Delivered,
    state: &DesiredState,
    refused: &[ChangeRefused],
) -> ObservedState {
    let packages = state.packages.iter().map(|desired| {
        let loaded = kernel.package(&desired.package_id);
        let running = running(kernel, delivered, desired);
        let refused = refused.iter().find(|it| it.package == desired.package_id);
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
            error: refused.map(|it| cut(it.error.message())),
        }
    });
    ObservedState {
        generation: state.generation,
        packages: packages.collect(),
        error: summary(refused),
    }
}

/// Returns the reason of the first package that was refused, and the number of the others.
fn summary(refused: &[ChangeRefused]) -> Option<String> {
    let (first, rest) = refused.split_first()?;
    let others = match rest.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(cut(&format!("{}{others}: {}", first.package, first.error.message())))
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_REASON_CHARS).collect()
}
