//! The HTTP side of the rules: bodies, guards, metrics, health, the reference, and
//! the handlers of every route of the API.
//!
//! A handler opens the transaction, calls a rule and commits. It holds no
//! statement and decides nothing.

pub mod cache;
pub mod event;
pub mod extract;
pub mod fleet;
pub mod guards;
pub mod health;
pub mod observe;
pub mod openapi;
pub mod organizations;
pub mod registry;
