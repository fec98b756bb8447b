//! The wire: every request and response body, and the client.
//!
//! **Invariant:** a type in this crate is public API. Fields may be added;
//! removing or renaming one is a breaking change.
//!
//! Bodies under `/api/v1/cloud` are snake_case; requests are accepted in either
//! spelling where the original's clients use both (docs/wire/README.md#spelling).

mod envelope;
mod object;

pub mod api_key;
pub mod catalog;
pub mod client;
pub mod desired;
pub mod device;
pub mod environment;
pub mod event;
pub mod generation;
pub mod health;
pub mod installation;
pub mod limits;
pub mod listing;
pub mod organization;
pub mod package;
pub mod record;
pub mod runtime;
pub mod runtime_connection;
pub mod session;
pub mod user;
pub mod version;

pub use envelope::{BareError, DataError, Envelope, ErrorBody, ErrorDetail};

/// The version of the platform that this API implements; `minPlatformVersion` of a package is
/// compared with it.
pub const PLATFORM_VERSION: &str = "17.4.0";
