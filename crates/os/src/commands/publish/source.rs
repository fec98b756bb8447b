//! The artifact to publish: from a file, or compiled from a project.
//!
//! **Invariant:** a named file or project is what is published. Without a name, a project in this
//! folder wins over an artifact in it, which may be older than its sources.

use crate::failure::Failure;
use crate::output::Output;
use crate::project;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The default output of `os compile`.
const DEFAULT_ARTIFACT: &str = "dist/objectstack.json";

/// An artifact and its origin.
pub struct Source {
    pub artifact: Value,
    /// The file, or the folder of the project.
    pub path: PathBuf,
    /// The folder with `objectstack.manifest.json`.
    pub folder: PathBuf,
}

impl Source {
    /// Finds the artifact, and prints where it was found if it was not named.
    ///
    /// # Errors
    /// If the project does not compile, or the file is not an artifact.
    pub fn find(named: Option<&Path>, output: Output) -> Result<Self> {
        let path = named.unwrap_or(Path::new("."));
        if project::is_project(path) {
            return Self::compile(path, named.is_none(), output);
        }
        if path.is_dir() && named.is_some() {
            return Err(project::missing(path).into());
        }
        let path = named.unwrap_or(Path::new(DEFAULT_ARTIFACT)).to_owned();
        Ok(Self { artifact: read(&path)?, path, folder: PathBuf::from(".") })
    }

    fn compile(path: &Path, is_default: bool, output: Output) -> Result<Self> {
        let started = Instant::now();
        let (project, artifact) = project::artifact(path, output)?;
        let root = project.root().to_owned();
        if !output.is_json() {
            let duration = started.elapsed().as_millis();
            let named = project::named(&artifact);
            output.note(format!("compiled {named} from {} ({duration} ms)", project.config()));
            if is_default && root.join(DEFAULT_ARTIFACT).exists() {
                output
                    .note(format!("{DEFAULT_ARTIFACT} is not used; name it to publish it instead"));
            }
        }
        Ok(Self { artifact, path: root.clone(), folder: root })
    }
}

fn read(path: &Path) -> Result<Value> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|error| {
        Failure::new(format!("could not read the artifact {shown}: {error}")).hint(
            "run it in a project, or name a project or an artifact; `os init` creates a project",
        )
    })?;
    let artifact: Value = serde_json::from_slice(&bytes)
        .with_context(|| format!("the artifact {shown} is not JSON"))?;
    if !artifact.is_object() {
        return Err(Failure::new(format!("the artifact {shown} is not a JSON object")).into());
    }
    Ok(artifact)
}
