use super::{exported, find, row, row_with_items};
use crate::auth::MayManage;
use crate::install::{self, Incoming, Options};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use os_http::extract::{Data, Json, Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

/// Which packages are wanted.
#[derive(Debug, Deserialize)]
pub struct Filter {
    #[serde(default)]
    status: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    enabled: Option<String>,
}

pub async fn list(
    State(runtime): State<Runtime>,
    _: MayManage,
    Query(filter): Query<Filter>,
) -> Data<Value> {
    let is_wanted = |row: &Value, kind: &str| {
        filter.status.as_deref().is_none_or(|status| row["status"] == status)
            && filter.kind.as_deref().is_none_or(|wanted| wanted == kind)
            && filter.enabled.as_deref().is_none_or(|text| row["enabled"] == (text == "true"))
    };
    let kernel = runtime.kernel();
    let rows = kernel.packages().map(|it| (row(it), it.package.manifest.kind.as_str()));
    let packages: Vec<Value> =
        rows.filter(|(row, kind)| is_wanted(row, kind)).map(|(row, _)| row).collect();
    Data(json!({ "total": packages.len(), "packages": packages }))
}

pub async fn show(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    Ok(Data(row_with_items(find(&runtime, &id)?.as_ref())))
}

/// What the SDK sends to install a package.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Install {
    #[serde(default)]
    manifest: Value,
    #[serde(default)]
    settings: Option<Value>,
    #[serde(default)]
    enable_on_install: Option<bool>,
    /// Whether it may take the place of another version.
    #[serde(default)]
    overwrite: bool,
}

pub async fn install(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    Json(body): Json<Install>,
) -> Result<Response> {
    let options = Options {
        settings: body.settings,
        enabled: body.enable_on_install,
        is_new: !body.overwrite,
        without_seeds: false,
    };
    let incoming = incoming(body.manifest, options)?;
    let id = incoming.id.to_string();
    install::install(&runtime, incoming, caller.email().to_owned()).await.map_err(recoded)?;
    let row = row_with_items(find(&runtime, &id)?.as_ref());
    Ok((StatusCode::CREATED, Data(row)).into_response())
}

/// The artifact that was sent; one without a version is its first.
fn incoming(mut artifact: Value, options: Options) -> Result<Incoming> {
    let says = |key: &str| {
        let said = artifact.get(key).or_else(|| artifact.get("manifest")?.get(key));
        said.is_some_and(Value::is_string)
    };
    if !says("id") {
        return Err(Code::ValidationError.error(
            "Package id is required: send `manifest` with an `id`, such as `com.acme.crm`",
        ));
    }
    if !says("version") {
        artifact["version"] = "0.1.0".into();
    }
    Incoming::of(artifact, None, None, options, Code::ValidationError)
}

/// The codes that this surface has for what install-local calls a failed
/// registration (contract §4.10, §4.11).
fn recoded(error: Error) -> Error {
    match error.details().and_then(|details| details["type"].as_str()) {
        Some("namespace_conflict") => error.with_code(Code::NamespaceConflict),
        Some("object_conflict") => error.with_code(Code::ObjectOwnershipConflict),
        _ => error,
    }
}

pub async fn enable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    set_enabled(&runtime, id, true).await
}

pub async fn disable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    set_enabled(&runtime, id, false).await
}

async fn set_enabled(runtime: &Runtime, id: String, enabled: bool) -> Result<Data<Value>> {
    let loaded = find(runtime, &id)?;
    if loaded.receipt.enabled == enabled {
        return Ok(Data(row(&loaded)));
    }
    Ok(Data(row(install::set_enabled(runtime, id, enabled).await?.as_ref())))
}

/// What may stand behind `?` when a package is deleted. Records stay whatever
/// `keepData` says.
#[derive(Debug, Deserialize)]
pub struct Force {
    #[serde(default)]
    force: Option<String>,
}

pub async fn delete(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(Force { force }): Query<Force>,
) -> Result<Data<Value>> {
    let force = matches!(force.as_deref(), Some("1" | "true"));
    super::delete(&runtime, id, force).await?;
    Ok(Data(json!({
        "success": true,
        "registryRemoved": true,
        "persisted": {
            "success": true, "deletedCount": 0, "failedCount": 0,
            "deleted": [], "failed": [], "cleanups": [],
        },
    })))
}

pub async fn export(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    Ok(Data(exported(find(&runtime, &id)?.as_ref())))
}

/// Packages are changed by their next version, so there are no commits.
pub async fn commits(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<Value>> {
    find(&runtime, &id)?;
    Ok(Data(json!({ "commits": [] })))
}

/// Permission sets are bound by whoever gives them; nothing is suggested.
pub async fn suggested_bindings(_: MayManage) -> Data<Value> {
    Data(json!({ "items": [], "total": 0, "suggestions": [] }))
}

/// What authors do over the original's API is done to the package itself here.
pub async fn read_only(_: MayManage) -> Error {
    Code::NotImplemented.error(
        "packages of this runtime are not edited over the API; change the package and install its next version with `os package install`",
    )
}
