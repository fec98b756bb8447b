//! The program: the only crate that reads arguments, environment variables and the
//! user's files, prints, and exits.
//!
//! [`cli`] defines every command and option, [`config`] combines them with environment
//! variables, [`output`] prints. Each file of [`commands`] takes arguments, calls a server
//! through `os_api::client`, and prints the outcome. [`server`] runs servers.

mod cli;
mod commands;
mod config;
mod credentials;
mod environment;
mod examples;
mod failure;
mod files;
mod home;
mod output;
mod project;
mod prompt;
mod server;
mod target;
mod watch;

use clap::Parser;
use std::process::ExitCode;

/// Keeps memory low and latency even under many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let output = config::output(cli.command.output());
    match commands::run(cli.command, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(failure::report(output, &error)),
    }
}
