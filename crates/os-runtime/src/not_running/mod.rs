//! Kinds of metadata that a runtime stores and does not run
//! (docs/wire/runtime-install.md#kinds-that-do-not-run): actions, flows, approvals, agents,
//! analytics.
//!
//! Which kinds run is a column of [`os_package::kind::KINDS`].

pub mod http;

use crate::kernel::{Kernel, Loaded};
use std::sync::Arc;

/// Returns the package that declares an action, of this object or a global one.
pub fn owner_of_action<'k>(
    kernel: &'k Kernel,
    object: &str,
    action: &str,
) -> Option<&'k Arc<Loaded>> {
    kernel.resolve("action", action, None).map(|(owner, _)| owner).or_else(|| {
        let owned = kernel.object(object).ok()?;
        owned.object.actions.iter().any(|it| it == action).then_some(&owned.owner)
    })
}

#[cfg(test)]
mod tests {
    use os_package::kind::{self, Runs};

    #[test]
    fn the_kinds_refused_here_do_not_run() {
        for name in ["action", "flow", "agent"] {
            let kind = kind::of(name).expect("a kind");
            assert_eq!(kind.runs, Runs::No, "{name} runs: remove its endpoint from here");
        }
    }
}
