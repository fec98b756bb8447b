//! Bodies of the `environment` endpoints (docs/wire/environments.md#environment-endpoints).

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Creates an environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEnvironment {
    /// The owner; the active organization by default and for `__session__`.
    pub organization_id: Option<String>,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::NOT_BLANK))]
    pub display_name: String,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_WORD_CHARS))]
    pub slug: Option<String>,
    /// `production`, `sandbox`, `development`, `test`, `staging`, `preview` or
    /// `trial`. Without it: `production` for a default environment, else `development`.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub env_type: Option<String>,
    /// The same, under the name in rows.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub environment_type: Option<String>,
    /// The same, under the name of clients before 17.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub project_type: Option<String>,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_WORD_CHARS))]
    pub plan: Option<String>,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_WORD_CHARS))]
    pub region: Option<String>,
    /// `sqlite` (default) or `postgres`.
    #[schemars(extend("enum" = limits::or_null(&limits::DRIVERS)))]
    pub driver: Option<String>,
    pub is_default: Option<bool>,
    /// A system environment cannot be deleted; for platform administrators.
    pub is_system: Option<bool>,
    /// `private` (default), `unlisted` or `public`.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_VISIBILITIES)))]
    pub visibility: Option<String>,
    /// 1024 by default.
    #[schemars(extend("minimum" = 1))]
    pub storage_limit_mb: Option<i64>,
    /// The environment whose installations are copied.
    pub clone_from_environment_id: Option<String>,
    pub metadata: Option<Map<String, Value>>,
    /// Derived from the organization and the id by default.
    #[schemars(extend("maxLength" = 253, "pattern" = limits::HOSTNAME))]
    pub hostname: Option<String>,
    /// Templates are not supported: any value is refused.
    #[schemars(extend("maxLength" = 0))]
    pub template_id: Option<String>,
    /// Replaced by who is signed in.
    pub created_by: Option<String>,
}

/// Updates an environment; absent members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateEnvironment {
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::NOT_BLANK))]
    pub display_name: Option<String>,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_WORD_CHARS))]
    pub plan: Option<String>,
    /// `active`, `suspended`, `archived` or `migrating`.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_STATES)))]
    pub status: Option<String>,
    pub is_default: Option<bool>,
    /// Replaces the whole value.
    pub metadata: Option<Map<String, Value>>,
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_VISIBILITIES)))]
    pub visibility: Option<String>,
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub env_type: Option<String>,
    /// The same, under the name in rows.
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub environment_type: Option<String>,
}

/// An environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its type, which decides which versions it may run.
    pub environment_type: String,
    /// The same, under the SDK's name.
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

/// An environment, also under the name that clients before 17.4 read.
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

/// The environments that the caller may read, under both names.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Environments {
    pub environments: Vec<Environment>,
    pub projects: Vec<Environment>,
    pub total: usize,
}

/// The filter of a list of environments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListEnvironments {
    #[serde(rename = "organizationId", alias = "organization_id")]
    pub organization_id: Option<String>,
    #[serde(rename = "envType", alias = "env_type")]
    #[schemars(extend("enum" = limits::or_null(&limits::ENVIRONMENT_TYPES)))]
    pub env_type: Option<String>,
    pub status: Option<String>,
}

/// An environment with its parts.
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

/// The database of an environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    pub driver: Option<String>,
    pub storage_limit_mb: i64,
    pub provisioned_at: Option<DateTime<Utc>>,
}

/// The credential of an environment, without the secret.
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

/// The role of the caller in an environment, from the organization or from the environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    pub environment_id: Uuid,
    pub role: String,
}

/// The organization that owns the environment.
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
    /// Secret settings that were not copied from an environment of another organization.
    #[serde(default, rename = "settingsLeftOut", skip_serializing_if = "Vec::is_empty")]
    pub settings_left_out: Vec<SettingsLeftOut>,
    #[serde(rename = "durationMs")]
    pub duration_ms: u64,
    #[serde(default, rename = "hostnameAssignment", skip_serializing_if = "Option::is_none")]
    pub hostname_assignment: Option<HostnameAssignment>,
}

/// Secret settings of a package that were not copied.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsLeftOut {
    /// The manifest id.
    pub package_id: String,
    /// JSON pointers.
    pub settings: Vec<String>,
}

/// The hostname that was requested, and the one that was assigned.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostnameAssignment {
    pub requested_hostname: String,
    pub assigned_hostname: String,
}

/// The query of a delete; a default environment is deleted only with `force=1`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Force {
    pub force: Option<String>,
}

impl Force {
    /// Returns whether the caller insists: `force=1` or `force=true`.
    pub fn is_on(&self) -> bool {
        matches!(self.force.as_deref(), Some("1" | "true"))
    }
}

/// The environment is deleted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletedEnvironment {
    pub deleted: bool,
    #[serde(rename = "environmentId")]
    pub environment_id: Uuid,
    pub warnings: Vec<String>,
}

/// The active environment of the caller's session.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ActivatedEnvironment {
    #[serde(flatten)]
    pub one: OneEnvironment,
    /// `false` for an API key, which has no session to store it.
    #[serde(rename = "sessionUpdated")]
    pub session_updated: bool,
}

/// Replaces the secret of an environment; older secrets are revoked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateCredential {
    /// The new secret, 8 to 4096 characters; stored as its hash.
    #[schemars(extend("minLength" = limits::MIN_SECRET_BYTES, "maxLength" = limits::MAX_SECRET_BYTES))]
    pub plaintext: String,
}

/// The answer to [`RotateCredential`].
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RotatedCredential {
    pub credential: Credential,
}

/// Changes the hostname of an environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHostname {
    #[schemars(extend("maxLength" = 253, "pattern" = limits::HOSTNAME))]
    pub hostname: String,
}

/// A user with a role in an environment.
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

/// The users with a role in an environment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentMembers {
    pub members: Vec<EnvironmentMember>,
}

/// Grants a user a role in an environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = limits::one_of(&["user_id", "email"])))]
pub struct AddEnvironmentMember {
    /// The user's id; or send `email`.
    pub user_id: Option<Uuid>,
    #[schemars(extend("minLength" = limits::MIN_EMAIL_CHARS, "maxLength" = limits::MAX_EMAIL_CHARS, "pattern" = limits::EMAIL))]
    pub email: Option<String>,
    /// `owner`, `admin`, `maker`, `reader` or `guest`.
    #[schemars(extend("enum" = limits::ENVIRONMENT_ROLES))]
    pub role: String,
}

/// Changes the role of a member of an environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateEnvironmentMember {
    #[schemars(extend("enum" = limits::ENVIRONMENT_ROLES))]
    pub role: String,
}

/// The answer to changes of one member.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OneEnvironmentMember {
    pub member: EnvironmentMember,
}

/// The database drivers for environments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Drivers {
    pub drivers: Vec<Driver>,
    pub total: usize,
}

/// A database driver.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Driver {
    pub name: String,
    #[serde(rename = "driverId")]
    pub driver_id: String,
}

/// The number of environments that the organization may still create.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entitlements {
    pub has_production_env: bool,
    pub development: DevelopmentEntitlement,
    pub plan: String,
}

/// The right to create more development environments: always granted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DevelopmentEntitlement {
    pub can_create: bool,
}

/// A page of environments in the form of the data API.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRecords {
    pub object: String,
    pub records: Vec<Environment>,
    pub total: usize,
    pub has_more: bool,
}

/// The response to a request to reseed an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReseedAccepted {
    pub accepted: bool,
    /// The place where sample data is reloaded instead.
    pub message: String,
}

/// The revisions of an environment; there are none, see generations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Revisions {
    /// Always empty.
    pub items: Vec<Value>,
    /// Always null.
    #[serde(rename = "nextCursor")]
    pub next_cursor: Option<String>,
    /// Always `main`.
    pub branch: String,
}

/// A branch of an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    pub name: String,
    pub is_default: bool,
    pub is_protected: bool,
}

/// The templates for environments; there are none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Templates {
    /// Always empty.
    pub templates: Vec<Value>,
    pub total: usize,
}
