//! A place that packages are installed in.
//!
//! **Invariant:** an organization has at most one default environment; a
//! hostname names one environment; the current generation is changed only by
//! a holder of the environment's [`Locked`].
//!
//! The packages in it are the noun [`installation`](super::installation).

mod access;
pub mod admission;
mod create;
pub mod credential;
mod delete;
mod fields;
pub mod hostname;
mod lock;
pub mod member;
pub mod scope;
mod sql;
mod types;
mod update;
pub mod watch;
mod wire;

pub use access::EnvironmentAccess;
pub use create::create;
pub use delete::{delete, delete_all_of_organization};
pub use fields::{
    Changes, DRIVER_PREFIX, DRIVERS, NewEnvironment, read_environment_type, read_hostname,
    read_status,
};
pub use lock::{Locked, lock, lock_for_people};
pub use types::{EnvironmentRole, EnvironmentStatus, EnvironmentType, Visibility};
pub use update::{activate, retry, update};

use crate::events::{Event, Kind};
use crate::{Code, EnvironmentId, Result};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_identity::{Actor, OrganizationId, Principal};
use serde_json::{Value, json};

/// An environment, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Environment {
    pub id: EnvironmentId,
    pub organization_id: OrganizationId,
    pub display_name: String,
    pub slug: Option<String>,
    pub environment_type: EnvironmentType,
    pub is_default: bool,
    pub is_system: bool,
    pub plan: String,
    pub status: EnvironmentStatus,
    pub visibility: Visibility,
    pub region: Option<String>,
    pub database_driver: Option<String>,
    pub storage_limit_mb: i64,
    pub provisioned_at: Option<DateTime<Utc>>,
    pub hostname: Option<String>,
    pub console_url: Option<String>,
    pub api_base_url: Option<String>,
    /// A JSON object.
    pub metadata: String,
    pub generation: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Environment {
    /// Returns the fields that events keep.
    pub fn facts(&self) -> Value {
        json!({
            "display_name": self.display_name, "slug": self.slug,
            "environment_type": self.environment_type.as_str(), "is_default": self.is_default,
            "is_system": self.is_system, "plan": self.plan, "status": self.status.as_str(),
            "visibility": self.visibility.as_str(), "region": self.region,
            "database_driver": self.database_driver, "storage_limit_mb": self.storage_limit_mb,
            "hostname": self.hostname, "metadata": self.metadata, "generation": self.generation,
        })
    }

    /// Returns the names that events keep.
    fn subject(&self) -> Value {
        json!({ "environment_id": self.id.to_string(), "display_name": self.display_name })
    }

    /// Returns the address for browsers.
    pub fn address(&self) -> Option<String> {
        let scheme = |host: &str| if host.ends_with("localhost") { "http" } else { "https" };
        let by_name = self.hostname.as_ref().map(|host| format!("{}://{host}/", scheme(host)));
        self.console_url.clone().or(by_name)
    }

    /// Returns whether it is for production, and neither archived nor failed
    /// (docs/wire/environments.md#types).
    fn is_live_production(&self) -> bool {
        let is_over =
            matches!(self.status, EnvironmentStatus::Archived | EnvironmentStatus::Failed);
        self.environment_type == EnvironmentType::Production && !is_over
    }
}

/// Returns an environment.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND` when it was deleted since the access was made.
pub async fn get(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Environment> {
    let id = access.environment();
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::EnvironmentNotFound.error(format!("there is no environment `{id}`")))
}

/// The filters of a list of environments.
#[derive(Debug, Default)]
pub struct Filter {
    pub organization: Option<OrganizationId>,
    pub environment_type: Option<EnvironmentType>,
    pub status: Option<EnvironmentStatus>,
}

/// Lists the environments that the actor may see, oldest first (docs/wire/rights.md): those of their
/// organizations, and those in which they are at least reader.
pub async fn list(tx: &mut Tx, actor: &Actor, filter: Filter) -> Result<Vec<Environment>> {
    let rows = match actor.principal() {
        Principal::User(user) => {
            // An API key of one organization gives no access to another.
            let only = user.confined_to();
            let mut rows = sql::list_of_user(tx, user.id(), filter).await?;
            rows.retain(|it| only.is_none_or(|only| only == it.organization_id));
            rows
        }
        Principal::Runtime(runtime) => {
            let mut rows = sql::list(tx, filter).await?;
            rows.retain(|it| it.organization_id == runtime.organization());
            rows.retain(|it| runtime.environment().is_none_or(|only| only == it.id.0));
            rows
        }
        Principal::Service | Principal::System(_) => sql::list(tx, filter).await?,
    };
    Ok(rows)
}

/// Locks the environment for a change, and reads it.
async fn lock_any(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Environment> {
    sql::lock(tx, access.environment()).await?;
    get(tx, access).await
}

/// Records a change of an environment, and reads it again.
async fn finish_change(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    before: &Environment,
    after: &Environment,
) -> Result<Environment> {
    Event::new(Kind::EnvironmentUpdated, after.subject())
        .organization(access.organization())
        .environment(access.environment())
        .change(before.facts(), after.facts())
        .record(tx, access.actor())
        .await?;
    get(tx, access).await
}
