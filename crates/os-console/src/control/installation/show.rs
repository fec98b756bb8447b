//! One installation with its history.

use super::{Address, base, dependents};
use crate::control::environment::EnvironmentFrame;
use crate::control::people::People;
use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::installation as wire;
use os_control::fleet::environment::Environment;
use os_control::fleet::installation::{self, Direction};
use os_control::http::extract::Path;
use os_control::http::guards::MayReadEnvironment;
use os_control::{Control, Result};
use os_package::Dependency;
use os_plan::admission::Dependent;
use serde_json::Value;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "control/installation.html")]
struct InstallationPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    /// The name of the runtime that reports for the environment.
    runtime: Option<String>,
    may_install: bool,
    settings: Vec<(String, String)>,
    moves: Vec<wire::HistoryEntry>,
    dependencies: Vec<Dependency>,
    dependents: Vec<Dependent>,
    /// True if an earlier version can be installed.
    has_older: bool,
    people: People,
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let EnvironmentFrame { environment, may_install, .. } =
        EnvironmentFrame::of(&mut tx, &access, "Packages").await?;
    let row = installation::get(&mut tx, &access, &address.package).await?;
    let moves = installation::history(&mut tx, &access, &row.manifest_id, Uuid::max(), 30).await?;
    let (config, package) = (&control.config, &row.manifest_id);
    let back = Direction::Rollback;
    let targets = installation::targets(&mut tx, &access, config, package, back).await?;
    let has_older = !targets.admitted.is_empty();
    let dependents = dependents(&mut tx, &access, &row, None).await?;
    let dependencies = row.installed()?.dependencies;
    let people = People::known_to(&mut tx, access.actor()).await?;
    let runtime = row.observed.runtime_name.clone();
    let it: wire::Installation = row.try_into()?;
    page(&InstallationPage {
        frame,
        base: base(&access, &it.package_id),
        environment,
        may_install,
        settings: listed(it.settings.as_value()),
        moves: moves.into_iter().map(Into::into).collect(),
        dependencies,
        dependents,
        has_older,
        people,
        runtime,
        it,
    })
}

fn listed(settings: &Value) -> Vec<(String, String)> {
    let pairs = settings.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.map(|(name, value)| (name.clone(), text(value))).collect()
}
