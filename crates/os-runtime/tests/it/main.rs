//! The runtime as its callers see it: HTTP in, HTTP out.
//!
//! One binary, one module per part, one database per test. SQLite by default;
//! set `TEST_DATABASE_URL` to run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod authority;
mod bodies;
mod browse;
mod data;
mod discovery;
mod file_records;
mod files;
mod install;
mod meta;
mod outgoing;
mod packages;
mod reference;
mod registry;
mod same_accounts;
mod slow_uploads;
