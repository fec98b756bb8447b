//! Support for tests: servers with a database of their own, clients that ask
//! them, and builders for what a test starts from.
//!
//! A test speaks HTTP to an [`App`] through a [`Client`] and reads a [`Response`].
//! Nothing here is a double: servers, rules and databases are the real ones.
//! SQLite by default; `TEST_DATABASE_URL` names a PostgreSQL server instead.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod accounts;
mod app;
mod client;
mod damage;
mod database;
mod http;
mod process;
mod response;
mod wait;

#[cfg(feature = "control")]
pub mod control;
#[cfg(feature = "runtime")]
pub mod runtime;

pub use app::App;
pub use client::Client;
pub use database::TestDb;
pub use http::{Http, Reply};
pub use process::{ADMIN_EMAIL, Process, free_port};
pub use response::Response;
pub use wait::{eventually, eventually_blocking};

/// The password of every account that a builder creates.
pub const PASSWORD: &str = "correct horse battery";

/// Memory of a password hash in KiB: as little as Argon2 admits, so that accounts
/// are cheap.
pub const PASSWORD_MEMORY_KIB: u32 = 8;
