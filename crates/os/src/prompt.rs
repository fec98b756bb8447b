//! Questions on the terminal.

use crate::cli::Confirm;
use crate::failure::Failure;
use crate::output::Output;
use anyhow::{Context, Result};
use std::io::{self, IsTerminal};

/// Returns whether there is a terminal to ask on.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line.
pub fn line(output: Output, question: &str) -> Result<String> {
    output.ask(&format!("{question}: "));
    read_line()
}

/// Asks for a password without echo.
pub fn password(question: &str) -> Result<String> {
    rpassword::prompt_password(format!("{question}: ")).context("could not read the password")
}

/// Reads one line of standard input.
pub fn read_line() -> Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("could not read standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for confirmation; scripts pass `--yes`.
///
/// # Errors
/// Without a yes, and without a terminal to ask on.
pub fn confirm(output: Output, confirm: Confirm, question: &str) -> Result<()> {
    if confirm.yes {
        return Ok(());
    }
    if !is_interactive() {
        let message = format!("confirmation required: {question}");
        return Err(Failure::usage(message).hint("pass `--yes`").into());
    }
    output.ask(&format!("{question} [y/N] "));
    match read_line()?.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::new("cancelled; nothing changed").into()),
    }
}
