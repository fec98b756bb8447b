//! Taking a package out of an environment. Its data stays where it runs.

use super::record::{Action, record};
use super::{Installation, rules, sql};
use crate::Result;
use crate::fleet::environment;
use crate::http::guards::EnvironmentAccess;
use os_db::Tx;

/// Uninstalls a package; with `force` even if others need it.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED`, `DEPENDENT_PACKAGES`, `PLATFORM_SCOPED_PACKAGE`.
pub async fn uninstall(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    force: bool,
) -> Result<Installation> {
    let mut locked = environment::lock_for_people(tx, access).await?;
    let gone = super::get(tx, locked.id, package).await?;
    rules::installed_scope(&gone)?;
    if !force {
        let installed = rules::installed(tx, locked.id).await?;
        rules::nobody_depends(locked.environment_type, &gone.installed()?, &installed)?;
    }
    sql::delete(tx, gone.id).await?;
    let subject = (gone.manifest_id.as_str(), Some(&gone));
    record(tx, access, &mut locked, Action::Uninstall, subject).await
}
