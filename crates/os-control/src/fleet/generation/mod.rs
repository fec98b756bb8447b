//! Everything an environment runs after one change.
//!
//! **Invariant:** numbers go 1, 2, 3, … without gaps, one for each change, in
//! the transaction of the change; a generation never changes. What is stored is
//! complete: secrets of settings too, so that it can be made current again.

mod diff;
mod sql;
mod stored;
mod wire;

pub use diff::diff;

use crate::fleet::environment::{EnvironmentAccess, Locked};
use crate::{Code, Result};
use anyhow::Context;
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_package::StoredSettings;
use uuid::Uuid;

/// A package as it ran.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The manifest id.
    pub package_id: String,
    pub package_row_id: Uuid,
    pub package_version_id: Uuid,
    pub version: String,
    pub checksum: String,
    pub enabled: bool,
    pub with_sample_data: bool,
    pub settings: StoredSettings,
    /// JSON pointers to the settings without which the version does not run.
    pub settings_needed: Vec<String>,
}

impl Entry {
    /// Returns whether a runtime would run both in the same way.
    pub fn runs_like(&self, other: &Self) -> bool {
        self.package_row_id == other.package_row_id
            && self.package_version_id == other.package_version_id
            && self.checksum == other.checksum
            && self.enabled == other.enabled
            && self.with_sample_data == other.with_sample_data
            && self.settings.has_same_values(&other.settings)
    }
}

/// A generation without its list.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Summary {
    pub number: i64,
    pub cause: String,
    pub restored_from: Option<i64>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub package_count: i64,
}

/// A generation.
#[derive(Debug, Clone)]
pub struct Generation {
    pub summary: Summary,
    /// By manifest id.
    pub packages: Vec<Entry>,
}

/// The change that made a generation.
pub struct Cause {
    /// `upgrade com.acme.crm 1.0.0 → 1.1.0`
    pub text: String,
    /// The generation that it made current again.
    pub restored_from: Option<i64>,
}

/// Records `entries`, which the environment runs now, as the generation that
/// `locked` has moved on to.
pub async fn record(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &Locked,
    cause: Cause,
    entries: &[Entry],
) -> Result<()> {
    let packages = stored::write(entries)?;
    let row = sql::Insert {
        environment: locked.environment(),
        number: locked.generation(),
        cause: cause.text,
        restored_from: cause.restored_from,
        by: access.actor().label(),
        package_count: i64::try_from(entries.len()).context("a generation")?,
        packages,
    };
    Ok(sql::insert(tx, row).await?)
}

/// The generations before one of them, newest first.
pub async fn list(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    before: i64,
    limit: i64,
) -> Result<Vec<Summary>> {
    Ok(sql::list(tx, access.environment(), before, limit).await?)
}

/// A generation with its packages.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, access: &EnvironmentAccess, number: i64) -> Result<Generation> {
    let environment = access.environment();
    let found = sql::find(tx, environment, number).await?;
    let summary = found.ok_or_else(|| {
        Code::NotFound.error(format!("the environment has no generation {number}; list them first"))
    })?;
    let text = sql::packages(tx, environment, number).await?;
    let packages = stored::read(tx, &text).await.with_context(|| format!("generation {number}"))?;
    Ok(Generation { summary, packages })
}
