//! Deleting environments. Their installations and generations go with them, the
//! history and the events of them stay.

use super::{Environment, EnvironmentAccess, lock_any, sql};
use crate::events::{Event, Kind};
use crate::{Code, Result};
use os_db::Tx;
use os_identity::Actor;
use os_identity::organization::OrganizationAccess;
use serde_json::Value;

/// Deletes an environment (docs/wire/environments.md#life-cycle).
///
/// # Errors
/// `ENVIRONMENT_PROTECTED` for a system one, and for the default one without `force`.
pub async fn delete(tx: &mut Tx, access: &EnvironmentAccess, force: bool) -> Result<()> {
    let gone = lock_any(tx, access).await?;
    refuse_system(&gone)?;
    if gone.is_default && !force {
        return Err(Code::EnvironmentProtected.error(
            "this is the default environment of its organization; make another one the default first, or add `?force=1`",
        ));
    }
    delete_row(tx, access.actor(), &gone).await
}

/// Deletes all environments of an organization that is about to be deleted; the
/// default one goes with the others. Returns their number.
///
/// # Errors
/// `ENVIRONMENT_PROTECTED` when one is a system environment.
pub async fn delete_all_of_organization(tx: &mut Tx, access: &OrganizationAccess) -> Result<usize> {
    let all = sql::list_of_organization(tx, access.organization()).await?;
    for gone in &all {
        refuse_system(gone)?;
        sql::lock(tx, gone.id).await?;
        delete_row(tx, access.actor(), gone).await?;
    }
    Ok(all.len())
}

fn refuse_system(environment: &Environment) -> Result<()> {
    if environment.is_system {
        return Err(Code::EnvironmentProtected.error("a system environment cannot be deleted"));
    }
    Ok(())
}

async fn delete_row(tx: &mut Tx, actor: &Actor, gone: &Environment) -> Result<()> {
    Event::new(Kind::EnvironmentDeleted, gone.subject())
        .organization(gone.organization_id)
        .environment(gone.id)
        .change(gone.facts(), Value::Null)
        .record(tx, actor)
        .await?;
    Ok(sql::delete(tx, gone.id).await?)
}
