//! The settings of an environment, and deleting it.

use super::{EnvironmentFrame, crumbs};
use crate::confirm::Confirm;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::environment as wire;
use os_control::fleet::environment::{
    self, EnvironmentAccess, EnvironmentStatus, EnvironmentType, hostname,
};
use os_control::fleet::installation;
use os_control::http::extract::Form;
use os_control::http::guards::{MayDeleteEnvironment, MayManageEnvironment, MayReadEnvironment};
use os_control::{Control, Result};
use os_db::Tx;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "control/environment_settings.html")]
struct SettingsPage {
    frame: Frame,
    around: EnvironmentFrame,
    types: Vec<&'static str>,
    statuses: Vec<&'static str>,
    error: Option<String>,
}

pub async fn edit(
    State(control): State<Control>,
    access: MayReadEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    page(&settings_page(&mut tx, &access, frame, None).await?)
}

async fn settings_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    error: Option<String>,
) -> Result<SettingsPage> {
    let around = EnvironmentFrame::of(tx, access, "Settings").await?;
    let now = around.environment.status;
    let statuses = EnvironmentStatus::ALL.into_iter().filter(|it| now.may_become(*it));
    Ok(SettingsPage {
        frame,
        types: EnvironmentType::ALL.map(EnvironmentType::as_str).to_vec(),
        statuses: statuses.map(EnvironmentStatus::as_str).collect(),
        around,
        error,
    })
}

#[derive(Deserialize)]
pub struct SettingsForm {
    display_name: String,
    environment_type: String,
    status: String,
    #[serde(default)]
    hostname: String,
}

pub async fn save(
    State(control): State<Control>,
    access: MayManageEnvironment,
    frame: Frame,
    Form(form): Form<SettingsForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    match change(&mut tx, &access, form).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(
                &format!("/environments/{}/settings", access.environment()),
                "The settings are saved.",
            ))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let message = Some(error.message().to_owned());
            let page = settings_page(&mut tx, &access, frame, message).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn change(tx: &mut Tx, access: &EnvironmentAccess, form: SettingsForm) -> Result<()> {
    let before = environment::get(tx, access).await?;
    let wanted = Some(form.hostname.trim()).filter(|it| !it.is_empty());
    if let Some(wanted) = wanted.map(environment::read_hostname).transpose()?
        && before.hostname.as_ref() != Some(&wanted)
    {
        hostname::set(tx, access, wanted).await?;
    }
    let body = wire::UpdateEnvironment {
        display_name: Some(form.display_name),
        env_type: Some(form.environment_type),
        status: Some(form.status),
        ..wire::UpdateEnvironment::default()
    };
    environment::update(tx, access, environment::Changes::read(body)?).await.map(drop)
}

pub async fn confirm_delete(
    State(control): State<Control>,
    access: MayDeleteEnvironment,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let environment = environment::get(&mut tx, &access).await?;
    let count = installation::list(&mut tx, &access).await?.len();
    page(&Confirm {
        frame,
        question: format!("Delete {}?", environment.display_name),
        consequence: format!(
            "This also deletes its {count} installations, {} generations and all members, and cannot be undone. The data of its runtime stays.",
            environment.generation
        ),
        crumbs: crumbs(&environment),
        button: "Delete environment",
        back: format!("/environments/{}/settings", environment.id),
    })
}

/// Deletes an environment, a default one too: the page has asked for confirmation.
pub async fn delete(
    State(control): State<Control>,
    access: MayDeleteEnvironment,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let name = environment::get(&mut tx, &access).await?.display_name;
    environment::delete(&mut tx, &access, true).await?;
    tx.commit().await?;
    Ok(done("/environments", &format!("{name} is deleted.")))
}
