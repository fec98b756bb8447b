//! Pages of installations: finding a package, installing it, changing it.

pub mod change;
pub mod install;
pub mod search;
pub mod settings;
mod settings_form;
pub mod show;

use anyhow::Context;
use os_control::Result;
use os_control::fleet::environment::EnvironmentAccess;
use os_control::fleet::installation::{self, Installation, rules};
use os_db::Tx;
use os_package::VersionNumber;
use os_plan::admission::{self, Dependent};
use serde::Deserialize;

/// The package of a path.
#[derive(Deserialize)]
pub struct Address {
    package: String,
}

/// The path of an installation.
pub fn base(access: &EnvironmentAccess, manifest_id: &str) -> String {
    format!("/environments/{}/packages/{manifest_id}", access.environment())
}

/// Returns the installed packages that need this one; with a version, those that
/// it does not satisfy.
pub async fn dependents(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    row: &Installation,
    at: Option<&VersionNumber>,
) -> Result<Vec<Dependent>> {
    let all = rules::facts(&installation::list(tx, access).await?)?;
    let id = row.manifest_id.parse().context("sys_package.manifest_id")?;
    Ok(admission::dependents(&id, at, &all))
}
