//! Pages of the runtimes that are bound to an environment.

use super::{RuntimeConnection, list as find_all, revoke as end};
use crate::console::{Ask, Frame, done, page};
use crate::fleet::environment::console::Place;
use crate::http::extract::Path;
use crate::http::guards::{EnvironmentAccess, MayManageEnvironment, MayReadEnvironment};
use crate::{Code, Control, Result};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_db::Tx;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "environment_runtimes.html")]
struct RuntimesPage {
    frame: Frame,
    place: Place,
    runtimes: Vec<RuntimeConnection>,
}

pub async fn list(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let place = Place::of(&mut tx, &access, "Runtimes").await?;
    let runtimes = find_all(&mut tx, access.environment).await?;
    page(&RuntimesPage { frame, place, runtimes })
}

#[derive(Deserialize)]
pub struct RuntimePath {
    runtime: Uuid,
}

async fn find(tx: &mut Tx, access: &EnvironmentAccess, id: Uuid) -> Result<RuntimeConnection> {
    let all = find_all(tx, access.environment).await?;
    let found = all.into_iter().find(|it| it.runtime_id == id && it.revoked_at.is_none());
    found.ok_or_else(|| Code::NotFound.error("no such runtime is bound to this environment"))
}

pub async fn confirm_revoke(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    Path(path): Path<RuntimePath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let place = Place::of(&mut tx, &access, "Runtimes").await?;
    let runtime = find(&mut tx, &access, path.runtime).await?;
    let here = format!("/environments/{}", access.environment);
    page(&Ask {
        frame,
        question: format!("Revoke {}?", runtime.name),
        consequence: "Its token is refused from now on. It keeps running what it has, and learns of no change.".to_owned(),
        button: "Revoke runtime",
        back: format!("{here}/runtimes"),
        crumbs: vec![
            ("/environments".to_owned(), "Environments".to_owned()),
            (here, place.environment.display_name),
        ],
    })
}

pub async fn revoke(
    State(control): State<Control>,
    MayManageEnvironment(access): MayManageEnvironment,
    Path(path): Path<RuntimePath>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let runtime = find(&mut tx, &access, path.runtime).await?;
    end(&mut tx, &access.actor, &runtime).await?;
    tx.commit().await?;
    let here = format!("/environments/{}/runtimes", access.environment);
    Ok(done(&here, &format!("{} is revoked.", runtime.name)))
}
