//! The settings of an installation.

use super::settings_form::{SettingsField, fields_of, settings_from};
use super::{Address, base};
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{page, page_as};
use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::installation as wire;
use os_control::fleet::environment::{self, Environment, EnvironmentAccess};
use os_control::fleet::installation::{self, Installation, NewSettings};
use os_control::fleet::settings;
use os_control::http::extract::{Form, Path};
use os_control::http::guards::MayInstall;
use os_control::{Code, Control, Result};
use os_db::Tx;
use serde_json::{Map, Value};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "control/installation_settings.html")]
struct SettingsPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    fields: Vec<SettingsField>,
    error: Option<String>,
}

pub async fn edit(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let row = installation::get(&mut tx, &access, &address.package).await?;
    page(&settings_page(&mut tx, &access, frame, row, SentForm::default()).await?)
}

/// The settings that a refused form sent, and the reason; nothing of a new one.
#[derive(Default)]
struct SentForm {
    settings: Option<Value>,
    error: Option<String>,
}

/// Returns the form; after a refusal with the values that were sent and the error.
async fn settings_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    row: Installation,
    sent: SentForm,
) -> Result<SettingsPage> {
    let SentForm { settings: sent, error } = sent;
    let environment = environment::get(tx, access).await?;
    let schema = schema(&row)?;
    let it: wire::Installation = row.try_into()?;
    let fields = fields_of(schema.as_ref(), sent.as_ref().unwrap_or(it.settings.as_value()), true);
    let base = base(access, &it.package_id);
    Ok(SettingsPage { frame, environment, base, it, fields, error })
}

fn schema(row: &Installation) -> Result<Option<Value>> {
    let schema = row.configuration_schema.as_deref().map(serde_json::from_str).transpose();
    Ok(schema.context("a stored configuration schema")?)
}

pub async fn save(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let row = installation::get(&mut tx, &access, &address.package).await?;
    drop(tx);
    let schema = schema(&row)?;
    let present: wire::Installation = row.clone().try_into()?;
    let sent = settings_from(schema.as_ref(), present.settings.as_value(), &form);
    let result = match &sent {
        Ok(sent) => change(&control, &access, &row, sent).await,
        Err(error) => Err(error.clone()),
    };
    match result {
        Ok(()) => {
            let sentence = format!("The settings of {} are saved.", row.display_name);
            Ok(done(&base(&access, &row.manifest_id), &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            let mut tx = control.db.read().await?;
            let sent = SentForm { settings: sent.ok(), error: Some(error.message().to_owned()) };
            let page = settings_page(&mut tx, &access, frame, row, sent).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn change(
    control: &Control,
    access: &EnvironmentAccess,
    row: &Installation,
    sent: &Value,
) -> Result<()> {
    let map: Map<String, Value> = sent
        .as_object()
        .cloned()
        .ok_or_else(|| Code::ValidationError.error("`settings` must be a JSON object"))?;
    settings::check_size(&map)?;
    let new = NewSettings::check(map, &control.db, access, &row.manifest_id).await?;
    let mut tx = control.db.write().await?;
    installation::change_settings(&mut tx, access, &row.manifest_id, new).await?;
    Ok(tx.commit().await?)
}
