//! Binding a runtime (docs/wire/runtime-connection.md#binding).

use super::{RuntimeConnection, revoke, sql};
use crate::events::Kind;
use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole, scope};
use crate::{Code, EnvironmentId, Error, Result, RuntimeConnectionId};
use os_db::{Tx, now};
use os_http::secret;
use os_identity::organization::OrganizationRole;
use os_identity::{Actor, OrganizationId, Scope};
use serde_json::Value;
use uuid::Uuid;

/// A request to bind a runtime.
#[derive(Debug)]
pub struct Binding {
    pub environment: Option<String>,
    /// `None` for a new runtime, which gets an id.
    pub runtime: Option<Uuid>,
    pub name: String,
    pub runtime_version: Option<String>,
}

/// Binds a runtime and revokes its older token. Returns the connection with the new token, which
/// is not stored.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND` or `RESOURCE_NOT_FOUND` for outsiders, `PERMISSION_DENIED` for others
/// than administrators of the environment or organization.
pub async fn bind(
    tx: &mut Tx,
    actor: &Actor,
    binding: Binding,
) -> Result<(RuntimeConnection, String)> {
    let (organization, environment) =
        binding_target(tx, actor, binding.environment.as_deref()).await?;
    let runtime_id = binding.runtime.unwrap_or_else(Uuid::now_v7);
    for older in sql::list_of_runtime(tx, runtime_id).await? {
        if older.organization_id == organization && older.revoked_at.is_none() {
            revoke(tx, actor, &older).await?;
        }
    }
    let token = secret::random("oscc_");
    let connection = RuntimeConnection {
        id: RuntimeConnectionId::new(),
        runtime_id,
        organization_id: organization,
        environment_id: environment,
        name: binding.name,
        runtime_version: binding.runtime_version,
        account_email: actor.user().map(|user| user.email().to_owned()),
        bound_at: now(),
        last_seen_at: None,
        revoked_at: None,
        followed_since: None,
        observed_generation: None,
        observed_error: None,
    };
    sql::insert(tx, &connection, secret::hash(&token), actor.label()).await.map_err(refuse)?;
    connection
        .event(Kind::RuntimeBound)
        .change(Value::Null, connection.facts())
        .record(tx, actor)
        .await?;
    Ok((connection, token))
}

/// Returns the organization and the environment to bind to. `env_local` means no environment.
async fn binding_target(
    tx: &mut Tx,
    actor: &Actor,
    environment: Option<&str>,
) -> Result<(OrganizationId, Option<EnvironmentId>)> {
    match environment.filter(|it| !matches!(*it, "" | "env_local" | "proj_local")) {
        Some(id) => {
            let (role, scope) = (EnvironmentRole::Admin, Scope::Admin);
            let access = EnvironmentAccess::find(tx, actor, id, role, scope).await?;
            Ok((access.organization(), Some(access.environment())))
        }
        None => {
            let (role, scope) = (OrganizationRole::Admin, Scope::Admin);
            let access = scope::organization(tx, actor, None, role, scope).await?;
            Ok((access.organization(), None))
        }
    }
}

fn refuse(error: os_db::Error) -> Error {
    if os_db::is_duplicate(&error) {
        return Code::Conflict
            .error("the runtime was bound just now by another request; try again");
    }
    error.into()
}
