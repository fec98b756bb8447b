//! The installations of an environment.

use super::EnvironmentFrame;
use crate::frame::Frame;
use crate::parts::sentence;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::installation as wire;
use os_control::fleet::installation::{self, Installation};
use os_control::http::guards::MayReadEnvironment;
use os_control::{Control, Result};

#[derive(Template)]
#[template(path = "control/environment_packages.html")]
struct PackagesPage {
    frame: Frame,
    around: EnvironmentFrame,
    installations: Vec<wire::Installation>,
    /// The note that nothing runs, where no runtime is connected.
    note: Option<String>,
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Packages").await?;
    let rows: Vec<Installation> = installation::list(&mut tx, &access).await?;
    let note = rows.iter().find_map(Installation::status_note).map(sentence);
    let installations = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    page(&PackagesPage { frame, around, installations, note })
}
