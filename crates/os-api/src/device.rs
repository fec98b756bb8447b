//! Bodies of the device flow, RFC 8628 (docs/wire/authentication.md#device-flow).

use crate::limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for a code that a person confirms in a browser.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestCode {
    #[schemars(extend("minLength" = 1, "maxLength" = limits::MAX_CLIENT_ID_BYTES))]
    pub client_id: String,
    #[serde(default)]
    #[schemars(extend("maxLength" = limits::MAX_SCOPE_BYTES))]
    pub scope: Option<String>,
}

/// A pair of codes: one for the device to poll with, one for the person.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceCode {
    pub device_code: String,
    pub user_code: String,
    /// The page where the person enters the code.
    pub verification_uri: String,
    /// The same page with the code filled in.
    pub verification_uri_complete: String,
    /// Seconds.
    pub expires_in: i64,
    /// Seconds to wait between two polls.
    pub interval: i64,
}

/// Asks whether the person has confirmed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemCode {
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    pub grant_type: String,
    pub device_code: String,
    pub client_id: String,
}

/// A session for the device.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccessToken {
    /// An ordinary session token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: i64,
    pub scope: String,
}

/// The code to look at.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CodeQuery {
    #[serde(alias = "userCode")]
    pub user_code: String,
}

/// The state of a code; the last two members only for the person who opened it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CodeStatus {
    pub user_code: String,
    /// `pending`, `approved` or `denied`.
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Approves or denies a code.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideCode {
    pub user_code: String,
}

/// The error of a step of the device flow (RFC 6749, section 5.2, RFC 8628, section 3.5).
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeviceError {
    pub error: String,
    pub error_description: String,
}
