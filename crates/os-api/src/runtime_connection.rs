//! Bodies of the `runtime_connection` endpoints (docs/wire/runtime-connection.md#binding).

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The connection to show; for a runtime, its own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = limits::any_of(&["environment_id", "runtime_id"])))]
pub struct RuntimeSelector {
    pub environment_id: Option<String>,
    #[schemars(extend("format" = "uuid"))]
    pub runtime_id: Option<String>,
}

/// The state of a runtime's connection.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeStatus {
    pub bound: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<RuntimeConnection>,
}

/// A runtime that is bound to an organization.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeConnection {
    pub id: Uuid,
    pub runtime_id: Uuid,
    pub name: String,
    pub organization_id: Uuid,
    pub environment_id: Option<Uuid>,
    pub runtime_version: Option<String>,
    /// The user who bound it.
    pub account_email: Option<String>,
    pub bound_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// The generation of its last report.
    #[serde(default)]
    pub observed_generation: Option<i64>,
    /// The reason why that generation is not applied completely.
    #[serde(default)]
    pub observed_error: Option<String>,
}

/// Binds a runtime to an organization, and perhaps to one environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BindRuntime {
    pub environment_id: Option<String>,
    /// The id of the runtime; a new one is created by default.
    #[schemars(extend("format" = "uuid"))]
    pub runtime_id: Option<String>,
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS))]
    pub name: String,
    #[schemars(extend("maxLength" = limits::MAX_WORD_CHARS))]
    pub runtime_version: Option<String>,
    /// The access token of the device flow: the runtime is bound on behalf of its owner. A
    /// signed-in administrator needs none.
    pub token: Option<String>,
    /// Without effect: the token has its scope.
    pub scope: Option<String>,
}

/// A bound runtime, with its token; shown only in this response.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BoundRuntime {
    /// `oscc_…`
    pub runtime_token: String,
    pub runtime_id: Uuid,
    pub bound: bool,
    pub connection: RuntimeConnection,
}

/// The outcome of revoking a connection.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RevokedRuntime {
    pub revoked: bool,
}

/// The runtimes that are bound to an environment, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeConnections {
    pub runtimes: Vec<RuntimeConnection>,
    pub total: usize,
}
