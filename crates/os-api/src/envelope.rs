use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What wraps every successful answer that is not marked *bare* (contract §3.0.1).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<T> {
    /// Always `true`.
    pub success: bool,
    pub data: T,
}

impl<T> Envelope<T> {
    /// Wraps a successful answer.
    pub fn new(data: T) -> Self {
        Self { success: true, data }
    }
}

/// The body of every refusal that is not marked *bare*.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// Always `false`.
    pub success: bool,
    pub error: ErrorDetail,
    /// Why a version may not be listed; only for `LISTING_POLICY_VIOLATION`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// Stable and machine readable; the list is in `docs/errors.md`.
    pub code: String,
    /// For people: what is wrong and what to do. May change at any time.
    pub message: String,
    /// The HTTP status, again.
    pub http_status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}
