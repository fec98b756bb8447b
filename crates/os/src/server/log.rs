//! The log of a server.

use crate::cli::{LogArgs, LogFormat};
use crate::failure::Failure;
use anyhow::Result;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Writes the log to standard error.
pub fn to_stderr(arguments: &LogArgs) -> Result<()> {
    let targets = targets(&arguments.level)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    match arguments.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
        LogFormat::Text => {
            let colour = crate::config::variable("NO_COLOR").is_none()
                && std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(lines.with_ansi(colour).with_target(false)).init();
        }
    }
    Ok(())
}

/// Reads `info`, or `info,os_control=debug`: a level alone is for all modules.
fn targets(text: &str) -> Result<Targets> {
    let wrong = |part: &str| {
        Failure::usage(format!("`{part}` is not a log level"))
            .hint("write `--log` (OS_LOG) like info, or like info,os_control=debug")
    };
    let mut targets = Targets::new();
    let text = if text.is_empty() { "info" } else { text };
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (module, level) = part.rsplit_once('=').unwrap_or(("", part));
        let level: LevelFilter = level.parse().map_err(|_| wrong(part))?;
        targets = match module {
            "" => targets.with_default(level),
            module => targets.with_target(module, level),
        };
    }
    Ok(targets)
}
