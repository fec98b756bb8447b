//! The files that store sign-ins (docs/wire/cli.md#credential-files).
//!
//! `~/.objectstack/cloud.json` is written by `os cloud login`, `credentials.json`
//! beside it by `os login`. The original CLI reads and writes the same files.
//! Both are mode 0600.

use crate::config;
use crate::files;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// A sign-in. Unknown members are preserved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    pub url: String,
    pub token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_environment_id: Option<String>,
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// One of the two files.
pub struct Store(PathBuf);

/// The kind of server a command signs in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Cloud,
    Runtime,
}

impl Side {
    /// Returns the file that stores its sign-in.
    pub fn store(self) -> Result<Store> {
        let name = match self {
            Self::Cloud => "cloud.json",
            Self::Runtime => "credentials.json",
        };
        Ok(Store(config::user_folder()?.join(name)))
    }

    /// Returns both sign-ins, its own first: `os start` serves both on one port.
    pub fn stored(self) -> Result<Vec<Credentials>> {
        let files = [self.store()?.read()?, self.other().store()?.read()?];
        Ok(files.into_iter().flatten().collect())
    }

    /// Returns the other kind of server.
    pub fn other(self) -> Self {
        match self {
            Self::Cloud => Self::Runtime,
            Self::Runtime => Self::Cloud,
        }
    }

    /// Returns the prefix of the commands that sign in and out.
    pub fn command(self) -> &'static str {
        match self {
            Self::Cloud => "os cloud",
            Self::Runtime => "os",
        }
    }
}

impl Store {
    /// Reads the sign-in, if there is one.
    pub fn read(&self) -> Result<Option<Credentials>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("could not read {}", self.0.display()));
            }
        };
        let broken = || {
            format!("{} is not a valid sign-in file; delete it and sign in again", self.0.display())
        };
        serde_json::from_str(&text).map(Some).with_context(broken)
    }

    /// Replaces the sign-in.
    pub fn write(&self, credentials: &Credentials) -> Result<()> {
        let folder = self.0.parent().context("a file is in a folder")?;
        files::create_private_folder(folder)?;
        files::write_private(&self.0, &format!("{:#}\n", serde_json::to_value(credentials)?))
    }

    /// Deletes the sign-in.
    pub fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.0.display()))
            }
            _ => Ok(()),
        }
    }

    /// Stores the selected environment in the sign-in to this server. Returns whether there is one.
    pub fn remember_environment(&self, url: &url::Url, id: Option<&str>) -> Result<bool> {
        let Some(mut credentials) = self.read()? else { return Ok(false) };
        if !config::is_same_server(&credentials.url, url) {
            return Ok(false);
        }
        credentials.active_environment_id = id.map(str::to_owned);
        self.write(&credentials)?;
        Ok(true)
    }
}
