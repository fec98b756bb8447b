//! Bodies of the `environment` endpoints (contract §3.4).

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Makes an environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct CreateEnvironment {
    /// The owner; `__session__`, or nothing, means the active organization.
    pub organization_id: Option<String>,
    pub display_name: String,
    pub slug: Option<String>,
    /// `production`, `sandbox`, `development`, `test`, `staging`, `preview` or
    /// `trial`. Without it: `production` for a default environment, else `development`.
    pub env_type: Option<String>,
    /// The same, as rows name it.
    pub environment_type: Option<String>,
    /// The same, as clients before 17 named it.
    pub project_type: Option<String>,
    pub plan: Option<String>,
    pub region: Option<String>,
    /// `sqlite` (default) or `postgres`.
    pub driver: Option<String>,
    pub is_default: Option<bool>,
    /// A system environment cannot be deleted; for platform administrators.
    pub is_system: Option<bool>,
    /// `private` (default), `unlisted` or `public`.
    pub visibility: Option<String>,
    /// 1024 where nothing is said.
    pub storage_limit_mb: Option<i64>,
    /// Starts with everything that is installed there.
    pub clone_from_environment_id: Option<String>,
    pub metadata: Option<Map<String, Value>>,
    /// Made from the organization and the id where nothing is said.
    pub hostname: Option<String>,
    /// There are no templates: anything but nothing is refused.
    pub template_id: Option<String>,
}

/// Changes an environment; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct UpdateEnvironment {
    pub display_name: Option<String>,
    pub plan: Option<String>,
    /// `active`, `suspended`, `archived` or `migrating`.
    pub status: Option<String>,
    pub is_default: Option<bool>,
    /// Replaces all of it.
    pub metadata: Option<Map<String, Value>>,
    pub visibility: Option<String>,
    pub env_type: Option<String>,
    /// The same, as rows name it.
    pub environment_type: Option<String>,
}

/// A place packages are installed in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What it is for: decides which versions it may run.
    pub environment_type: String,
    /// The same, under the name of the SDK.
    pub env_type: String,
    pub is_default: bool,
    pub is_system: bool,
    pub plan: String,
    /// `provisioning`, `active`, `suspended`, `archived`, `failed` or `migrating`.
    pub status: String,
    pub visibility: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_driver: Option<String>,
    pub storage_limit_mb: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_base_url: Option<String>,
    pub metadata: Value,
    /// The number of the current generation; 0 before the first.
    pub generation: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An environment, under its name and under the one that clients before 17.4 read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneEnvironment {
    pub environment: Environment,
    pub project: Environment,
}

impl From<Environment> for OneEnvironment {
    fn from(environment: Environment) -> Self {
        Self { project: environment.clone(), environment }
    }
}

/// The environments that the caller may see, under both names.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Environments {
    pub environments: Vec<Environment>,
    pub projects: Vec<Environment>,
    pub total: usize,
}

/// Which environments to list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ListEnvironments {
    #[serde(rename = "organizationId", alias = "organization_id")]
    pub organization_id: Option<String>,
    #[serde(rename = "envType", alias = "env_type")]
    pub env_type: Option<String>,
    pub status: Option<String>,
}

/// An environment with what belongs to it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentDetail {
    #[serde(flatten)]
    pub one: OneEnvironment,
    pub database: Database,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Credential>,
    pub membership: Membership,
    pub organization: OrganizationOfEnvironment,
}

/// Where an environment keeps its data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    pub driver: Option<String>,
    pub storage_limit_mb: i64,
    pub provisioned_at: Option<DateTime<Utc>>,
}

/// The secret of an environment, which is never shown.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Credential {
    pub id: Uuid,
    /// `active`, `rotating` or `revoked`.
    pub status: String,
    /// `full_access` or `read_only`.
    pub authorization: String,
    #[serde(rename = "activatedAt")]
    pub activated_at: DateTime<Utc>,
    #[serde(default, rename = "expiresAt", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What the caller is in an environment, by organization or by environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    pub environment_id: Uuid,
    pub role: String,
}

/// Whose environment it is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationOfEnvironment {
    pub id: Uuid,
    pub name: String,
    pub slug: String,
}

/// A new environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedEnvironment {
    #[serde(flatten)]
    pub one: OneEnvironment,
    pub warnings: Vec<String>,
    #[serde(rename = "durationMs")]
    pub duration_ms: u64,
    #[serde(default, rename = "hostnameAssignment", skip_serializing_if = "Option::is_none")]
    pub hostname_assignment: Option<HostnameAssignment>,
}

/// Which hostname was wanted, and which one it is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostnameAssignment {
    pub requested_hostname: String,
    pub assigned_hostname: String,
}

/// Without `force=1` a default environment stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Force {
    pub force: Option<String>,
}

impl Force {
    /// Whether it was asked for: `force=1` or `force=true`.
    pub fn is_on(&self) -> bool {
        matches!(self.force.as_deref(), Some("1" | "true"))
    }
}

/// An environment is gone.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletedEnvironment {
    pub deleted: bool,
    #[serde(rename = "environmentId")]
    pub environment_id: Uuid,
    pub warnings: Vec<String>,
}

/// The environment the caller's session works in from now on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ActivatedEnvironment {
    #[serde(flatten)]
    pub one: OneEnvironment,
    /// False without a session: an API key has none to remember it.
    #[serde(rename = "sessionUpdated")]
    pub session_updated: bool,
}

/// Gives an environment a new secret; the older ones end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RotateCredential {
    /// The new secret, 8 to 4096 characters; kept as its hash.
    pub plaintext: String,
}

/// The answer to [`RotateCredential`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RotatedCredential {
    pub credential: Credential,
}

/// Gives an environment another hostname.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SetHostname {
    pub hostname: String,
}

/// Somebody who was given a role in an environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentMember {
    pub id: Uuid,
    pub environment_id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub email: String,
    /// `owner`, `admin`, `maker`, `reader` or `guest`.
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Those who were given a role in an environment itself.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentMembers {
    pub members: Vec<EnvironmentMember>,
}

/// Gives somebody a role in an environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEnvironmentMember {
    /// Who, by account id; or say `email`.
    pub user_id: Option<Uuid>,
    pub email: Option<String>,
    /// `owner`, `admin`, `maker`, `reader` or `guest`.
    pub role: String,
}

/// Gives a member of an environment another role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateEnvironmentMember {
    pub role: String,
}

/// The answer to changes of one member.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneEnvironmentMember {
    pub member: EnvironmentMember,
}

/// Where environments can keep their data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Drivers {
    pub drivers: Vec<Driver>,
    pub total: usize,
}

/// A kind of database.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Driver {
    pub name: String,
    #[serde(rename = "driverId")]
    pub driver_id: String,
}

/// What the organization may still create.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entitlements {
    pub has_production_env: bool,
    pub development: DevelopmentEntitlement,
    pub plan: String,
}

/// Whether more development environments may be made: always.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DevelopmentEntitlement {
    pub can_create: bool,
}

/// A page of environments in the form of the data API (contract §3.9).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRecords {
    pub object: String,
    pub records: Vec<Environment>,
    pub total: usize,
    pub has_more: bool,
}
