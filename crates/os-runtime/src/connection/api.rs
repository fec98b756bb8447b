//! The cloud-connection routes of the runtime (contract §3.12).

use super::bind::{self, Polled};
use super::{Connection, aside, is_real};
use crate::auth::{MayManage, Signed};
use crate::{Code, Error, Result, Runtime, reconcile};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_api::client;
use os_http::extract::{Data, Json, Query};
use serde::Deserialize;
use serde_json::{Value, json};

const PROVIDER: &str = "objectstack-cloud";

/// Whether this runtime is bound: the control plane is asked, and where it does
/// not answer, what we know counts.
pub async fn status(State(runtime): State<Runtime>, _: Signed) -> Result<Data<Value>> {
    let connection = &runtime.connection;
    let upstream = match connection.bound_client() {
        Ok(client) => {
            let environment = connection.environment();
            aside(move || client.connection_status(environment.as_deref())).await?.ok()
        }
        Err(_) => None,
    };
    let kept = connection.credential();
    let is_known = upstream.as_ref().is_some_and(|it| it["bound"] == true);
    let described = upstream.map(|mut it| it["connection"].take()).filter(|it| !it.is_null());
    let local = || {
        let is_bound = connection.runtime_token().is_some();
        is_bound.then(|| {
            json!({
                "runtime_id": kept.runtime_id, "organization_id": kept.organization_id,
                "account_email": kept.account_email, "bound_at": kept.bound_at,
            })
        })
    };
    Ok(Data(json!({
        "environmentId": connection.environment(),
        "runtimeId": kept.runtime_id,
        "bound": is_known || connection.runtime_token().is_some(),
        "provider": PROVIDER,
        "connection": described.or_else(local),
        "sync": connection.state(),
    })))
}

pub async fn start(State(runtime): State<Runtime>, _: MayManage) -> Result<Data<Value>> {
    bind::start(&runtime.connection, &runtime.config).await.map(Data)
}

#[derive(Debug, Deserialize)]
pub struct Poll {
    #[serde(alias = "deviceCode")]
    device_code: Option<String>,
    #[serde(alias = "environmentId")]
    environment_id: Option<String>,
}

pub async fn poll(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<Poll>,
) -> Result<Response> {
    let Some(device_code) = body.device_code.filter(|code| !code.is_empty()) else {
        return Err(Code::InvalidRequest.error("device_code is required; get one with bind/start"));
    };
    let environment = body.environment_id.filter(|id| is_real(id));
    let (connection, config) = (&runtime.connection, &runtime.config);
    Ok(match bind::poll(connection, config, device_code, environment).await? {
        Polled::Pending => Data(json!({ "pending": true })).into_response(),
        Polled::Ended { code, message } => ended(&code, &message),
        Polled::Answered { status, body } => relayed(status, body.to_string().into_bytes()),
    })
}

/// The one refusal that has `data` too.
fn ended(code: &str, message: &str) -> Response {
    let error = json!({
        "code": Code::DeviceCodeFailed.as_str(), "declaredCode": code, "message": message,
    });
    let body = json!({ "success": false, "data": { "pending": false }, "error": error });
    (Code::DeviceCodeFailed.status(), axum::Json(body)).into_response()
}

/// An answer of the control plane, as it came.
fn relayed(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}

/// Packages stay as they are; they are this runtime's own from then on.
pub async fn unbind(State(runtime): State<Runtime>, _: MayManage) -> Result<Data<Value>> {
    let environment = runtime.connection.environment();
    let (revoked, cleared) = bind::unbind(&runtime.connection).await?;
    reconcile::forget(&runtime).await?;
    Ok(Data(json!({ "environmentId": environment, "revoked": revoked, "cleared": cleared })))
}

#[derive(Debug, Deserialize)]
pub struct Install {
    #[serde(alias = "packageId")]
    package_id: Option<String>,
    #[serde(alias = "seedSampleData", default)]
    seed_sample_data: bool,
}

/// Installs in the environment of this runtime, through the control plane.
pub async fn install(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<Install>,
) -> Result<Response> {
    let client = runtime.connection.bound_client()?;
    let environment = bound_environment(&runtime.connection)?;
    let package = package(body.package_id)?;
    let params =
        json!({ "environment_id": environment, "seed_sample_data": body.seed_sample_data });
    let body = json!({ "recordId": package, "params": params });
    let raw = aside(move || client.install_package(body)).await?.map_err(|error| {
        Code::PluginInstallFailed.error(format!("the control plane does not answer: {error}"))
    })?;
    Ok(relayed(raw.status, raw.bytes))
}

#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(alias = "packageId")]
    package_id: Option<String>,
}

/// Whether a package is installed in the environment; whatever fails is a no.
pub async fn installation(
    State(runtime): State<Runtime>,
    _: Signed,
    Query(which): Query<Which>,
) -> Result<Data<Value>> {
    let package = package(which.package_id)?;
    let connection = &runtime.connection;
    let answer = match (connection.bound_client(), connection.environment()) {
        (Ok(client), Some(environment)) => {
            aside(move || client.installation(&environment, &package)).await?.ok()
        }
        _ => None,
    };
    let answer = answer.filter(|it| it["installed"] == true);
    Ok(Data(answer.unwrap_or_else(|| json!({ "installed": false }))))
}

/// What is installed in the environment, as the control plane has it.
pub async fn installed(State(runtime): State<Runtime>, _: Signed) -> Result<Data<Value>> {
    let environment = runtime.connection.environment();
    listed(&runtime, "packages", move |client| match environment {
        Some(environment) => client.installations(&environment),
        None => Ok(Value::Null),
    })
    .await
}

/// What the organization could install.
pub async fn organization_packages(
    State(runtime): State<Runtime>,
    _: Signed,
) -> Result<Data<Value>> {
    let environment = runtime.connection.environment();
    listed(&runtime, "items", move |client| client.organization_packages(environment.as_deref()))
        .await
}

/// A list of the control plane; empty where it cannot be had (contract §6.7).
async fn listed(
    runtime: &Runtime,
    name: &str,
    ask: impl FnOnce(client::Client) -> client::Result<Value> + Send + 'static,
) -> Result<Data<Value>> {
    let client = runtime.connection.bound_client().ok();
    let connected = client.is_some();
    let answer = match client {
        Some(client) => aside(move || ask(client)).await?.unwrap_or_default(),
        None => Value::Null,
    };
    let items = answer[name].as_array().cloned().unwrap_or_default();
    Ok(Data(json!({ "total": items.len(), name: items, "connected": connected })))
}

fn package(id: Option<String>) -> Result<String> {
    id.filter(|id| !id.is_empty()).ok_or_else(|| {
        Code::InvalidRequest
            .error("package_id is required: the id of a package, such as com.acme.crm")
    })
}

fn bound_environment(connection: &Connection) -> Result<String> {
    connection.environment().ok_or_else(no_environment)
}

fn no_environment() -> Error {
    Code::EnvironmentNotFound.error(
        "this runtime is bound to no environment; bind it to one, or start it with `OS_ENVIRONMENT_ID`",
    )
}
