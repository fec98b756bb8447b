//! The packages that are installed, and changes of them.

use super::objects::offered;
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
use os_runtime::object::Object;
use os_runtime::{Code, MAX_BODY_BYTES, Result, Runtime};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "runtime/installed.html")]
struct ListPage {
    frame: Frame,
    packages: Vec<Listed>,
    quarantined: Vec<Quarantined>,
}

struct Listed {
    loaded: Arc<Loaded>,
    /// True if a control plane delivered it: the package is changed there.
    is_delivered: bool,
    /// The outcome of its install, if a control plane delivered it.
    outcome: Option<InstallOutcome>,
}

pub async fn list(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    frame: Frame,
) -> Result<Response> {
    let kernel = runtime.kernel();
    let mut deliveries = os_runtime::deliveries(&runtime.db).await?;
    // What an install reports may quote records, which not everybody may read.
    deliveries.retain(|_, _| caller.is_platform_admin());
    let packages = kernel.packages().filter(|loaded| loaded.origin != Origin::System);
    let packages = packages.map(|loaded| {
        let delivery = deliveries.remove(&loaded.package.manifest.id);
        Listed {
            is_delivered: delivery.is_some(),
            outcome: delivery.and_then(|it| it.outcome),
            loaded: loaded.clone(),
        }
    });
    let (packages, quarantined) = (packages.collect(), kernel.quarantined().to_vec());
    page(&ListPage { frame, packages, quarantined })
}

#[derive(Template)]
#[template(path = "runtime/package.html")]
struct PackagePage {
    frame: Frame,
    loaded: Arc<Loaded>,
    objects: Vec<Arc<Object>>,
    /// True if a control plane delivered it.
    is_delivered: bool,
    outcome: Option<InstallOutcome>,
}

pub async fn show(
    State(runtime): State<Runtime>,
    _: MayManage,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response> {
    let loaded = installed(&runtime, &id)?;
    let delivery = os_runtime::deliveries(&runtime.db).await?.remove(&loaded.package.manifest.id);
    page(&PackagePage {
        frame,
        objects: if loaded.receipt.enabled { offered(&loaded) } else { Vec::new() },
        is_delivered: delivery.is_some(),
        outcome: delivery.and_then(|it| it.outcome),
        loaded,
    })
}

fn status(loaded: &Loaded) -> &'static str {
    if loaded.receipt.enabled { "installed" } else { "disabled" }
}

/// Returns a package that was installed, enabled or not.
fn installed(runtime: &Runtime, id: &str) -> Result<Arc<Loaded>> {
    let loaded = runtime.kernel().package(id).cloned();
    let loaded = loaded.filter(|it| it.origin != Origin::System);
    loaded.ok_or_else(|| Code::NotFound.error(format!("{id} is not installed")))
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
    let loaded = installed(&runtime, &id)?;
    if loaded.origin != Origin::Ledger {
        return Err(Code::NotFound
            .error(format!("{id} cannot be uninstalled here; the runtime was started with it")));
    }
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
