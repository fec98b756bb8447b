//! Binding to a control plane: by a person's consent, or by a key.

use super::{Connection, Credential};
use crate::upstream::on_thread;
use crate::{Code, Config, Error, Result};
use os_api::client::{self, DEVICE_SCOPE, Raw, Refusal};
use serde_json::{Value, json};
use url::Url;

/// The outcome of a poll.
pub enum PollOutcome {
    /// The person has not confirmed yet.
    Pending,
    /// The device flow ended without consent, with this code.
    Ended { code: String, message: String },
    /// The response of the control plane, without the token.
    Answered { status: u16, body: Value },
}

/// Starts the device flow. The addresses of its pages say which runtime asks.
///
/// # Errors
/// `CLOUD_UNCONFIGURED`; `DEVICE_CODE_FAILED` (502).
pub async fn start(connection: &Connection, config: &Config) -> Result<Value> {
    let (client, id) = (connection.client(None)?, config.client_id.clone());
    let request = move || client.device_code_of(&id);
    let mut answer = connection.outgoing().send(request).await?.map_err(|error| {
        Code::DeviceCodeUnavailable.error(format!("the control plane gives no code: {error}"))
    })?;
    for key in ["verification_uri", "verification_uri_complete"] {
        if let Some(url) = answer[key].as_str().and_then(|url| with_runtime(url, config)) {
            answer[key] = url.into();
        }
    }
    Ok(answer)
}

fn with_runtime(url: &str, config: &Config) -> Option<String> {
    let mut url: Url = url.parse().ok()?;
    url.query_pairs_mut()
        .append_pair("runtime_name", &config.name)
        .append_pair("runtime_version", &config.runtime_version);
    Some(url.into())
}

/// Binds, if the person has confirmed the code.
///
/// # Errors
/// `CLOUD_UNCONFIGURED`; `ENVIRONMENT_BIND_FAILED` when the control plane does not answer.
pub async fn poll(
    connection: &Connection,
    config: &Config,
    device_code: String,
    environment: Option<String>,
) -> Result<PollOutcome> {
    let (client, id) = (connection.client(None)?, config.client_id.clone());
    let request = move || client.redeem_device_code(&id, &device_code);
    let token = match connection.outgoing().send(request).await? {
        Ok(answer) => answer["access_token"].as_str().unwrap_or_default().to_owned(),
        Err(client::Error::Refused(refusal)) => return Ok(undecided(*refusal)),
        Err(error) => return Err(failed(&error)),
    };
    let client = connection.client(None)?;
    let environment = environment.or_else(|| connection.named_environment());
    let mut body = binding_request(connection, config, environment.as_deref());
    body["token"] = token.into();
    body["scope"] = DEVICE_SCOPE.into();
    let request = move || client.bind_runtime(body);
    let raw = connection.outgoing().send(request).await?.map_err(|error| failed(&error))?;
    let (status, body) = keep_token(connection, raw, environment)?;
    Ok(PollOutcome::Answered { status, body })
}

fn undecided(refusal: Refusal) -> PollOutcome {
    let code = refusal.code.unwrap_or_default();
    match code.as_str() {
        "authorization_pending" | "slow_down" => PollOutcome::Pending,
        _ => PollOutcome::Ended { code, message: refusal.message },
    }
}

/// Binds with the operator's key.
///
/// # Errors
/// `ENVIRONMENT_BIND_FAILED`.
pub async fn bind_with_key(connection: &Connection, config: &Config, key: String) -> Result<()> {
    let client = connection.client(Some(key))?;
    let environment = connection.named_environment();
    let body = binding_request(connection, config, environment.as_deref());
    let raw =
        on_thread(move || client.bind_runtime(body)).await?.map_err(|error| failed(&error))?;
    let (status, body) = keep_token(connection, raw, environment)?;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let message = body["error"]["message"].as_str().unwrap_or("no reason was given");
    Err(Code::EnvironmentBindFailed
        .error(format!("the control plane refused to bind ({status}): {message}")))
}

/// Returns the body of a binding, without a token.
fn binding_request(connection: &Connection, config: &Config, environment: Option<&str>) -> Value {
    let mut body = json!({ "name": config.name, "runtime_version": config.runtime_version });
    if let Some(environment) = environment {
        body["environment_id"] = environment.into();
    }
    if let Some(runtime) = connection.credential().runtime_id {
        body["runtime_id"] = runtime.into();
    }
    body
}

/// Keeps the token of a response, and removes it from the body.
fn keep_token(
    connection: &Connection,
    raw: Raw,
    environment: Option<String>,
) -> Result<(u16, Value)> {
    let status = raw.status;
    let mut body: Value = serde_json::from_slice(&raw.bytes).map_err(|_| {
        Code::EnvironmentBindFailed.error(format!("{} did not answer in JSON", raw.url))
    })?;
    let data = match body.get_mut("data") {
        Some(data) => data,
        None => &mut body,
    };
    let token = data.as_object_mut().and_then(|data| data.remove("runtime_token"));
    if let Some(token) = token.as_ref().and_then(Value::as_str) {
        let text = |key: &str| data["connection"][key].as_str().map(str::to_owned);
        connection.keep(Credential {
            runtime_token: token.to_owned(),
            runtime_id: data["runtime_id"].as_str().map(str::to_owned),
            environment_id: text("environment_id").or(environment),
            control_plane_url: connection.url().map(Url::to_string),
            organization_id: text("organization_id"),
            account_email: text("account_email"),
            bound_at: text("bound_at"),
        })?;
    }
    Ok((status, body))
}

/// Ends the connection: at the control plane if it can be reached, here in any case. Returns
/// whether the control plane revoked the token, and whether there was a token.
///
/// # Errors
/// `MARKETPLACE_STORAGE_FAILED`.
pub async fn unbind(connection: &Connection) -> Result<(bool, bool)> {
    let before = connection.credential();
    if before.runtime_token.is_empty() {
        return Ok((false, false));
    }
    let revoked = match connection.runtime_token() {
        Some(token) => {
            let client = connection.client(Some(token))?;
            let answer = connection.outgoing().send(move || client.revoke_connection()).await?;
            answer.is_ok_and(|answer| answer["revoked"] == true)
        }
        None => false,
    };
    connection.keep(Credential { runtime_id: before.runtime_id, ..Credential::default() })?;
    Ok((revoked, true))
}

fn failed(error: &client::Error) -> Error {
    Code::EnvironmentBindFailed.error(format!("this runtime could not be bound: {error}"))
}
