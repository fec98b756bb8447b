//! Bodies of the `cloud-connection` endpoints of a runtime
//! (docs/wire/runtime-connection.md#routes-of-the-runtime).

use super::Relayed;
use crate::installation::{Installation, OrganizationPackage};
use crate::runtime_connection::RuntimeConnection;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The state of the connection to the control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionStatus {
    /// No control plane is configured.
    Off,
    /// The control plane does not know this runtime or its environment.
    Unbound,
    Connecting,
    Connected,
    /// The control plane does not answer. The runtime keeps serving and tries again.
    Unreachable,
    /// The control plane does not accept the runtime's token any more.
    Refused,
}

/// The state of the connection to the control plane.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionState {
    pub status: ConnectionStatus,
    pub environment_id: Option<String>,
    /// The generation that runs.
    pub generation: Option<i64>,
    /// The generation that should run, as far as the runtime knows.
    pub desired_generation: Option<i64>,
    /// The time at which the control plane last returned the desired state.
    pub last_sync: Option<DateTime<Utc>>,
    /// The reason why the desired generation does not run, or the control plane is not reached.
    pub error: Option<String>,
}

/// The state of a runtime's connection, and of following its environment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    pub environment_id: Option<String>,
    pub runtime_id: Option<String>,
    pub bound: bool,
    /// Always `objectstack-cloud`.
    pub provider: String,
    /// As the control plane describes it; what the runtime knows where that does not answer.
    pub connection: Option<BoundConnection>,
    pub sync: ConnectionState,
}

/// A connection to a control plane.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BoundConnection {
    Upstream(Relayed<RuntimeConnection>),
    Local(LocalConnection),
}

/// The part of a connection that the runtime stores. In snake_case, like the control plane's
/// answer.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct LocalConnection {
    pub runtime_id: Option<String>,
    pub organization_id: Option<String>,
    pub account_email: Option<String>,
    pub bound_at: Option<String>,
}

/// Asks whether the person has confirmed the device code.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["device_code"]))]
pub struct PollBinding {
    #[serde(alias = "deviceCode")]
    #[schemars(extend("type" = "string", "minLength" = 1))]
    pub device_code: Option<String>,
    /// The environment to bind to; without it, the one that the operator configured.
    #[serde(alias = "environmentId")]
    pub environment_id: Option<String>,
}

/// The person has not confirmed the device code yet.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BindingPending {
    /// Always `true`.
    pub pending: bool,
}

/// The answer to a poll: still pending, or bound.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BindingProgress {
    Pending(BindingPending),
    Bound(Box<NewBinding>),
}

/// A runtime that was just bound, as the control plane answers it. The token stays in the
/// runtime. In snake_case.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewBinding {
    pub runtime_id: Uuid,
    pub bound: bool,
    pub connection: RuntimeConnection,
}

/// The runtime is not bound any more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unbound {
    pub environment_id: Option<String>,
    /// `true` if the control plane revoked the token.
    pub revoked: bool,
    /// `true` if the runtime had a token.
    pub cleared: bool,
}

/// Installs a package in the environment of this runtime.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["package_id"]))]
pub struct InstallInEnvironment {
    /// The id of a package, such as `com.acme.crm`.
    #[serde(alias = "packageId")]
    #[schemars(extend("type" = "string", "minLength" = 1))]
    pub package_id: Option<String>,
    #[serde(alias = "seedSampleData")]
    pub seed_sample_data: bool,
}

/// The package whose installation is asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["package_id"]))]
pub struct InstallationQuery {
    /// The id of a package, such as `com.acme.crm`; required.
    #[serde(alias = "packageId")]
    #[schemars(extend("type" = "string", "minLength" = 1))]
    pub package_id: Option<String>,
}

/// The packages that are installed in the environment; empty when the control plane does not
/// answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnvironmentPackages {
    pub total: usize,
    pub packages: Vec<Relayed<Installation>>,
    /// `true` if the runtime is bound.
    pub connected: bool,
}

/// The packages that the organization can install; empty when the control plane does not answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AvailablePackages {
    pub total: usize,
    pub items: Vec<Relayed<OrganizationPackage>>,
    /// `true` if the runtime is bound.
    pub connected: bool,
}
