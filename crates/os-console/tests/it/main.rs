//! The Console as browsers see it, and every URL of both servers.
//!
//! One binary, one database per test. SQLite by default; set `TEST_DATABASE_URL` to
//! run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod accounts;
mod both;
mod browser;
mod control;
mod errors;
mod guards;
mod invitations;
mod reference;
mod runtime;
mod world;
