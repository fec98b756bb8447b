//! Runs the program as people and scripts do: arguments in, text and exit code out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod combined;
mod dev;
mod environments;
mod examples;
mod limits;
mod login;
mod outcomes;
mod packages;
mod projects;
mod runtime;
mod serve;
mod usage;
mod users;
mod world;
