//! Copying the packages of an environment into a new one.

use crate::fleet::environment::{self, Environment, EnvironmentAccess, EnvironmentRole};
use crate::fleet::installation::{self, LeftOut};
use crate::{Config, Result};
use os_db::Tx;
use os_identity::{Actor, Scope};

/// Installs the packages of an environment in a new one, for an actor who administrates both.
/// Returns the new environment, and the secret settings that were left out because it belongs to
/// another organization.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND`, `PERMISSION_DENIED`, and those of an installation.
pub async fn copy_environment(
    tx: &mut Tx,
    config: &Config,
    actor: &Actor,
    from: &str,
    to: &Environment,
) -> Result<(Environment, Vec<LeftOut>)> {
    let (admin, maker) = (EnvironmentRole::Admin, EnvironmentRole::Maker);
    let from = EnvironmentAccess::find(tx, actor, from, admin, Scope::Admin).await?;
    let to = EnvironmentAccess::find(tx, actor, &to.id.to_string(), maker, Scope::Admin).await?;
    let left_out = installation::copy(tx, config, &from, &to).await?;
    Ok((environment::get(tx, &to).await?, left_out))
}
