//! The control plane as its callers see it: HTTP in, HTTP out.
//!
//! One binary, one module per noun, one database per test. SQLite by default;
//! set `TEST_DATABASE_URL` to run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod app;
mod catalog;
mod doors;
mod environments;
mod events;
mod examples;
mod generations;
mod health;
mod installations;
mod listings;
mod observe;
mod operator;
mod packages;
mod publisher;
mod runtimes;
mod versions;
