//! The handlers of `/api/v1/cloud-connection`
//! (docs/wire/runtime-connection.md#routes-of-the-runtime).

use super::bind::{self, PollOutcome};
use super::{Connection, is_real};
use crate::auth::MayManage;
use crate::{Code, Result, Runtime, delivery};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use os_api::client::{self, Client};
use os_api::device::DeviceCode;
use os_api::installation::InstalledOrNot;
use os_api::runtime::Relayed;
use os_api::runtime::connection as wire;
use os_http::extract::{Data, Json, Query};
use serde_json::{Value, json};

const PROVIDER: &str = "objectstack-cloud";

/// Shows whether this runtime is bound: as the control plane says, and where that does not
/// answer, as the runtime knows.
pub async fn show_status(
    State(runtime): State<Runtime>,
    _: MayManage,
) -> Result<Data<wire::ConnectionReport>> {
    let connection = &runtime.connection;
    let upstream = match connection.bound_client() {
        Ok(client) => {
            let environment = connection.environment();
            connection
                .outgoing()
                .send(move || client.connection_status(environment.as_deref()))
                .await?
                .ok()
        }
        Err(_) => None,
    };
    let is_known = upstream.as_ref().is_some_and(|it| it["bound"] == true);
    let described = upstream.map(|mut it| it["connection"].take()).filter(|it| !it.is_null());
    let is_bound = connection.runtime_token().is_some();
    let kept = connection.credential();
    let runtime_id = kept.runtime_id.clone();
    let local = || {
        is_bound.then_some(wire::BoundConnection::Local(wire::LocalConnection {
            runtime_id: kept.runtime_id,
            organization_id: kept.organization_id,
            account_email: kept.account_email,
            bound_at: kept.bound_at,
        }))
    };
    Ok(Data(wire::ConnectionReport {
        environment_id: connection.environment(),
        runtime_id,
        bound: is_known || is_bound,
        provider: PROVIDER.to_owned(),
        connection: described.map(|it| wire::BoundConnection::Upstream(it.into())).or_else(local),
        sync: connection.state(),
    }))
}

/// Starts the device flow.
pub async fn start_binding(
    State(runtime): State<Runtime>,
    _: MayManage,
) -> Result<Data<Relayed<DeviceCode>>> {
    let code = bind::start(&runtime.connection, &runtime.config).await?;
    Ok(Data(code.into()))
}

/// Binds the runtime, if the person has confirmed the code.
pub async fn poll_binding(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<wire::PollBinding>,
) -> Result<Response> {
    let Some(device_code) = body.device_code.filter(|code| !code.is_empty()) else {
        return Err(Code::InvalidRequest.error("device_code is required; get one with bind/start"));
    };
    let environment = body.environment_id.filter(|id| is_real(id));
    let (connection, config) = (&runtime.connection, &runtime.config);
    Ok(match bind::poll(connection, config, device_code, environment).await? {
        PollOutcome::Pending => Data(wire::BindingPending { pending: true }).into_response(),
        PollOutcome::Ended { code, message } => ended(&code, &message),
        PollOutcome::Answered { status, body } => relayed(status, body.to_string().into_bytes()),
    })
}

/// Returns the only error with `data`.
fn ended(code: &str, message: &str) -> Response {
    let error = json!({
        "code": Code::DeviceCodeFailed.as_str(), "declaredCode": code, "message": message,
        "httpStatus": Code::DeviceCodeFailed.status().as_u16(),
    });
    let body = json!({ "success": false, "data": { "pending": false }, "error": error });
    (Code::DeviceCodeFailed.status(), axum::Json(body)).into_response()
}

/// Passes on a response of the control plane.
fn relayed(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}

/// Ends the connection. Packages stay, and are this runtime's own from then on.
pub async fn unbind(State(runtime): State<Runtime>, _: MayManage) -> Result<Data<wire::Unbound>> {
    let environment_id = runtime.connection.environment();
    let (revoked, cleared) = bind::unbind(&runtime.connection).await?;
    delivery::forget(&runtime.db).await?;
    runtime.managed.clear();
    Ok(Data(wire::Unbound { environment_id, revoked, cleared }))
}

/// Installs a package in the environment of this runtime, through the control plane.
pub async fn install_in_environment(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<wire::InstallInEnvironment>,
) -> Result<Response> {
    let client = runtime.connection.bound_client()?;
    let environment = bound_environment(&runtime.connection)?;
    let package = required_package(body.package_id)?;
    let params =
        json!({ "environment_id": environment, "seed_sample_data": body.seed_sample_data });
    let body = json!({ "recordId": package, "params": params });
    let outgoing = runtime.connection.outgoing();
    let raw = outgoing.send(move || client.install_package(body)).await?.map_err(|error| {
        Code::PluginInstallFailed.error(format!("the control plane does not answer: {error}"))
    })?;
    Ok(relayed(raw.status, raw.bytes))
}

/// Shows whether a package is installed in the environment; "no" where nobody knows.
pub async fn show_installation(
    State(runtime): State<Runtime>,
    _: MayManage,
    Query(query): Query<wire::InstallationQuery>,
) -> Result<Data<Relayed<InstalledOrNot>>> {
    let package = required_package(query.package_id)?;
    let connection = &runtime.connection;
    let response = match (connection.bound_client(), connection.environment()) {
        (Ok(client), Some(environment)) => {
            let request = move || client.installation(&environment, &package);
            connection.outgoing().send(request).await?.ok()
        }
        _ => None,
    };
    let installed = response.filter(|it| it["installed"] == true);
    Ok(Data(installed.unwrap_or_else(|| json!({ "installed": false })).into()))
}

/// Lists what is installed in the environment, as the control plane has it.
pub async fn list_environment_packages(
    State(runtime): State<Runtime>,
    _: MayManage,
) -> Result<Data<wire::EnvironmentPackages>> {
    let environment = runtime.connection.environment();
    let (packages, connected) = list(&runtime.connection, "packages", move |client| {
        environment.map_or(Ok(Value::Null), |environment| client.installations(&environment))
    })
    .await?;
    Ok(Data(wire::EnvironmentPackages { total: packages.len(), packages, connected }))
}

/// Lists what the organization can install.
pub async fn list_available_packages(
    State(runtime): State<Runtime>,
    _: MayManage,
) -> Result<Data<wire::AvailablePackages>> {
    let environment = runtime.connection.environment();
    let (items, connected) = list(&runtime.connection, "items", move |client| {
        client.organization_packages(environment.as_deref())
    })
    .await?;
    Ok(Data(wire::AvailablePackages { total: items.len(), items, connected }))
}

/// Returns a list of the control plane, empty where it does not answer
/// (docs/wire/runtime-connection.md#without-the-control-plane), and whether the runtime is bound.
async fn list<T>(
    connection: &Connection,
    name: &str,
    request: impl FnOnce(Client) -> client::Result<Value> + Send + 'static,
) -> Result<(Vec<Relayed<T>>, bool)> {
    let Ok(client) = connection.bound_client() else { return Ok((Vec::new(), false)) };
    let response = connection.outgoing().send(move || request(client)).await?.unwrap_or_default();
    let items = response[name].as_array().cloned().unwrap_or_default();
    Ok((items.into_iter().map(Relayed::from).collect(), true))
}

fn required_package(id: Option<String>) -> Result<String> {
    id.filter(|id| !id.is_empty()).ok_or_else(|| {
        Code::InvalidRequest
            .error("package_id is required: the id of a package, such as com.acme.crm")
    })
}

fn bound_environment(connection: &Connection) -> Result<String> {
    connection.environment().ok_or_else(|| {
        Code::EnvironmentNotFound.error(
            "this runtime is bound to no environment; bind it to one, or start it with `OS_ENVIRONMENT_ID`",
        )
    })
}
