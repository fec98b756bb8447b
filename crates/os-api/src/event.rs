//! Bodies of the `event` endpoints.

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The query of a list of events: of one organization, environment or package; of the active
/// organization by default.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    pub organization_id: Option<String>,
    pub environment_id: Option<String>,
    /// A manifest id or a row id.
    pub package_id: Option<String>,
    /// Such as `installation_upgraded`.
    #[schemars(extend("minLength" = 1))]
    pub kind: Option<String>,
    /// 1 to 100; 50 by default.
    #[schemars(extend("minimum" = 1, "maximum" = limits::MAX_PAGE_ROWS))]
    pub limit: Option<i64>,
    /// The `next_cursor` of the previous response.
    pub cursor: Option<String>,
}

/// One page of events, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    pub events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A fact in the audit log, with its actor.
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
    /// The subject, for people.
    pub subject: Value,
    /// The changed values, before.
    pub before: Value,
    /// The changed values, after.
    pub after: Value,
}

/// The actor who caused the event.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventActor {
    /// `user`, `service`, `runtime` or `system`.
    pub kind: String,
    pub id: Option<String>,
}
