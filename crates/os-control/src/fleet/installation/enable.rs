//! Enabling and disabling an installed package
//! (docs/wire/installations.md#enable-and-disable).

use super::change::{Action, Change};
use super::{Installation, rules, sql};
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use os_db::Tx;
use os_package::Installed;

/// Enables an installation whose dependencies are installed and enabled.
///
/// # Errors
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub async fn enable(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
) -> Result<Installation> {
    switch(tx, access, package, Action::Enable, |itself, all| {
        rules::needs(access.environment_type(), itself, all)
    })
    .await
}

/// Disables an installation; with `force` even if other packages need it.
///
/// # Errors
/// `DEPENDENT_PACKAGES`, `PLATFORM_SCOPED_PACKAGE`.
pub async fn disable(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    force: bool,
) -> Result<Installation> {
    switch(tx, access, package, Action::Disable, |itself, all| {
        if force { Ok(()) } else { rules::nobody_depends(access.environment_type(), itself, all) }
    })
    .await
}

async fn switch(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    action: Action,
    check: impl Fn(&Installed, &[Installed]) -> Result<()>,
) -> Result<Installation> {
    let mut change = Change::begin(tx, access).await?;
    let before = super::get(change.tx, access, package).await?;
    let enabled = action == Action::Enable;
    if action == Action::Disable {
        rules::installed_scope(&before)?;
    }
    if before.enabled == enabled {
        return Ok(before);
    }
    check(&before.installed()?, &rules::facts(&change.installed().await?)?)?;
    let state = sql::State { enabled, ..sql::State::of(&before) };
    sql::set_state(change.tx, before.id, state).await?;
    change.finish(action, &before.manifest_id, Some(&before)).await
}
