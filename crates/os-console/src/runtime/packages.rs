//! The packages that are installed, and changes of them.

use crate::flash::done;
use crate::frame::Frame;
use crate::outcome::is_noteworthy;
use crate::respond::{page, page_as};
use crate::upload::Upload;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use os_api::desired::InstallOutcome;
use os_http::extract::{Path, parse, without_nul};
use os_runtime::auth::{MayManage, SignedIn};
use os_runtime::install::{self, Incoming, InstallOptions};
use os_runtime::kernel::{Loaded, Origin, Quarantined};
use os_runtime::{Code, MAX_BODY_BYTES, Result, Runtime};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "runtime/installed.html")]
struct ListPage {
    frame: Frame,
    packages: Vec<Arc<Loaded>>,
    quarantined: Vec<Quarantined>,
}

pub async fn list(State(runtime): State<Runtime>, _: SignedIn, frame: Frame) -> Result<Response> {
    let kernel = runtime.kernel();
    let packages = kernel.packages().filter(|loaded| loaded.origin != Origin::System);
    let packages = packages.cloned().collect();
    page(&ListPage { frame, packages, quarantined: kernel.quarantined().to_vec() })
}

#[derive(Template)]
#[template(path = "runtime/install_outcome.html")]
struct OutcomePage {
    frame: Frame,
    id: String,
    sentence: String,
    outcome: InstallOutcome,
}

/// Installs the artifact that a form sends.
pub async fn install(
    State(runtime): State<Runtime>,
    MayManage(caller): MayManage,
    frame: Frame,
    upload: Upload<MAX_BODY_BYTES>,
) -> Result<Response> {
    without_nul(&upload.bytes)?;
    let artifact: Value = parse(&upload.bytes)?;
    let incoming = Incoming::inline(artifact, None, InstallOptions::default())?;
    let installed =
        install::install(&runtime.installer(), incoming, caller.email().to_owned()).await?;
    let (manifest, outcome) = (&installed.package.manifest, installed.outcome());
    let sentence = match &installed.upgraded_from {
        Some(before) => {
            format!("{} is upgraded from {before} to {}.", manifest.id, manifest.version)
        }
        None => format!("{} {} is installed.", manifest.id, manifest.version),
    };
    if !is_noteworthy(&outcome) {
        return Ok(done("/installed", &sentence));
    }
    // More than a sentence: the answer is the page itself.
    page_as(
        StatusCode::CREATED,
        &OutcomePage { frame, id: manifest.id.to_string(), sentence, outcome },
    )
}

pub async fn enable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Response> {
    install::set_enabled(&runtime.installer(), id.clone(), true).await?;
    Ok(done("/installed", &format!("{id} is enabled.")))
}

pub async fn disable(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
) -> Result<Response> {
    install::set_enabled(&runtime.installer(), id.clone(), false).await?;
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
    install::uninstall(&runtime.installer(), id.clone(), false).await?;
    Ok(done("/installed", &format!("{id} is uninstalled; its data is kept.")))
}
