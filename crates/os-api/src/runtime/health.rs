//! Bodies of the health endpoints of a runtime.

use super::connection::ConnectionState;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of the process.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    pub timestamp: DateTime<Utc>,
    /// The version of the program.
    pub version: String,
    /// Seconds since the start.
    pub uptime: f64,
    pub connection: ConnectionState,
    /// Packages that could not be loaded.
    #[serde(rename = "setAside")]
    pub quarantined: Vec<QuarantinedPackage>,
}

/// A package that is in the ledger and could not be loaded.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedPackage {
    pub manifest_id: String,
    pub reason: String,
}

/// The runtime can serve requests.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Ready {
    /// Always `ready`.
    pub status: String,
    /// Always `running`.
    pub state: String,
    /// `sqlite` or `postgres`.
    pub database: String,
}
