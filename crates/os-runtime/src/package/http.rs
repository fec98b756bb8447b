//! The handlers of `/api/v1/packages` (docs/wire/runtime-install.md#packages-of-a-runtime).

use super::{exported, find, row, row_with_items};
use crate::auth::MayManage;
use crate::install::{self, Incoming, InstallOptions};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use os_api::runtime::UninstallOptions;
use os_api::runtime::package as wire;
use os_http::extract::{Data, Json, Path, Query};
use serde_json::Value;

/// Lists the packages of this runtime.
pub async fn list_packages(
    State(runtime): State<Runtime>,
    _: MayManage,
    Query(query): Query<wire::PackageQuery>,
) -> Data<wire::RuntimePackages> {
    let is_wanted = |row: &wire::RuntimePackage, kind: &str| {
        query.status.as_deref().is_none_or(|status| row.status == status)
            && query.kind.as_deref().is_none_or(|wanted| wanted == kind)
            && query.enabled.as_deref().is_none_or(|text| row.enabled == (text == "true"))
    };
    let kernel = runtime.kernel();
    let rows = kernel.packages().map(|it| (row(it), it.package.manifest.kind.as_str()));
    let packages: Vec<_> =
        rows.filter(|(row, kind)| is_wanted(row, kind)).map(|(row, _)| row).collect();
    Data(wire::RuntimePackages { total: packages.len(), packages })
}

/// Shows a package with its metadata items.
pub async fn show_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::RuntimePackage>> {
    Ok(Data(row_with_items(find(&runtime.kernel(), &id)?)))
}

/// Installs a package that is sent whole.
pub async fn install_package(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    Json(body): Json<wire::InstallManifest>,
) -> Result<Response> {
    let options = InstallOptions {
        settings: body.settings,
        secret_settings: Vec::new(),
        enabled: body.enable_on_install,
        is_new: !body.overwrite,
        without_seeds: false,
    };
    let incoming = incoming(body.manifest, options)?;
    let id = incoming.id.to_string();
    let installed_by = caller.email().to_owned();
    install::install(&runtime.installer(), incoming, installed_by).await.map_err(recoded)?;
    let row = row_with_items(find(&runtime.kernel(), &id)?);
    Ok((StatusCode::CREATED, Data(row)).into_response())
}

/// Reads the artifact that was sent; one without a version is 0.1.0.
fn incoming(mut artifact: Value, options: InstallOptions) -> Result<Incoming> {
    let has = |key: &str| {
        let member = artifact.get(key).or_else(|| artifact.get("manifest")?.get(key));
        member.is_some_and(Value::is_string)
    };
    if !has("id") {
        return Err(Code::ValidationError.error(
            "Package id is required: send `manifest` with an `id`, such as `com.acme.crm`",
        ));
    }
    if !has("version") {
        artifact["version"] = "0.1.0".into();
    }
    Incoming::of(artifact, None, None, options, Code::ValidationError)
}

/// Gives an error the code that these endpoints have for a failed registration of install-local
/// (docs/wire/runtime-install.md#conflicts, docs/wire/runtime-install.md#namespace-exclusivity).
fn recoded(error: Error) -> Error {
    match error.details().and_then(|details| details["type"].as_str()) {
        Some("namespace_conflict") => error.with_code(Code::NamespaceConflict),
        Some("object_conflict") => error.with_code(Code::ObjectOwnershipConflict),
        _ => error,
    }
}

/// Enables a package.
pub async fn enable_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::RuntimePackage>> {
    set_enabled(&runtime, id, true).await
}

/// Disables a package.
pub async fn disable_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::RuntimePackage>> {
    set_enabled(&runtime, id, false).await
}

async fn set_enabled(
    runtime: &Runtime,
    id: String,
    enabled: bool,
) -> Result<Data<wire::RuntimePackage>> {
    let kernel = runtime.kernel();
    let loaded = find(&kernel, &id)?;
    if loaded.receipt.enabled == enabled {
        return Ok(Data(row(loaded)));
    }
    let changed = install::set_enabled(&runtime.installer(), id, enabled).await?;
    Ok(Data(row(&changed)))
}

/// Deletes a package of the ledger; its records stay.
pub async fn delete_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    Query(options): Query<UninstallOptions>,
) -> Result<Data<wire::DeletedPackage>> {
    let force = install::http::read_force(&options)?;
    super::delete(&runtime.installer(), id, force).await?;
    Ok(Data(wire::DeletedPackage {
        success: true,
        registry_removed: true,
        persisted: wire::PersistedRemoval {
            success: true,
            deleted_count: 0,
            failed_count: 0,
            deleted: Vec::new(),
            failed: Vec::new(),
            cleanups: Vec::new(),
        },
    }))
}

/// Exports the flat manifest of a package.
pub async fn export_package(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::ExportedManifest>> {
    Ok(Data(wire::ExportedManifest(exported(find(&runtime.kernel(), &id)?))))
}

/// Lists the commits of a package: none, because it is changed by its next version.
pub async fn list_commits(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Data<wire::PackageCommits>> {
    find(&runtime.kernel(), &id)?;
    Ok(Data(wire::PackageCommits::default()))
}

/// Lists suggested permission sets: none.
pub async fn list_suggested_bindings(_: MayManage) -> Data<wire::SuggestedBindings> {
    Data(wire::SuggestedBindings::default())
}

/// Refuses to edit a package.
pub async fn refuse_edit(_: MayManage) -> Error {
    Code::NotImplemented.error(
        "packages of this runtime are not edited over the API; change the package and install its next version with `os package install`",
    )
}
