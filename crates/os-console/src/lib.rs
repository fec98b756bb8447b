//! The Console: every page of the control plane and of a runtime, in one frame.
//!
//! [`control`] and `runtime` hold the pages of either server and list their
//! URLs. What both need stands beside them: the [`frame`] with its navigation,
//! the pages of [`account`]s, and `errors`, which turns the error that a server
//! left in its response into a page.
//!
//! **Invariant:** a page asks rules, never an HTTP handler of an API, and runs no
//! statement. Nothing runs in a browser that is not a file of ours, and text of
//! other people is escaped.

pub mod account;
mod assets;
mod confirm;
pub mod control;
mod drawings;
mod errors;
mod flash;
pub mod frame;
mod html;
mod invitation_link;
mod markdown;
mod outcome;
mod parts;
mod password;
mod reference;
mod respond;
pub mod runtime;
mod upload;
mod users;

pub use frame::Site;

use axum::Router;
use os_control::Control;
use os_runtime::Runtime;

/// The control plane alone, with its pages.
pub fn control_plane(control: Control) -> Router {
    control::routes(control, Site::ControlPlane)
}

/// A runtime alone, with its pages.
pub fn runtime(runtime: Runtime) -> Router {
    runtime::routes(runtime, Site::Runtime)
}

/// The control plane and a runtime that trusts its sessions, for one port. Both
/// have one navigation.
pub struct Both {
    pub control: Router,
    pub runtime: Router,
}

impl Both {
    /// Both, with their pages.
    pub fn new(control: Control, runtime: Runtime) -> Self {
        Self {
            control: control::routes(control, Site::Both),
            runtime: runtime::routes(runtime, Site::Both),
        }
    }
}
