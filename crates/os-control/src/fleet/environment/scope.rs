//! The organization of a request, and its production environment.

use crate::fleet::environment::{Environment, sql};
use crate::{Code, Result};
use os_db::Tx;
use os_identity::organization::{self, OrganizationAccess, OrganizationRole};
use os_identity::{Actor, OrganizationId, Principal, Scope};

/// Returns the access to the named organization, else to the active one, else to the only one. `__session__` names none (docs/wire/environments.md#create).
///
/// # Errors
/// `MISSING_REQUIRED_FIELD` when none of them is clear, and those of the access.
pub async fn organization(
    tx: &mut Tx,
    actor: &Actor,
    named: Option<&str>,
    role: OrganizationRole,
    scope: Scope,
) -> Result<OrganizationAccess> {
    let id = match named.filter(|it| !it.is_empty() && *it != "__session__") {
        Some(text) => text.parse().map_err(|_| {
            Code::NotFound
                .error(format!("there is no organization `{text}` that you are a member of"))
        })?,
        None => active(tx, actor).await?,
    };
    organization::access(tx, actor, id, role, scope).await
}

/// Returns the active organization of the actor, or their only one.
async fn active(tx: &mut Tx, actor: &Actor) -> Result<OrganizationId> {
    let unclear = || {
        Code::MissingRequiredField.error(
            "`organization_id` is required: no organization is active and you belong to several",
        )
    };
    if let Principal::Runtime(runtime) = actor.principal() {
        return Ok(runtime.organization());
    }
    let user = actor.user().ok_or_else(unclear)?;
    if let Some(active) = user.active_organization() {
        return Ok(active);
    }
    match organization::list_of(tx, user.id()).await?.as_slice() {
        [only] => Ok(only.id),
        _ => Err(unclear()),
    }
}

/// Returns the production environment that a browser is redirected to: the default one if it is
/// for production.
pub async fn production(tx: &mut Tx, access: &OrganizationAccess) -> Result<Option<Environment>> {
    let all = sql::list_of_organization(tx, access.organization()).await?;
    let mut live: Vec<Environment> = all.into_iter().filter(|it| it.is_live_production()).collect();
    live.sort_by_key(|it| !it.is_default);
    Ok(live.into_iter().next())
}
