//! A runtime that keeps up with a control plane, over a real port.
//!
//! SQLite by default; set `TEST_DATABASE_URL` to run the same tests on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod binding;
mod faults;
mod following;
mod kills;
mod liar;
mod outcomes;
mod partly;
mod secrets;
mod site;
