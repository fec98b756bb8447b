//! Endpoints of what a runtime stores and does not run
//! (docs/wire/runtime-install.md#kinds-that-do-not-run): actions, flows, approvals, agents,
//! analytics.
//!
//! Which kinds of metadata run is a column of [`os_package::kind::KINDS`].
//!
//! **Invariant:** a request for one of these is refused with a message that nothing was changed.

use crate::auth::SignedIn;
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use os_http::extract::Path;

/// Refuses to run an action of an object, or a global one.
pub async fn action(
    State(runtime): State<Runtime>,
    _: SignedIn,
    Path((object, action)): Path<(String, String)>,
) -> Result<(), Error> {
    let kernel = runtime.kernel();
    let owner = kernel.resolve("action", &action, None).map(|(owner, _)| owner).or_else(|| {
        let owned = kernel.object(&object).ok()?;
        owned.object.actions.contains(&action).then_some(&owned.owner)
    });
    let Some(owner) = owner else {
        let (action, object) = (action.escape_default(), object.escape_default());
        return Err(
            Code::NotFound.error(format!("Action '{action}' on object '{object}' not found"))
        );
    };
    Err(Code::NotImplemented.error(format!(
        "action `{action}` of {} is stored and does not run: this runtime runs no handlers yet; nothing was changed",
        owner.package.manifest.id
    )))
}

macro_rules! not_running {
    ($($name:ident: $what:literal),*) => {$(
        #[doc = concat!("Refuses to run ", $what, ".")]
        pub async fn $name(_: SignedIn) -> Error {
            Code::NotImplemented.error(concat!(
                $what, " are stored and served as metadata and do not run in this runtime yet; nothing was changed"
            ))
        }
    )*};
}
not_running!(automation: "flows", approvals: "approvals", ai: "agents", analytics: "analytics queries");

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
