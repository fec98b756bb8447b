//! Bodies of the `api_key` endpoints (docs/wire/authentication.md#api-keys).

use crate::limits;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Creates an API key.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// A label, at most 255 characters.
    #[serde(default)]
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: Option<String>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Of `read`, `publish`, `install` and `admin`; without scopes the key may do whatever its
    /// owner may.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({"type": "string", "enum": limits::SCOPES})))]
    pub scopes: Option<Vec<String>>,
    /// The only organization it grants access to; the active one by default.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

/// A timestamp in one of the formats of clients.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a time in ISO 8601, or a number of (milli)seconds since 1970")]
pub enum Timestamp {
    /// Seconds since 1970, or milliseconds from 10^12 on.
    Number(i64),
    /// ISO 8601.
    Text(String),
}

/// A new API key.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedApiKey {
    pub id: Uuid,
    pub name: String,
    pub prefix: String,
    /// The secret; shown only in this response.
    pub key: String,
    pub scopes: Vec<String>,
    pub active_organization_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A row of `sys_api_key`, without its secret.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    /// The first characters of the key.
    pub prefix: String,
    pub user_id: Uuid,
    pub active_organization_id: Option<Uuid>,
    pub scopes: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Updates an API key.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateApiKey {
    #[serde(default)]
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_NAME_CHARS, "pattern" = limits::LINE))]
    pub name: Option<String>,
    /// `true` revokes the key permanently.
    #[serde(default)]
    pub revoked: Option<bool>,
}
