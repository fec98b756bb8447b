//! Becoming known to a control plane: by a person's consent, or by a key.

use super::{Connection, Credential, aside};
use crate::{Code, Config, Error, Result};
use os_api::client::{self, DEVICE_SCOPE, Raw, Refusal};
use serde_json::{Value, json};
use url::Url;

/// What polling came to.
pub enum Polled {
    /// The person has not decided yet.
    Pending,
    /// The device flow ended without consent; with its code.
    Ended { code: String, message: String },
    /// What the control plane answered, without the token.
    Answered { status: u16, body: Value },
}

/// Starts the device flow. The pages it names are told who asks.
///
/// # Errors
/// `CLOUD_UNCONFIGURED`; `DEVICE_CODE_FAILED` (502).
pub async fn start(connection: &Connection, config: &Config) -> Result<Value> {
    let (client, id) = (connection.client(None)?, config.client_id.clone());
    let mut answer = aside(move || client.device_code_of(&id)).await?.map_err(|error| {
        Code::DeviceCodeUnavailable.error(format!("the control plane gives no code: {error}"))
    })?;
    for key in ["verification_uri", "verification_uri_complete"] {
        if let Some(url) = answer[key].as_str().and_then(|url| named(url, config)) {
            answer[key] = url.into();
        }
    }
    Ok(answer)
}

fn named(url: &str, config: &Config) -> Option<String> {
    let mut url: Url = url.parse().ok()?;
    url.query_pairs_mut()
        .append_pair("runtime_name", &config.name)
        .append_pair("runtime_version", &config.runtime_version);
    Some(url.into())
}

/// Asks whether the person has consented; if so, binds.
///
/// # Errors
/// `CLOUD_UNCONFIGURED`; `ENVIRONMENT_BIND_FAILED` when there is no answer.
pub async fn poll(
    connection: &Connection,
    config: &Config,
    device_code: String,
    environment: Option<String>,
) -> Result<Polled> {
    let (client, id) = (connection.client(None)?, config.client_id.clone());
    let token = match aside(move || client.redeem_device_code(&id, &device_code)).await? {
        Ok(answer) => answer["access_token"].as_str().unwrap_or_default().to_owned(),
        Err(client::Error::Refused(refusal)) => return Ok(undecided(*refusal)),
        Err(error) => return Err(failed(&error)),
    };
    let client = connection.client(None)?;
    let environment = environment.or_else(|| connection.named_environment());
    let mut body = wish(connection, config, environment.as_deref());
    body["token"] = token.into();
    body["scope"] = DEVICE_SCOPE.into();
    let raw = aside(move || client.bind_runtime(body)).await?.map_err(|error| failed(&error))?;
    let (status, body) = take(connection, raw, environment)?;
    Ok(Polled::Answered { status, body })
}

fn undecided(refusal: Refusal) -> Polled {
    let code = refusal.code.unwrap_or_default();
    match code.as_str() {
        "authorization_pending" | "slow_down" => Polled::Pending,
        _ => Polled::Ended { code, message: refusal.message },
    }
}

/// Binds with the key of the operator.
///
/// # Errors
/// `ENVIRONMENT_BIND_FAILED`.
pub async fn with_key(connection: &Connection, config: &Config, key: String) -> Result<()> {
    let client = connection.client(Some(key))?;
    let environment = connection.named_environment();
    let body = wish(connection, config, environment.as_deref());
    let raw = aside(move || client.bind_runtime(body)).await?.map_err(|error| failed(&error))?;
    let (status, body) = take(connection, raw, environment)?;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let message = body["error"]["message"].as_str().unwrap_or("no reason was given");
    Err(Code::EnvironmentBindFailed
        .error(format!("the control plane refused to bind ({status}): {message}")))
}

/// What every binding says of this runtime.
fn wish(connection: &Connection, config: &Config, environment: Option<&str>) -> Value {
    let mut body = json!({ "name": config.name, "runtime_version": config.runtime_version });
    if let Some(environment) = environment {
        body["environment_id"] = environment.into();
    }
    if let Some(runtime) = connection.credential().runtime_id {
        body["runtime_id"] = runtime.into();
    }
    body
}

/// Keeps the token of an answer, and takes it out of it.
fn take(connection: &Connection, raw: Raw, environment: Option<String>) -> Result<(u16, Value)> {
    let status = raw.status;
    let mut body: Value = serde_json::from_slice(&raw.bytes).map_err(|_| {
        Code::EnvironmentBindFailed.error(format!("{} answered something else than JSON", raw.url))
    })?;
    let data = match body.get_mut("data") {
        Some(data) => data,
        None => &mut body,
    };
    let token = data.as_object_mut().and_then(|data| data.remove("runtime_token"));
    if let Some(token) = token.as_ref().and_then(Value::as_str) {
        let of = |key: &str| data["connection"][key].as_str().map(str::to_owned);
        connection.keep(Credential {
            runtime_token: token.to_owned(),
            runtime_id: data["runtime_id"].as_str().map(str::to_owned),
            environment_id: of("environment_id").or(environment),
            control_plane_url: connection.url().map(Url::to_string),
            organization_id: of("organization_id"),
            account_email: of("account_email"),
            bound_at: of("bound_at"),
        })?;
    }
    Ok((status, body))
}

/// Ends the connection: upstream if it can be reached, here in any case. Answers
/// whether it ended there, and whether there was something to forget.
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
            let answer = aside(move || client.revoke_connection()).await?;
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
