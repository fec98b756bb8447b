//! The credential file (docs/wire/runtime-connection.md#credential-file).

use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::Path;

/// The credential of a bound runtime.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credential {
    /// `oscc_…`; empty once unbound.
    pub runtime_token: String,
    /// The id of this runtime; kept after unbinding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_plane_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound_at: Option<String>,
}

/// Reads the file. A missing or damaged file counts as none, so that the runtime starts.
pub fn read(path: &Path) -> Credential {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Credential::default(),
        Err(error) => return unreadable(path, &error.to_string()),
    };
    serde_json::from_str(&text).unwrap_or_else(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &Path, reason: &str) -> Credential {
    let file = path.display();
    tracing::warn!(%file, reason, "the credential cannot be read; bind this runtime again");
    Credential::default()
}

/// Replaces the file atomically; only its owner may read it.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, credential: &Credential) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let next = path.with_extension("json.next");
    let text = serde_json::to_string_pretty(credential)?;
    match fs::remove_file(&next) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&next)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&next, path)
}
