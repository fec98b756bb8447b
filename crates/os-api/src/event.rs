//! Bodies of the `event` endpoints.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Which events to list: those of one organization, environment or package.
/// Without any of the three: of the active organization.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    pub organization_id: Option<String>,
    pub environment_id: Option<String>,
    /// A manifest id or a row id.
    pub package_id: Option<String>,
    /// Such as `installation_upgraded`.
    pub kind: Option<String>,
    /// 1 to 100; 50 where nothing is said.
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of events, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    pub events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A fact that happened, with its actor.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor: EventActor,
    pub request_id: String,
    pub organization_id: Option<Uuid>,
    pub environment_id: Option<Uuid>,
    pub package_id: Option<Uuid>,
    /// What it happened to, for people.
    pub subject: Value,
    /// What changed, as it was.
    pub before: Value,
    /// What changed, as it is.
    pub after: Value,
}

/// Who did it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventActor {
    /// `user`, `service`, `runtime` or `system`.
    pub kind: String,
    pub id: Option<String>,
}
