//! The artifact that a runtime is started with (docs/wire/runtime-install.md#start-artifact).

use crate::cli::ArtifactArgs;
use crate::config::variable;
use anyhow::{Context, Result};
use os_runtime::ArtifactSource;
use serde_json::Value;
use std::path::Path;

/// The default path of the artifact, from the working folder.
const DEFAULT_ARTIFACT_PATH: &str = "dist/objectstack.json";

/// Reads the artifact that was named, or else the one in a usual place.
///
/// # Errors
/// When one that was named is not there, or is not what its checksum says.
pub async fn read(arguments: &ArtifactArgs, home: &Path) -> Result<Option<Value>> {
    let Some(text) = source(arguments, home) else { return Ok(None) };
    let source: ArtifactSource =
        text.parse().context("could not understand `--artifact` (OS_ARTIFACT_URL)")?;
    tracing::info!(%source, "starting with an artifact");
    let home = home.to_owned();
    let reading = tokio::task::spawn_blocking(move || source.read(&home));
    reading.await?.map(Some).context("could not start with the artifact")
}

/// Returns the flag or `OS_ARTIFACT_URL`, then the older names of it, then a build in the
/// working directory or the home folder.
fn source(arguments: &ArtifactArgs, home: &Path) -> Option<String> {
    if arguments.empty {
        return None;
    }
    let named = arguments.artifact.clone().filter(|text| !text.is_empty());
    let variables = ["OS_ARTIFACT_PATH", "OS_ARTIFACT_FILE"];
    named.or_else(|| variables.into_iter().find_map(variable)).or_else(|| {
        let places =
            [Path::new(DEFAULT_ARTIFACT_PATH).to_owned(), home.join(DEFAULT_ARTIFACT_PATH)];
        let found = places.into_iter().find(|place| place.is_file());
        found.map(|place| place.display().to_string())
    })
}
