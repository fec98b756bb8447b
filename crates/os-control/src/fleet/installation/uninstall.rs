//! Uninstalling a package from an environment. Its data stays in the runtime.

use super::change::{Action, Change};
use super::{Installation, rules, sql};
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use os_db::Tx;

/// Uninstalls a package; with `force` even if other packages need it.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED`, `DEPENDENT_PACKAGES`, `PLATFORM_SCOPED_PACKAGE`.
pub async fn uninstall(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    force: bool,
) -> Result<Installation> {
    let mut change = Change::begin(tx, access).await?;
    let gone = super::get(change.tx, access, package).await?;
    rules::installed_scope(&gone)?;
    if !force {
        let installed = rules::facts(&change.installed().await?)?;
        let environment = change.locked().environment_type();
        rules::nobody_depends(environment, &gone.installed()?, &installed)?;
    }
    sql::delete(change.tx, gone.id).await?;
    change.finish(Action::Uninstall, &gone.manifest_id, Some(&gone)).await
}
