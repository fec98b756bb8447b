//! How the connection does, for health.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Whether the control plane can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// There is no control plane.
    Off,
    /// There is one, and it does not know this runtime, or not its environment.
    Unbound,
    Connecting,
    Connected,
    /// It does not answer; we go on, and ask again.
    Unreachable,
    /// It does not know our token any more.
    Refused,
}

/// What there is to know of the connection.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    pub status: Link,
    pub environment_id: Option<String>,
    /// The generation that runs here.
    pub generation: Option<i64>,
    /// The one that should, as far as we were told.
    pub desired_generation: Option<i64>,
    /// When the control plane last told what should run.
    pub last_sync: Option<DateTime<Utc>>,
    /// Why the desired generation does not run, or the control plane is not reached.
    pub error: Option<String>,
}

impl State {
    /// Without a control plane.
    pub fn off() -> Self {
        Self { status: Link::Off, ..Self::unbound() }
    }

    /// Before anything was agreed.
    pub fn unbound() -> Self {
        Self {
            status: Link::Unbound,
            environment_id: None,
            generation: None,
            desired_generation: None,
            last_sync: None,
            error: None,
        }
    }
}
