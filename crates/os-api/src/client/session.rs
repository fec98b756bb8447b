//! Signing in and out, and the health of the server.

use super::{Call, Client, Error, Refusal, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Method;

/// The client id of device codes.
const CLIENT_ID: &str = "objectstack-cli";

/// The scope of device codes.
pub const DEVICE_SCOPE: &str = "openid profile email";

/// A code that a person confirms in a browser (RFC 8628).
#[derive(Debug, Clone, Deserialize)]
pub struct DeviceCode {
    pub device_code: String,
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: Option<String>,
    #[serde(default = "default_expiry")]
    pub expires_in: u64,
    #[serde(default = "default_interval")]
    pub interval: u64,
}

/// The outcome of a poll.
#[derive(Debug, PartialEq)]
pub enum Poll {
    Approved { token: String },
    Pending,
    SlowDown,
    Denied,
    Expired,
}

impl Client {
    /// Shows that the process lives.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn health(&self) -> Result<Value> {
        self.get(&["health"])
    }

    /// Lists the users of the caller's organizations.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn people(&self) -> Result<Value> {
        self.get(&["data", "sys_user"])
    }

    /// Shows that requests can be served.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn ready(&self) -> Result<Value> {
        self.get(&["ready"])
    }

    /// Signs in with a password; answers `token` and `user`.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn sign_in(&self, email: &str, password: &str) -> Result<Value> {
        let body = json!({ "type": "email", "email": email, "password": password });
        self.value(Call::new(Method::POST, &["auth", "sign-in", "email"]).json(body).with_origin())
    }

    /// Ends the session of the token.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn sign_out(&self) -> Result<Value> {
        let call = Call::new(Method::POST, &["auth", "sign-out"]);
        self.value(call.json(json!({})).with_origin())
    }

    /// Changes the password of the caller, and ends their other sessions.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn change_password(&self, current: &str, new: &str) -> Result<Value> {
        let body = json!({ "currentPassword": current, "newPassword": new });
        self.value(Call::new(Method::POST, &["auth", "change-password"]).json(body).with_origin())
    }

    /// Shows `user` and `session` of the token, or null.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn session(&self) -> Result<Value> {
        self.get(&["auth", "get-session"])
    }

    /// Starts the device flow.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn device_code(&self) -> Result<DeviceCode> {
        let answer = self.device_code_of(CLIENT_ID)?;
        serde_json::from_value(answer)
            .map_err(|_| Error::NotOurs { url: format!("{}api/v1/auth/device/code", self.base) })
    }

    /// Starts the device flow for another client id; returns the response as it came.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn device_code_of(&self, client_id: &str) -> Result<Value> {
        self.post(
            &["auth", "device", "code"],
            json!({ "client_id": client_id, "scope": DEVICE_SCOPE }),
        )
    }

    /// Exchanges a confirmed code for a token. A pending code is an error with the code of
    /// RFC 8628.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn redeem_device_code(&self, client_id: &str, device_code: &str) -> Result<Value> {
        let body = json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": device_code,
            "client_id": client_id,
        });
        self.post(&["auth", "device", "token"], body)
    }

    /// Polls whether the code was confirmed.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn device_token(&self, code: &DeviceCode) -> Result<Poll> {
        match self.redeem_device_code(CLIENT_ID, &code.device_code) {
            Ok(answer) => match answer["access_token"].as_str() {
                Some(token) => Ok(Poll::Approved { token: token.to_owned() }),
                None => Ok(Poll::Pending),
            },
            Err(Error::Refused(refusal)) => poll(*refusal),
            Err(error) => Err(error),
        }
    }
}

fn poll(refusal: Refusal) -> Result<Poll> {
    match refusal.code.as_deref() {
        Some("authorization_pending") => Ok(Poll::Pending),
        Some("slow_down") => Ok(Poll::SlowDown),
        Some("access_denied") => Ok(Poll::Denied),
        Some("expired_token" | "invalid_grant") => Ok(Poll::Expired),
        _ => Err(refusal.into()),
    }
}

fn default_expiry() -> u64 {
    600
}

fn default_interval() -> u64 {
    5
}
