//! What is installed: enabling, disabling, uninstalling, and installing a file.

use super::frame::{Frame, page};
use crate::auth::{MayManage, Signed};
use crate::install::{self, Incoming, Options};
use crate::kernel::{Loaded, Origin, SetAside};
use crate::{Code, Result, Runtime};
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use os_console::flash::done;
use os_http::extract::{Path, parse};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "installed.html")]
struct ListPage {
    frame: Frame,
    packages: Vec<Arc<Loaded>>,
    set_aside: Vec<SetAside>,
}

pub async fn list(State(runtime): State<Runtime>, _: Signed, frame: Frame) -> Result<Response> {
    let kernel = runtime.kernel();
    let packages = kernel.packages().filter(|loaded| loaded.origin != Origin::System);
    let packages = packages.cloned().collect();
    page(&ListPage { frame, packages, set_aside: kernel.set_aside().to_vec() })
}

/// Installs the artifact that a form sends.
pub async fn install(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let body = body?;
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let (_, at) = os_console::file_of(kind, &body).ok_or_else(|| {
        Code::ValidationError.error("choose a file and send the form again: there was none in it")
    })?;
    os_http::extract::without_nul(&body[at.clone()])?;
    let artifact: Value = parse(&body[at])?;
    let incoming = Incoming::inline(artifact, None, Options::default())?;
    let installed = install::install(&runtime, incoming, caller.email().to_owned()).await?;
    let manifest = &installed.package.manifest;
    let sentence = match &installed.upgraded_from {
        Some(before) => format!("{} {} runs now; it was {before}.", manifest.id, manifest.version),
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
#[template(path = "uninstall.html")]
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
