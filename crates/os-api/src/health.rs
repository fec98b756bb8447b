//! Bodies of the health checks of a control plane.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A process that answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    pub timestamp: DateTime<Utc>,
    /// The version of the program.
    pub version: String,
    /// Seconds since the process started.
    pub uptime: f64,
}

/// A process that can serve requests.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// Always `ready`.
    pub status: String,
    /// Always `running`.
    pub state: String,
    /// `sqlite` or `postgres`.
    pub database: String,
}
