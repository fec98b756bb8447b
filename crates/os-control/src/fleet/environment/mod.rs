//! A place packages are installed in.
//!
//! **Invariant:** an organization has at most one default environment; a
//! hostname names one environment; the current generation is changed only by
//! whoever holds the environment's [`Locked`].
//!
//! Rules by operation: [`create`], [`update`], [`remove`], [`credential`],
//! [`hostname`], [`member`]. What may run in it is the noun `installation`.

pub mod api;
pub mod body;
pub mod create;
pub mod credential;
pub mod hostname;
mod lock;
pub mod member;
pub mod reads;
pub mod remove;
mod sql;
mod terms;
pub mod update;

pub use body::NewEnvironment;
pub use create::create;
pub use lock::{Locked, lock, lock_for_people};
pub use remove::delete_all_of;
pub use terms::{EnvironmentRole, EnvironmentStatus, EnvironmentType, Visibility};

use crate::{Code, EnvironmentId, Result};
use chrono::{DateTime, Utc};
use os_db::Tx;
use os_identity::organization::OrganizationRole;
use os_identity::{Actor, OrganizationId, Principal, UserId};
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
    /// What events keep of it.
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

    /// What events call it.
    fn subject(&self) -> Value {
        json!({ "environment_id": self.id.to_string(), "display_name": self.display_name })
    }

    /// Where a browser finds it.
    fn address(&self) -> Option<String> {
        let scheme = |host: &str| if host.ends_with("localhost") { "http" } else { "https" };
        let by_name = self.hostname.as_ref().map(|host| format!("{}://{host}/", scheme(host)));
        self.console_url.clone().or(by_name)
    }

    /// Whether it is for production, and neither archived nor failed (contract §1.7).
    fn is_live_production(&self) -> bool {
        let is_over =
            matches!(self.status, EnvironmentStatus::Archived | EnvironmentStatus::Failed);
        self.environment_type == EnvironmentType::Production && !is_over
    }
}

/// What doors need to know of an environment.
#[derive(Debug, os_db::FromRow)]
pub struct ForAccess {
    pub organization_id: OrganizationId,
    pub environment_type: EnvironmentType,
    /// What the user is in its organization.
    pub organization_role: Option<OrganizationRole>,
    /// The role the user was given in the environment itself.
    pub role: Option<EnvironmentRole>,
}

/// For doors only: nothing is checked yet.
pub async fn find_for_access(
    tx: &mut Tx,
    id: EnvironmentId,
    user: Option<UserId>,
) -> Result<Option<ForAccess>> {
    Ok(sql::find_for_access(tx, id, user).await?)
}

pub async fn get(tx: &mut Tx, id: EnvironmentId) -> Result<Environment> {
    sql::find(tx, id)
        .await?
        .ok_or_else(|| Code::EnvironmentNotFound.error(format!("there is no environment `{id}`")))
}

/// Which environments to list.
#[derive(Debug, Default)]
pub struct Filter {
    pub organization: Option<OrganizationId>,
    pub environment_type: Option<EnvironmentType>,
    pub status: Option<EnvironmentStatus>,
}

/// The environments the actor may see, oldest first (contract §4.13): of their
/// organizations, and those in which they are at least reader.
pub async fn list(tx: &mut Tx, actor: &Actor, filter: Filter) -> Result<Vec<Environment>> {
    let rows = match actor.principal() {
        Principal::User(user) => {
            // A key that was made for one organization opens no other.
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
