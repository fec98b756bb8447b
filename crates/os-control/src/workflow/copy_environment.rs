//! Copying the packages of an environment into a new one.

use crate::fleet::environment::{self, Environment, EnvironmentAccess, EnvironmentRole};
use crate::fleet::installation;
use crate::{Config, Result};
use os_db::Tx;
use os_identity::{Actor, Scope};

/// Installs the packages of an environment in a new one, for an actor who may install in both.
/// Returns the new environment.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND`, `PERMISSION_DENIED`, and those of an installation.
pub async fn copy_environment(
    tx: &mut Tx,
    config: &Config,
    actor: &Actor,
    from: &str,
    to: &Environment,
) -> Result<Environment> {
    let maker = EnvironmentRole::Maker;
    let from = EnvironmentAccess::find(tx, actor, from, maker, Scope::Install).await?;
    let to = EnvironmentAccess::find(tx, actor, &to.id.to_string(), maker, Scope::Admin).await?;
    installation::copy(tx, config, &from, &to).await?;
    environment::get(tx, &to).await
}
