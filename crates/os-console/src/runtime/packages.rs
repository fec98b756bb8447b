//! The packages that are installed, and changes of them.

use crate::flash::done;
use crate::frame::Frame;
use crate::respond::page;
use crate::upload::Upload;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_http::extract::{Path, parse, without_nul};
use os_runtime::auth::{MayManage, Signed};
use os_runtime::install::{self, Incoming, Options};
use os_runtime::kernel::{Loaded, Origin, SetAside};
use os_runtime::{Code, MAX_BODY_BYTES, Result, Runtime};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "runtime/installed.html")]
struct ListPage {
    frame: Frame,
    packages: Vec<Arc<Loaded>>,
    quarantined: Vec<SetAside>,
}

pub async fn list(State(runtime): State<Runtime>, _: Signed, frame: Frame) -> Result<Response> {
    let kernel = runtime.kernel();
    let packages = kernel.packages().filter(|loaded| loaded.origin != Origin::System);
    let packages = packages.cloned().collect();
    page(&ListPage { frame, packages, quarantined: kernel.set_aside().to_vec() })
}

/// Installs the artifact that a form sends.
pub async fn install(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    upload: Upload<MAX_BODY_BYTES>,
) -> Result<Response> {
    without_nul(&upload.bytes)?;
    let artifact: Value = parse(&upload.bytes)?;
    let incoming = Incoming::inline(artifact, None, Options::default())?;
    let installed = install::install(&runtime, incoming, caller.email().to_owned()).await?;
    let manifest = &installed.package.manifest;
    let sentence = match &installed.upgraded_from {
        Some(before) => {
            format!("{} is upgraded from {before} to {}.", manifest.id, manifest.version)
        }
        None => format!("{} {} is installed.", manifest.id, manifest.version),
    };
    Ok(done("/installed", &sentence))
}

pub async fn enable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Response> {
    install::set_enabled(&runtime, id.clone(), true).await?;
    Ok(done("/installed", &format!("{id} is enabled.")))
}

pub async fn disable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Response> {
    install::set_enabled(&runtime, id.clone(), false).await?;
    Ok(done("/installed", &format!("{id} is disabled; its data is kept.")))
}

#[derive(Template)]
#[template(path = "runtime/uninstall.html")]
struct UninstallPage {
    frame: Frame,
    loaded: Arc<Loaded>,
}

pub async fn confirm_uninstall(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response> {
    let loaded = runtime.kernel().package(&id).cloned();
    let loaded = loaded.filter(|it| it.origin == Origin::Ledger);
    let loaded = loaded.ok_or_else(|| Code::NotFound.error(format!("{id} is not installed")))?;
    page(&UninstallPage { frame, loaded })
}

pub async fn uninstall(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Response> {
    install::uninstall(&runtime, id.clone(), false).await?;
    Ok(done("/installed", &format!("{id} is uninstalled; its data is kept.")))
}
