//! The runtimes that are bound to an environment.

use super::{EnvironmentFrame, crumbs};
use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::fleet::environment::EnvironmentAccess;
use os_control::fleet::runtime_link::{self, RuntimeConnection};
use os_control::http::extract::Path;
use os_control::http::guards::MayManageEnvironment;
use os_control::{Code, Control, Result};
use os_db::Tx;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "control/environment_runtimes.html")]
struct RuntimesPage {
    frame: Frame,
    around: EnvironmentFrame,
    runtimes: Vec<RuntimeConnection>,
}

pub async fn list(
    State(control): State<Control>,
    access: MayManageEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Runtimes").await?;
    let runtimes = runtime_link::list(&mut tx, &access).await?;
    page(&RuntimesPage { frame, around, runtimes })
}

#[derive(Deserialize)]
pub struct RuntimePath {
    runtime: Uuid,
}

async fn find(tx: &mut Tx, access: &EnvironmentAccess, id: Uuid) -> Result<RuntimeConnection> {
    let all = runtime_link::list(tx, access).await?;
    let found = all.into_iter().find(|it| it.runtime_id == id && it.revoked_at.is_none());
    found.ok_or_else(|| Code::NotFound.error("no such runtime is bound to this environment"))
}

pub async fn confirm_revoke(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(path): Path<RuntimePath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Runtimes").await?;
    let runtime = find(&mut tx, &access, path.runtime).await?;
    let here = format!("/environments/{}", access.environment());
    page(&Confirm {
        frame,
        question: format!("Revoke {}?", runtime.name),
        consequence:
            "Its token stops working. It keeps running what it has, and receives no more changes."
                .to_owned(),
        button: "Revoke runtime",
        back: format!("{here}/runtimes"),
        crumbs: crumbs(&around.environment),
    })
}

pub async fn revoke(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(path): Path<RuntimePath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let runtime = find(&mut tx, &access, path.runtime).await?;
    runtime_link::remove(&mut tx, &access, path.runtime).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/runtimes", access.environment());
    Ok(done(&here, &format!("{} is revoked.", runtime.name)))
}
