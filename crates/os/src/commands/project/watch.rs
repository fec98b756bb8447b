//! `os compile --watch`

use super::{artifact_path, compiled, open, tell, write};
use crate::cli::Compile;
use crate::output::Output;
use anyhow::Result;
use os_compile::Places;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How often files are looked at. A person does not notice it, nor does a battery.
const INTERVAL: Duration = Duration::from_millis(100);

/// Compiles whenever a file of the project changes, until it is stopped.
pub fn run(arguments: &Compile, output: Output) -> Result<()> {
    let (project, mut compiler) = open(&arguments.project, Places::Errors)?;
    let artifact = artifact_path(arguments, &project);
    let mut seen = None;
    loop {
        let now = newest(project.root());
        if seen != Some(now) {
            seen = Some(now);
            let started = Instant::now();
            // What is wrong has been said; the next change may mend it.
            if let Ok(compiled) = compiled(&mut compiler, &project, output) {
                let size = write(&compiled, &artifact)?;
                tell(&compiled, &artifact, size, started, output);
            }
        }
        thread::sleep(INTERVAL);
    }
}

/// The number of source files beneath a folder, and when the last of them changed.
fn newest(folder: &Path) -> (usize, Option<SystemTime>) {
    const SKIPPED: [&str; 3] = ["node_modules", "dist", "target"];
    let (mut number, mut newest) = (0, None);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || SKIPPED.contains(&name.as_ref()) {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            let (inner, changed) = self::newest(&entry.path());
            (number, newest) = (number + inner, newest.max(changed));
        } else {
            (number, newest) = (number + 1, newest.max(metadata.modified().ok()));
        }
    }
    (number, newest)
}
