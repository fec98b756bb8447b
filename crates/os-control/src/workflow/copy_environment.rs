//! Installing in a new environment what another one runs.

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::installation;
use crate::{Config, EnvironmentId, Result};
use os_db::Tx;
use os_identity::{Actor, Scope};

/// Installs in a new environment what another one runs, where the actor may
/// install in both.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND`, `PERMISSION_DENIED`, and those of an installation.
pub async fn copy_environment(
    tx: &mut Tx,
    config: &Config,
    actor: &Actor,
    from: &str,
    to: EnvironmentId,
) -> Result<()> {
    let maker = EnvironmentRole::Maker;
    let from = EnvironmentAccess::find(tx, actor, from, maker, Scope::Install).await?;
    let to = EnvironmentAccess::find(tx, actor, &to.to_string(), maker, Scope::Admin).await?;
    installation::copy(tx, config, &from, &to).await
}
