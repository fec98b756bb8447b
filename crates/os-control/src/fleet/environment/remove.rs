//! Deleting an environment. Its installations and generations go with it, the
//! history and the events of them stay.

use super::{sql, update};
use crate::events::{Event, Kind};
use crate::http::guards::EnvironmentAccess;
use crate::{Code, Result};
use os_db::Tx;
use os_identity::organization::OrganizationAccess;
use serde_json::Value;

/// Deletes an environment (contract §2.4, E5).
///
/// # Errors
/// `ENVIRONMENT_PROTECTED` for a system one, and for the default one without `force`.
pub async fn delete(tx: &mut Tx, access: &EnvironmentAccess, force: bool) -> Result<()> {
    let gone = update::take(tx, access).await?;
    if gone.is_system {
        return Err(Code::EnvironmentProtected.error("a system environment cannot be deleted"));
    }
    if gone.is_default && !force {
        return Err(Code::EnvironmentProtected.error(
            "this is the default environment of its organization; make another one the default first, or add `?force=1`",
        ));
    }
    Event::new(Kind::EnvironmentDeleted, gone.subject())
        .organization(access.organization)
        .environment(access.environment)
        .change(gone.facts(), Value::Null)
        .record(tx, &access.actor)
        .await?;
    Ok(sql::delete(tx, access.environment).await?)
}

/// Deletes every environment of an organization that is deleted, the system and the
/// default one as well; returns how many they were.
pub async fn delete_all_of(tx: &mut Tx, access: &OrganizationAccess) -> Result<usize> {
    let organization = access.organization();
    let environments = sql::list_of_organization(tx, organization).await?;
    for gone in &environments {
        Event::new(Kind::EnvironmentDeleted, gone.subject())
            .organization(organization)
            .environment(gone.id)
            .change(gone.facts(), Value::Null)
            .record(tx, access.actor())
            .await?;
    }
    sql::delete_all_of(tx, organization).await?;
    Ok(environments.len())
}
