//! Proof of the role of an actor in an environment.

use super::sql::{self, AccessFacts};
use super::{EnvironmentRole, EnvironmentType};
use crate::{Code, EnvironmentId, Error, Result};
use os_db::Tx;
use os_identity::organization::OrganizationRole;
use os_identity::{Actor, OrganizationId, Principal, Scope, UserPrincipal};

/// Proof that an actor has a role in an environment.
///
/// **Invariant:** the only makers are [`EnvironmentAccess::find`] and
/// [`EnvironmentAccess::find_for_delete`].
#[derive(Debug, Clone)]
pub struct EnvironmentAccess {
    actor: Actor,
    organization: OrganizationId,
    environment: EnvironmentId,
    environment_type: EnvironmentType,
    role: EnvironmentRole,
}

impl EnvironmentAccess {
    /// Checks that the actor has at least the role `needed` in the environment,
    /// and that their credential has the scope.
    ///
    /// # Errors
    /// `ENVIRONMENT_NOT_FOUND` for outsiders, `PERMISSION_DENIED` for too low a role or scope.
    pub async fn find(
        tx: &mut Tx,
        actor: &Actor,
        id: &str,
        needed: EnvironmentRole,
        scope: Scope,
    ) -> Result<Self> {
        let (id, facts) = facts(tx, actor, id).await?;
        let role = role(actor, id, &facts).ok_or_else(|| unknown(&id.to_string()))?;
        let access = Self::new(actor, id, &facts, role);
        access.require(needed, scope)?;
        Ok(access)
    }

    /// Checks that the access is one of at least the role `needed`, by a credential with the
    /// scope. Rules call it, so that a weaker guard on their handler opens nothing.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn require(&self, needed: EnvironmentRole, scope: Scope) -> Result<()> {
        if self.role < needed {
            return Err(Code::PermissionDenied.error(format!(
                "this needs the role {} or higher in the environment; yours is {}",
                needed.as_str(),
                self.role.as_str()
            )));
        }
        self.actor.must_allow(scope)
    }

    /// Checks that the actor may delete the environment: its administrators and
    /// platform administrators.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub async fn find_for_delete(tx: &mut Tx, actor: &Actor, id: &str) -> Result<Self> {
        if !actor.is_platform_admin() {
            return Self::find(tx, actor, id, EnvironmentRole::Admin, Scope::Admin).await;
        }
        let (id, facts) = facts(tx, actor, id).await?;
        Ok(Self::new(actor, id, &facts, EnvironmentRole::Owner))
    }

    fn new(actor: &Actor, id: EnvironmentId, facts: &AccessFacts, role: EnvironmentRole) -> Self {
        Self {
            actor: actor.clone(),
            organization: facts.organization_id,
            environment: id,
            environment_type: facts.environment_type,
            role,
        }
    }

    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The organization of the environment.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The environment.
    pub fn environment(&self) -> EnvironmentId {
        self.environment
    }

    /// The type of the environment when the access was made.
    pub fn environment_type(&self) -> EnvironmentType {
        self.environment_type
    }

    /// The highest role of the actor in the environment.
    pub fn role(&self) -> EnvironmentRole {
        self.role
    }
}

async fn facts(tx: &mut Tx, actor: &Actor, id: &str) -> Result<(EnvironmentId, AccessFacts)> {
    let Ok(parsed) = id.parse() else { return Err(unknown(id)) };
    let user = actor.user().map(|user| user.id());
    let facts = sql::access_facts(tx, parsed, user).await?;
    facts.map(|facts| (parsed, facts)).ok_or_else(|| unknown(id))
}

fn role(actor: &Actor, id: EnvironmentId, facts: &AccessFacts) -> Option<EnvironmentRole> {
    match actor.principal() {
        Principal::Service | Principal::System(_) => Some(EnvironmentRole::Owner),
        Principal::Runtime(runtime) => match runtime.environment() {
            Some(bound) => (bound == id.0).then_some(EnvironmentRole::Maker),
            None => {
                (runtime.organization() == facts.organization_id).then_some(EnvironmentRole::Reader)
            }
        },
        Principal::User(user) => role_of_user(user, facts),
    }
}

fn role_of_user(user: &UserPrincipal, facts: &AccessFacts) -> Option<EnvironmentRole> {
    // An API key of one organization gives no access to another.
    let is_locked_out = user.confined_to().is_some_and(|only| only != facts.organization_id);
    if is_locked_out {
        return None;
    }
    let as_member = facts.organization_role.map(|role| match role {
        OrganizationRole::Owner => EnvironmentRole::Owner,
        OrganizationRole::Admin => EnvironmentRole::Admin,
        _ => EnvironmentRole::Reader,
    });
    as_member.max(facts.role)
}

fn unknown(id: &str) -> Error {
    Code::EnvironmentNotFound.error(format!("there is no environment `{id}` that you may see"))
}
