use super::PackageRecord;
use crate::auth::{MayManage, Signed};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use os_http::extract::{Data, Json, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use std::sync::Arc;

/// A version of a package with its metadata.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Publish {
    /// With `id` and `version`.
    #[serde(default)]
    manifest: Value,
    /// `{objects?, views?, apps?, flows?, agents?, tools?, translations?}`.
    #[serde(default)]
    metadata: Value,
}

/// What may stand behind `?`.
#[derive(Debug, Deserialize)]
pub struct Which {
    version: Option<String>,
}

/// A record that memory keeps, too.
pub struct Shared(Arc<PackageRecord>);

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[derive(Serialize)]
pub struct Packages {
    packages: Vec<Shared>,
    total: usize,
}

pub async fn publish(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<Publish>,
) -> Result<Data<Value>> {
    let Publish { manifest, metadata } = body;
    if manifest.is_null() || metadata.is_null() {
        return Err(Code::MissingRequiredField.error(
            "Missing required fields: manifest, metadata. Send both; `{}` is metadata enough.",
        ));
    }
    let hash = runtime.registry.publish(&manifest, &metadata).await?;
    let (id, version) = (&manifest["id"], &manifest["version"]);
    Ok(Data(json!({
        "message": format!(
            "Published {}@{}", id.as_str().unwrap_or_default(), version.as_str().unwrap_or_default()
        ),
        "package": { "id": id, "version": version, "hash": hash },
    })))
}

pub async fn list(State(runtime): State<Runtime>, _: Signed) -> Result<Data<Packages>> {
    let listing = runtime.registry.list().await?;
    let packages = listing.iter().cloned().map(Shared).collect();
    Ok(Data(Packages { packages, total: listing.len() }))
}

pub async fn get(
    State(runtime): State<Runtime>,
    _: Signed,
    Path(id): Path<String>,
    Query(Which { version }): Query<Which>,
) -> Result<Data<Shared>> {
    let record = runtime.registry.get(&id, version.as_deref()).await?;
    record.map(|it| Data(Shared(it))).ok_or_else(|| nothing(&id, version.as_deref()))
}

pub async fn delete(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(Which { version }): Query<Which>,
) -> Result<Data<Value>> {
    let deleted = runtime.registry.delete(&id, version.as_deref()).await?;
    if deleted == 0 {
        return Err(nothing(&id, version.as_deref()));
    }
    Ok(Data(json!({ "id": id, "version": version, "deleted": deleted })))
}

fn nothing(id: &str, version: Option<&str>) -> Error {
    let what = match version {
        Some(version) => format!("{id}@{version}"),
        None => id.to_owned(),
    };
    Code::NotFound.error(format!(
        "the registry has no package {what}; GET /api/v1/registry/packages lists what it has"
    ))
}
