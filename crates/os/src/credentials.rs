//! The files in which sign-ins are kept (contract §7.1).
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

/// A sign-in. Members we do not know are kept as they are.
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

/// What a command signs in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Cloud,
    Runtime,
}

impl Side {
    /// The file that keeps its sign-in.
    pub fn store(self) -> Result<Store> {
        let name = match self {
            Self::Cloud => "cloud.json",
            Self::Runtime => "credentials.json",
        };
        Ok(Store(config::user_folder()?.join(name)))
    }

    /// Both sign-ins, its own first: `os start` is both on one port.
    pub fn stored(self) -> Result<Vec<Credentials>> {
        let other = match self {
            Self::Cloud => Self::Runtime,
            Self::Runtime => Self::Cloud,
        };
        let files = [self.store()?.read()?, other.store()?.read()?];
        Ok(files.into_iter().flatten().collect())
    }

    /// The commands that sign in to it and out of it begin with this.
    pub fn command(self) -> &'static str {
        match self {
            Self::Cloud => "os cloud",
            Self::Runtime => "os",
        }
    }
}

impl Store {
    /// What is stored, if anything.
    pub fn read(&self) -> Result<Option<Credentials>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("could not read {}", self.0.display()));
            }
        };
        let broken =
            || format!("{} does not hold a sign-in; remove it and sign in again", self.0.display());
        serde_json::from_str(&text).map(Some).with_context(broken)
    }

    /// Replaces what is stored.
    pub fn write(&self, credentials: &Credentials) -> Result<()> {
        let folder = self.0.parent().context("a file is in a folder")?;
        files::create_private_folder(folder)?;
        files::write_private(&self.0, &format!("{:#}\n", serde_json::to_value(credentials)?))
    }

    /// Forgets what is stored.
    pub fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.0.display()))
            }
            _ => Ok(()),
        }
    }

    /// Remembers which environment commands are about, where a sign-in is stored.
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
