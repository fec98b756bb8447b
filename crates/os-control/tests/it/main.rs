//! The control plane as its callers see it: HTTP in, HTTP out.
//!
//! One binary, one module per noun, one database per test. SQLite by default;
//! set `TEST_DATABASE_URL` to run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod api_keys;
mod catalog;
mod desired;
mod device;
mod environments;
mod events;
mod examples;
mod first_run;
mod generations;
mod health;
mod install_actions;
mod installations;
mod listings;
mod observe;
mod operator;
mod organizations;
mod packages;
mod publisher;
mod races;
mod runtimes;
mod same_accounts;
mod secrets;
mod sessions;
mod settings;
mod throttle;
mod unknown_members;
mod unloadable;
mod versions;
