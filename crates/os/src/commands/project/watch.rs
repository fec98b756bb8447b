//! `os compile --watch`

use super::{artifact_path, options, tell, write};
use crate::cli::Compile;
use crate::output::Output;
use crate::project::{compiled, open};
use crate::watch::Watch;
use anyhow::Result;
use std::fs;
use std::time::Instant;

/// Compiles whenever a file of the project changes, until it is stopped.
pub fn run(arguments: &Compile, output: Output) -> Result<()> {
    let (project, mut compiler) = open(&arguments.project, options(arguments))?;
    let artifact = artifact_path(arguments, &project);
    let mut watch = Watch::new(project.root())?;
    loop {
        let started = Instant::now();
        // What is wrong has been said; the next change may mend it.
        if let Ok(compiled) = compiled(&mut compiler, &project, output) {
            let size = write(&compiled, &artifact)?;
            tell(&compiled, &artifact, size, started, output);
        }
        // Our own artifact is no change, wherever it is written.
        let own = fs::canonicalize(&artifact).unwrap_or_else(|_| artifact.clone());
        while watch.next().iter().all(|file| project.root().join(file) == own) {}
    }
}
