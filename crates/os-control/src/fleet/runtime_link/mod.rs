//! A runtime that is bound to an organization, and perhaps to one environment.
//!
//! **Invariant:** the token (`oscc_…`) is shown once and stored as its hash; a revoked one is
//! refused; a runtime has one live connection per organization.

mod access;
mod bind;
mod desired;
mod report;
mod sql;
mod wire;

pub use access::RuntimeAccess;
pub use bind::{Binding, bind};
pub use desired::{Desired, artifact, current_generation, desired_state};
pub use report::{follow, report};

use crate::events::{Event, Kind};
use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole, watch};
use crate::{Code, EnvironmentId, Result, RuntimeConnectionId};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret;
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Principal, RuntimeToken, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

/// The precision of `last_seen_at`, so that not every request writes.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// The part of a live connection that a token stands for.
#[derive(Debug, os_db::FromRow)]
struct LiveConnection {
    id: RuntimeConnectionId,
    organization_id: OrganizationId,
    environment_id: Option<EnvironmentId>,
}

/// A connection, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct RuntimeConnection {
    pub id: RuntimeConnectionId,
    pub runtime_id: Uuid,
    pub organization_id: OrganizationId,
    pub environment_id: Option<EnvironmentId>,
    pub name: String,
    pub runtime_version: Option<String>,
    pub account_email: Option<String>,
    pub bound_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// The time of its first request for the desired state.
    pub followed_since: Option<DateTime<Utc>>,
    /// The generation that it applied last.
    pub observed_generation: Option<i64>,
    /// The reason that the generation failed.
    pub observed_error: Option<String>,
}

impl RuntimeConnection {
    /// Returns the fields that events keep.
    fn facts(&self) -> Value {
        json!({
            "name": self.name, "runtime_id": self.runtime_id, "account_email": self.account_email,
            "environment_id": self.environment_id.map(|it| it.to_string()),
            "runtime_version": self.runtime_version,
        })
    }

    fn event(&self, kind: Kind) -> Event {
        let subject = json!({ "runtime_id": self.runtime_id, "name": self.name });
        let event = Event::new(kind, subject).organization(self.organization_id);
        match self.environment_id {
            Some(environment) => event.environment(environment),
            None => event,
        }
    }
}

/// Finds the live connection that a runtime token belongs to.
pub async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<RuntimeToken>> {
    let found = sql::find_live(tx, &secret::hash(token)).await?;
    Ok(found.map(|found| RuntimeToken {
        connection: found.id.0,
        organization: found.organization_id,
        environment: found.environment_id.map(|id| id.0),
    }))
}

/// The connections that a request names. For a runtime it is always its own connection.
#[derive(Debug, Default)]
pub struct ConnectionSelector {
    pub environment: Option<EnvironmentId>,
    pub runtime: Option<Uuid>,
}

/// Lists the live connections that the selector names and that the actor may manage, newest first.
pub async fn find(
    tx: &mut Tx,
    actor: &Actor,
    selector: ConnectionSelector,
) -> Result<Vec<RuntimeConnection>> {
    if let Principal::Runtime(runtime) = actor.principal() {
        let own = sql::find(tx, RuntimeConnectionId(runtime.connection())).await?;
        return Ok(own.into_iter().filter(|it| selector.admits(it)).collect());
    }
    let candidates = match (selector.environment, selector.runtime) {
        (Some(environment), _) => sql::list_of_environment(tx, environment).await?,
        (None, Some(runtime)) => sql::list_of_runtime(tx, runtime).await?,
        (None, None) => Vec::new(),
    };
    let mut found = Vec::new();
    for it in candidates.into_iter().filter(|it| it.revoked_at.is_none() && selector.admits(it)) {
        if may_manage(tx, actor, &it).await? {
            found.push(it);
        }
    }
    Ok(found)
}

impl ConnectionSelector {
    fn admits(&self, it: &RuntimeConnection) -> bool {
        self.environment.is_none_or(|id| it.environment_id == Some(id))
            && self.runtime.is_none_or(|id| it.runtime_id == id)
    }
}

async fn may_manage(tx: &mut Tx, actor: &Actor, it: &RuntimeConnection) -> Result<bool> {
    let allowed = match it.environment_id.map(|id| id.to_string()) {
        Some(id) => EnvironmentAccess::find(tx, actor, &id, EnvironmentRole::Admin, Scope::Admin)
            .await
            .map(drop),
        None => {
            let (id, role) = (it.organization_id, OrganizationRole::Admin);
            organization::access(tx, actor, id, role, Scope::Admin).await.map(drop)
        }
    };
    match allowed {
        Ok(()) => Ok(true),
        Err(error)
            if error.code().is_any_of(&[
                Code::PermissionDenied,
                Code::NotFound,
                Code::EnvironmentNotFound,
            ]) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Updates `last_seen_at` of the runtime that acts, once a minute at most.
pub async fn touch(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let Principal::Runtime(runtime) = actor.principal() else { return Ok(()) };
    let connection = RuntimeConnectionId(runtime.connection());
    Ok(sql::touch(tx, connection, now(), now() - SEEN_EVERY).await?)
}

/// Lists the connections of an environment, revoked ones included, newest first.
pub async fn list(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Vec<RuntimeConnection>> {
    Ok(sql::list_of_environment(tx, access.environment()).await?)
}

/// Returns the live connection that was bound last, whose runtime reports for the environment.
pub async fn bound(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Option<RuntimeConnection>> {
    let all = list(tx, access).await?;
    Ok(all.into_iter().find(|it| it.revoked_at.is_none()))
}

/// Revokes the live connections that the selector names. Returns whether there was one.
///
/// # Errors
/// `MISSING_REQUIRED_FIELD` where the selector names none, unless a runtime means its own. For a
/// user also `RESOURCE_NOT_FOUND` where there is none that they may manage, and the errors of
/// [`EnvironmentAccess::find`] for the environment.
pub async fn revoke_selected(
    tx: &mut Tx,
    actor: &Actor,
    selector: ConnectionSelector,
) -> Result<bool> {
    let is_runtime = matches!(actor.principal(), Principal::Runtime(_));
    if !is_runtime && selector.environment.is_none() && selector.runtime.is_none() {
        return Err(Code::MissingRequiredField.error(
            "`environment_id` or `runtime_id` must name the runtime; only a runtime token can leave both out",
        ));
    }
    let is_user = actor.user().is_some();
    if let (true, Some(environment)) = (is_user, selector.environment) {
        let (id, role) = (environment.to_string(), EnvironmentRole::Admin);
        EnvironmentAccess::find(tx, actor, &id, role, Scope::Admin).await?;
    }
    let found = find(tx, actor, selector).await?;
    if is_user && found.is_empty() {
        return Err(Code::NotFound.error("no runtime that you may manage is bound like that"));
    }
    let mut revoked = false;
    for connection in found {
        revoked |= revoke(tx, actor, &connection).await?;
    }
    Ok(revoked)
}

/// Revokes the connections of a runtime to an environment. Returns whether one was live.
///
/// # Errors
/// `PERMISSION_DENIED` below the role admin or without the scope `admin`, `RESOURCE_NOT_FOUND`
/// when the runtime was never bound to the environment.
pub async fn remove(tx: &mut Tx, access: &EnvironmentAccess, runtime: Uuid) -> Result<bool> {
    access.require(EnvironmentRole::Admin, Scope::Admin)?;
    let mut all = list(tx, access).await?;
    all.retain(|it| it.runtime_id == runtime);
    if all.is_empty() {
        return Err(Code::NotFound.error("no such runtime is bound to this environment"));
    }
    let mut revoked = false;
    for connection in &all {
        revoked |= revoke(tx, access.actor(), connection).await?;
    }
    Ok(revoked)
}

/// Revokes a connection and its token. Returns false when it was revoked before.
async fn revoke(tx: &mut Tx, actor: &Actor, it: &RuntimeConnection) -> Result<bool> {
    if !sql::revoke(tx, it.id).await? {
        return Ok(false);
    }
    if let Some(environment) = it.environment_id {
        tx.after_commit(move || watch::changed(environment));
    }
    it.event(Kind::RuntimeRevoked).change(it.facts(), Value::Null).record(tx, actor).await?;
    Ok(true)
}
