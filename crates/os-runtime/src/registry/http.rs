//! The handlers of the registry (docs/wire/registry.md#registry-endpoints).

use super::{PackageRecord, publication};
use crate::auth::{MayManage, SignedIn};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use os_api::runtime::registry as wire;
use os_http::extract::{Data, Json, Path, Query};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A record of the registry's cache, serialized without a copy.
pub struct SharedRecord(Arc<PackageRecord>);

impl Serialize for SharedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Publishes a version of a package.
pub async fn publish_version(
    State(runtime): State<Runtime>,
    _: MayManage,
    Json(body): Json<wire::PublishToRegistry>,
) -> Result<Data<wire::PublishedToRegistry>> {
    let wire::PublishToRegistry { manifest, metadata } = body;
    if manifest.is_null() || metadata.is_null() {
        return Err(Code::MissingRequiredField.error(
            "Missing required fields: manifest, metadata. Send both; `metadata` may be `{}`.",
        ));
    }
    let hash = runtime.registry.publish(&manifest, &metadata).await?;
    let (manifest, warnings) = os_http::in_background(move || {
        let warnings = publication::notes(&manifest, &metadata);
        (manifest, warnings)
    })
    .await?;
    let text = |key: &str| manifest[key].as_str().unwrap_or_default().to_owned();
    let (id, version) = (text("id"), text("version"));
    Ok(Data(wire::PublishedToRegistry {
        message: format!("Published {id}@{version}"),
        package: wire::RegistryVersion { id, version, hash },
        warnings,
    }))
}

/// Lists the latest version of every package.
pub async fn list_latest(
    State(runtime): State<Runtime>,
    _: SignedIn,
) -> Result<Data<wire::RegistryPackages<SharedRecord>>> {
    let listing = runtime.registry.list().await?;
    let packages = listing.iter().cloned().map(SharedRecord).collect();
    Ok(Data(wire::RegistryPackages { packages, total: listing.len() }))
}

/// Shows a version of a package.
pub async fn show_version(
    State(runtime): State<Runtime>,
    _: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<wire::RegistryVersionQuery>,
) -> Result<Data<SharedRecord>> {
    let version = query.version.as_deref();
    let record = runtime.registry.get(&id, version).await?;
    record.map(|it| Data(SharedRecord(it))).ok_or_else(|| no_package(&id, version))
}

/// Deletes a version of a package, or all of them.
pub async fn delete_versions(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(query): Query<wire::RegistryVersionQuery>,
) -> Result<Data<wire::DeletedFromRegistry>> {
    let version = query.version;
    let deleted = runtime.registry.delete(&id, version.as_deref()).await?;
    if deleted == 0 {
        return Err(no_package(&id, version.as_deref()));
    }
    Ok(Data(wire::DeletedFromRegistry { id, version, deleted }))
}

fn no_package(id: &str, version: Option<&str>) -> Error {
    let what = match version {
        Some(version) => format!("{id}@{version}"),
        None => id.to_owned(),
    };
    Code::NotFound.error(format!(
        "the registry has no package {what}; GET /api/v1/registry/packages lists its packages"
    ))
}
