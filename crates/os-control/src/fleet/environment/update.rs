//! Updating an environment and its status (docs/wire/environments.md#life-cycle).

use super::admission::runs_in;
use super::{
    Changes, Environment, EnvironmentAccess, EnvironmentStatus, EnvironmentType, finish_change,
    lock_any, sql,
};
use crate::{Code, EnvironmentId, Result};
use os_db::{Tx, now};
use os_identity::{organization, session};
use os_plan::admission::Allow;
use serde_json::Value;

/// Updates an environment, all of the fields or none.
///
/// # Errors
/// `INVALID_STATE` for a status that does not follow; `DRAFT_NOT_ALLOWED` when it
/// would become production and runs drafts or pre-releases.
pub async fn update(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    changes: Changes,
) -> Result<Environment> {
    if changes.is_default == Some(true) {
        organization::lock(tx, access.organization()).await?;
    }
    let before = lock_any(tx, access).await?;
    let after = apply(&before, changes)?;
    let becomes_production = before.environment_type != after.environment_type
        && after.environment_type == EnvironmentType::Production;
    if becomes_production {
        all_fit_production(tx, access.environment()).await?;
    }
    if after.is_default && !before.is_default {
        sql::unset_default(tx, access.organization()).await?;
    }
    sql::update(tx, &after).await?;
    finish_change(tx, access, &before, &after).await
}

fn apply(before: &Environment, changes: Changes) -> Result<Environment> {
    let mut after = before.clone();
    if let Some(status) = changes.status {
        if !before.status.may_become(status) {
            return Err(Code::InvalidState.error(format!(
                "`status` cannot go from {} to {}; {}",
                before.status.as_str(),
                status.as_str(),
                remedy(before.status)
            )));
        }
        after.status = status;
    }
    after.display_name = changes.display_name.unwrap_or(after.display_name);
    after.plan = changes.plan.unwrap_or(after.plan);
    after.is_default = changes.is_default.unwrap_or(after.is_default);
    after.visibility = changes.visibility.unwrap_or(after.visibility);
    after.environment_type = changes.environment_type.unwrap_or(after.environment_type);
    if let Some(metadata) = changes.metadata {
        after.metadata = Value::Object(metadata).to_string();
    }
    Ok(after)
}

fn remedy(status: EnvironmentStatus) -> &'static str {
    match status {
        EnvironmentStatus::Failed | EnvironmentStatus::Provisioning => {
            "use POST …/retry to finish provisioning"
        }
        EnvironmentStatus::Active => "an active one can be suspended, archived or migrating",
        _ => "make it active first",
    }
}

/// Finishes provisioning at once, as it needs nothing that could fail.
///
/// # Errors
/// `INVALID_STATE` unless it failed or never ended.
pub async fn retry(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Environment> {
    let before = lock_any(tx, access).await?;
    if !matches!(before.status, EnvironmentStatus::Failed | EnvironmentStatus::Provisioning) {
        return Err(Code::InvalidState.error(format!(
            "the environment is {}; only a failed or provisioning one can be retried",
            before.status.as_str()
        )));
    }
    let (status, at) = (EnvironmentStatus::Active, Some(now()));
    let after = Environment { status, provisioned_at: at, ..before.clone() };
    sql::update(tx, &after).await?;
    finish_change(tx, access, &before, &after).await
}

/// Makes it the active environment of the caller's session. Returns false for a
/// caller without a session.
pub async fn activate(tx: &mut Tx, access: &EnvironmentAccess) -> Result<bool> {
    match access.actor().user().and_then(|user| user.session()) {
        Some(session) => session::set_environment(tx, session, access.environment()).await,
        None => Ok(false),
    }
}

/// Checks that all installed versions may run in production.
///
/// # Errors
/// `DRAFT_NOT_ALLOWED`, naming the versions that may not.
async fn all_fit_production(tx: &mut Tx, environment: EnvironmentId) -> Result<()> {
    let fits = |it: &sql::InstalledStage| {
        runs_in(EnvironmentType::Production, it.status, it.is_pre_release, Allow::ALL)
    };
    let installed = sql::installed_stages(tx, environment).await?;
    let unfit = installed.iter().filter(|it| !fits(it));
    let unfit: Vec<_> = unfit.map(|it| format!("{} {}", it.manifest_id, it.version)).collect();
    if unfit.is_empty() {
        return Ok(());
    }
    Err(Code::DraftNotAllowed.error(format!(
        "`env_type` cannot become production while drafts or pre-releases are installed: {}; move them to published, stable versions first",
        unfit.join(", ")
    )))
}
