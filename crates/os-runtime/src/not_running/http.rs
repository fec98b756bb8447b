//! Endpoints of kinds that do not run.
//!
//! **Invariant:** each refuses, with a message that nothing was changed.

use super::owner_of_action;
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
    let Some(owner) = owner_of_action(&kernel, &object, &action) else {
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
