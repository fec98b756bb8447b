//! The control plane as its callers see it: HTTP in, HTTP out.
//!
//! One binary, one module per noun, one database per test. SQLite by default;
//! set `TEST_DATABASE_URL` to run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod api_keys;
mod app;
mod catalog;
mod console;
mod device;
mod doors;
mod examples;
mod first_run;
mod health;
mod listings;
mod observe;
mod organizations;
mod packages;
mod publisher;
mod sessions;
mod throttle;
mod versions;
