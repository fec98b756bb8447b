//! Who is asking, and what they may touch.
//!
//! **Invariant:** nothing of an organization, environment or package is read or
//! changed without a value made here: an [`Actor`], or one of the accesses that
//! prove what it may do. The guards (`MayRead…`, `MayInstall`, … in `http::guards`) in the
//! signature of a handler make them before the body is read. Who may not know
//! that something exists is told that it does not.
//!
//! What the doors ask for is contract §4.13; the credentials are §3.0.2 and §3.0.3.

mod actor;
mod credential;

pub use actor::{Actor, ActorUser, Principal, RequestId, Scope, Scopes};
pub use credential::Credential;
