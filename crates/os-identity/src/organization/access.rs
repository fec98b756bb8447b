//! Proof of a role in an organization.

use super::{OrganizationRole, role_of, sql};
use crate::actor::{Actor, Principal, Scope};
use crate::ids::OrganizationId;
use crate::{Code, Result};
use os_db::Tx;

/// Proof that an actor has a role in an organization. Only [`access`] and [`for_change`]
/// make one.
#[derive(Debug, Clone)]
pub struct OrganizationAccess {
    actor: Actor,
    organization: OrganizationId,
    role: OrganizationRole,
}

impl OrganizationAccess {
    /// The actor that has the role.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The organization.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The role.
    pub fn role(&self) -> OrganizationRole {
        self.role
    }
}

/// Checks that the actor has at least the role `needed` in an organization, and a
/// credential with `scope`.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for outsiders, `PERMISSION_DENIED` for too low a role or scope.
pub async fn access(
    tx: &mut Tx,
    actor: &Actor,
    id: OrganizationId,
    needed: OrganizationRole,
    scope: Scope,
) -> Result<OrganizationAccess> {
    let role = match actor.principal() {
        Principal::Service | Principal::System(_) => Some(OrganizationRole::Owner),
        Principal::Runtime(runtime) => {
            (runtime.organization() == id).then_some(OrganizationRole::Member)
        }
        // A key that was created for one organization opens no other.
        Principal::User(user) if user.confined_to().is_some_and(|only| only != id) => None,
        Principal::User(user) => role_of(tx, id, user.id()).await?,
    };
    let role = role.ok_or_else(|| {
        Code::NotFound.error(format!("there is no organization `{id}` that you are a member of"))
    })?;
    if role < needed {
        return Err(Code::PermissionDenied.error(format!(
            "this needs the role {} or higher in the organization; yours is {}",
            needed.as_str(),
            role.as_str()
        )));
    }
    actor.must_allow(scope)?;
    Ok(OrganizationAccess { actor: actor.clone(), organization: id, role })
}

/// As [`access`], for a change of an organization or its members. Such changes of one
/// organization wait for each other until the transaction ends.
///
/// # Errors
/// As [`access`].
pub async fn for_change(
    tx: &mut Tx,
    actor: &Actor,
    id: OrganizationId,
    needed: OrganizationRole,
) -> Result<OrganizationAccess> {
    sql::touch(tx, id).await?;
    access(tx, actor, id, needed, Scope::Admin).await
}
