//! Projects in, artifacts and diagnostics out.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod authoring;
mod diagnostics;
mod examples;
mod hostile;
mod hostile_files;
mod hostile_text;
mod modules;
mod plain;
mod project;
mod properties;
