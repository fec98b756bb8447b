use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The envelope of every success that is not *bare*.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<T> {
    /// Always `true`.
    pub success: bool,
    pub data: T,
}

impl<T> Envelope<T> {
    /// Wraps the body of a success.
    pub fn new(data: T) -> Self {
        Self { success: true, data }
    }
}

/// The body of every error that is not *bare*.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// Always `false`.
    pub success: bool,
    pub error: ErrorDetail,
    /// The reasons why a version may not be listed; only for `LISTING_POLICY_VIOLATION`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
}

/// The body of an error of the control plane's authentication.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BareError {
    /// Stable and machine readable; the list is in `docs/errors.md`.
    pub code: String,
    /// For people: what is wrong and what to do. May change at any time.
    pub message: String,
}

/// The body of an error of metadata, records and the runtime's authentication.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DataError {
    /// The same as `message`.
    pub error: String,
    /// Stable and machine readable; the list is in `docs/errors.md`.
    pub code: String,
    /// For people: what is wrong and what to do. May change at any time.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// More about the code: the object, the record, the fields.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// An error, for programs and for people.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// Stable and machine readable; the list is in `docs/errors.md`.
    pub code: String,
    /// For people: what is wrong and what to do. May change at any time.
    pub message: String,
    /// The HTTP status.
    pub http_status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}
