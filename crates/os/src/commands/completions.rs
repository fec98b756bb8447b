//! `os completions`.

use crate::cli::Cli;
use crate::output::Output;
use clap::CommandFactory;
use clap_complete::Shell;

/// Prints the script for a shell.
pub fn run(shell: Shell, output: Output) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "os", &mut script);
    output.line(String::from_utf8_lossy(&script).trim_end());
}
