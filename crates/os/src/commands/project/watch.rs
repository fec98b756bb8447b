//! `os compile --watch`

use super::{artifact_path, options, report, write};
use crate::cli::Compile;
use crate::output::Output;
use crate::project::{compiled, open};
use crate::watch::Watch;
use anyhow::Result;
use std::fs;
use std::time::Instant;

/// Compiles on every change of the project until it is stopped.
pub fn run(arguments: &Compile, output: Output) -> Result<()> {
    let (project, mut compiler) = open(&arguments.project, options(arguments))?;
    let artifact = artifact_path(arguments, &project);
    let mut watch = Watch::new(project.root())?;
    loop {
        let started = Instant::now();
        // The errors are printed; the next change may fix them.
        if let Ok(compiled) = compiled(&mut compiler, &project, output) {
            let size = write(&compiled, &artifact)?;
            report(&compiled, &artifact, size, started, output);
        }
        // Writing the artifact is not a change, wherever it is.
        let own = fs::canonicalize(&artifact).unwrap_or_else(|_| artifact.clone());
        while watch.next().iter().all(|file| project.root().join(file) == own) {}
    }
}
