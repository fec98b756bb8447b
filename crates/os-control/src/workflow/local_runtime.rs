//! The runtime that runs in one process with the control plane (`os start`).

use crate::Result;
use crate::fleet::environment::{self, EnvironmentType, Filter};
use crate::fleet::runtime_link::{self, Binding};
use os_api::runtime_connection as wire;
use os_db::Db;
use os_identity::Actor;
use uuid::Uuid;

/// The runtime in the same process.
#[derive(Debug, Clone)]
pub struct LocalRuntime {
    /// Its environment; `None` for the first development environment.
    pub environment: Option<String>,
    /// Its id, if it was bound before.
    pub runtime: Option<Uuid>,
    pub name: String,
    pub version: String,
}

/// Binds the runtime in the same process, as the system. Returns `None` when there is no
/// environment for it.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND` for a named environment that does not exist.
pub async fn bind_local_runtime(
    db: &Db,
    local: LocalRuntime,
) -> Result<Option<wire::BoundRuntime>> {
    let actor = Actor::system("first-run");
    let mut tx = db.write().await?;
    let environment = match local.environment {
        Some(id) => Some(id),
        None => {
            let kind = Some(EnvironmentType::Development);
            let filter = Filter { environment_type: kind, ..Filter::default() };
            let all = environment::list(&mut tx, &actor, filter).await?;
            all.first().map(|it| it.id.to_string())
        }
    };
    if environment.is_none() {
        return Ok(None);
    }
    let binding = Binding {
        environment,
        runtime: local.runtime,
        name: local.name,
        runtime_version: Some(local.version),
    };
    let (connection, runtime_token) = runtime_link::bind(&mut tx, &actor, binding).await?;
    tx.commit().await?;
    let (runtime_id, connection) = (connection.runtime_id, connection.into());
    Ok(Some(wire::BoundRuntime { runtime_token, runtime_id, bound: true, connection }))
}
