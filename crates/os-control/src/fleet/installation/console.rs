//! Pages of what is installed: one installation, and what can be done to it.
//! Installing is [`super::console_install`].

use super::upgrade::{self, Moved, UpgradeRequest};
use super::{Installation, enable as enabling, rules, settings, uninstall};
use crate::console::parts::Html;
use crate::console::{
    Frame, People, SettingsField, done, fields_of, markdown, page, page_as, settings_from,
};
use crate::fleet::environment::console::Place;
use crate::fleet::environment::{self, Environment, EnvironmentType};
use crate::http::extract::{Form, Path};
use crate::http::guards::{EnvironmentAccess, MayInstall, MayReadEnvironment};
use crate::registry::package::{self, Sight};
use crate::registry::version::{self, Version, VersionStatus};
use crate::{Code, Config, Control, Result};
use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::installation as wire;
use os_db::Tx;
use os_package::{Dependency, Dependent, VersionNumber, check_dependents};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct Address {
    package: String,
}

#[derive(Template)]
#[template(path = "installation.html")]
struct InstallationPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    may_install: bool,
    settings: Vec<(String, String)>,
    moves: Vec<wire::Move>,
    dependencies: Vec<Dependency>,
    dependents: Vec<Dependent>,
    /// Whether there is something to roll back to.
    has_older: bool,
    people: People,
}

pub async fn show(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let Place { environment, may_install, .. } = Place::of(&mut tx, &access, "Packages").await?;
    let row = super::get(&mut tx, access.environment, &address.package).await?;
    let moves =
        super::history(&mut tx, access.environment, &row.manifest_id, Uuid::max(), 30).await?;
    let has_older = !targets(&mut tx, &access, &row, Act::Rollback).await?.is_empty();
    let dependents = dependents(&mut tx, &access, &row, None).await?;
    let dependencies = row.installed()?.dependencies;
    let people = People::known_to(&mut tx, &access.actor).await?;
    let it: wire::Installation = row.try_into()?;
    page(&InstallationPage {
        frame,
        base: base(&access, &it.package_id),
        environment,
        may_install,
        settings: listed(&it.settings),
        moves: moves.into_iter().map(Into::into).collect(),
        dependencies,
        dependents,
        has_older,
        people,
        it,
    })
}

fn base(access: &EnvironmentAccess, manifest_id: &str) -> String {
    format!("/environments/{}/packages/{manifest_id}", access.environment)
}

fn listed(settings: &Value) -> Vec<(String, String)> {
    let pairs = settings.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Who needs the package, at a version that does not fit if one is named.
async fn dependents(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    row: &Installation,
    at: Option<&VersionNumber>,
) -> Result<Vec<Dependent>> {
    let all = rules::installed(tx, access.environment).await?;
    let id = row.manifest_id.parse().context("sys_package.manifest_id")?;
    Ok(check_dependents(&id, at, &all).err().unwrap_or_default())
}

/// What may be done to an installation; each is confirmed on a page first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    Upgrade,
    Rollback,
    Enable,
    Disable,
    Uninstall,
}

impl Act {
    fn title(self) -> &'static str {
        match self {
            Self::Upgrade => "Upgrade",
            Self::Rollback => "Roll back",
            Self::Enable => "Enable",
            Self::Disable => "Disable",
            Self::Uninstall => "Uninstall",
        }
    }

    fn consequence(self) -> &'static str {
        match self {
            Self::Upgrade => "The settings and the data stay. You can roll back.",
            Self::Rollback => "The settings and the data stay. You can upgrade again.",
            Self::Enable => "Its objects, views and apps come back, with their data.",
            Self::Disable => {
                "Its objects, views and apps disappear until it is enabled. The data stays."
            }
            Self::Uninstall => {
                "Its objects, views and apps disappear at once. The data stays, and its settings come back only by going back to an older generation."
            }
        }
    }

    fn is_move(self) -> bool {
        matches!(self, Self::Upgrade | Self::Rollback)
    }

    fn is_destructive(self) -> bool {
        matches!(self, Self::Disable | Self::Uninstall)
    }
}

#[derive(Deserialize)]
pub struct ActPath {
    package: String,
    act: String,
}

impl ActPath {
    fn act(&self) -> Result<Act> {
        serde_json::from_value(Value::from(self.act.as_str())).map_err(|_| {
            Code::NotFound.error(format!("an installation cannot be asked to `{}`", self.act))
        })
    }
}

#[derive(Template)]
#[template(path = "installation_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    act: Act,
    /// Where it may move, the highest first.
    targets: Vec<Version>,
    /// Who needs it, or another version of it.
    dependents: Vec<Dependent>,
    notes: Option<Html>,
}

pub async fn confirm(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(path): Path<ActPath>,
    frame: Frame,
) -> Result<Response> {
    let act = path.act()?;
    let mut tx = control.db.read().await?;
    let environment = environment::get(&mut tx, access.environment).await?;
    let row = super::get(&mut tx, access.environment, &path.package).await?;
    let targets = targets(&mut tx, &access, &row, act).await?;
    if act.is_move() && targets.is_empty() {
        return Err(Code::VersionNotFound.error(format!(
            "there is no other version of {} to go to from {}",
            row.manifest_id, row.version
        )));
    }
    let to = targets.first().map(|it| it.version.parse()).transpose();
    let to: Option<VersionNumber> = to.context("sys_package_version.version")?;
    let dependents = match act {
        Act::Enable => Vec::new(),
        _ => dependents(&mut tx, &access, &row, to.as_ref()).await?,
    };
    let notes = targets.first().filter(|_| act == Act::Upgrade);
    let notes = notes.and_then(|it| it.release_notes.as_deref()).map(markdown);
    let it: wire::Installation = row.try_into()?;
    let base = base(&access, &it.package_id);
    page(&ConfirmPage { frame, environment, base, it, act, targets, dependents, notes })
}

/// The versions an installation may move to, the highest first.
async fn targets(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    row: &Installation,
    act: Act,
) -> Result<Vec<Version>> {
    if !act.is_move() {
        return Ok(Vec::new());
    }
    let sight = package::sight_of_organization(tx, access.organization, row.package_id).await?;
    let sight = sight.unwrap_or(Sight::Public);
    let mut versions = version::list(tx, row.package_id, sight, None, 100).await?;
    let (installed, is_strict) =
        (row.number()?, access.environment_type == EnvironmentType::Production);
    versions.retain(|it| {
        let Ok(number) = it.version.parse::<VersionNumber>() else { return false };
        let is_stable = it.status != VersionStatus::Draft && !it.is_pre_release;
        match act {
            Act::Upgrade => {
                number > installed && is_stable && it.status == VersionStatus::Published
            }
            _ => number < installed && (is_stable || !is_strict),
        }
    });
    Ok(versions)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    version: String,
    expected: Option<String>,
}

pub async fn act(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(path): Path<ActPath>,
    Form(form): Form<ActForm>,
) -> Result<Response> {
    let act = path.act()?;
    let mut tx = control.db.write().await?;
    let sentence = carry_out(&mut tx, &access, &control.config, (act, &path.package), form).await?;
    tx.commit().await?;
    let to = match act {
        Act::Uninstall => format!("/environments/{}", access.environment),
        _ => base(&access, &path.package),
    };
    Ok(done(&to, &sentence))
}

async fn carry_out(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    (act, package): (Act, &str),
    form: ActForm,
) -> Result<String> {
    let expected = super::body::expected(form.expected.as_deref())?;
    let moved = |moved: Moved| {
        let Installation { display_name, version, .. } = moved.installation;
        format!("{display_name} is at {version} now.")
    };
    Ok(match act {
        Act::Upgrade => {
            let version = Some(form.version).filter(|it| !it.is_empty());
            let request = UpgradeRequest { version, expected, ..UpgradeRequest::default() };
            moved(upgrade::upgrade(tx, access, config, package, request).await?)
        }
        Act::Rollback => {
            let to = (form.version.as_str(), expected);
            moved(upgrade::roll_back(tx, access, config, package, to).await?)
        }
        Act::Enable => {
            let row = enabling::enable(tx, access, package).await?;
            format!("{} is enabled.", row.display_name)
        }
        Act::Disable => {
            let row = enabling::disable(tx, access, package, false).await?;
            format!("{} is disabled.", row.display_name)
        }
        Act::Uninstall => {
            let row = uninstall::uninstall(tx, access, package, false).await?;
            format!("{} is uninstalled. Its data stays.", row.display_name)
        }
    })
}

#[derive(Template)]
#[template(path = "installation_settings.html")]
struct SettingsPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    fields: Vec<SettingsField>,
    error: Option<String>,
}

pub async fn edit_settings(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let row = super::get(&mut tx, access.environment, &address.package).await?;
    page(&settings_page(&mut tx, &access, frame, row, (None, None)).await?)
}

/// The form, with what was sent and what is wrong with it where it is shown again.
async fn settings_page(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    frame: Frame,
    row: Installation,
    (sent, error): (Option<Value>, Option<String>),
) -> Result<SettingsPage> {
    let environment = environment::get(tx, access.environment).await?;
    let schema = schema(&row)?;
    let it: wire::Installation = row.try_into()?;
    let fields = fields_of(schema.as_ref(), sent.as_ref().unwrap_or(&it.settings), true);
    let base = base(access, &it.package_id);
    Ok(SettingsPage { frame, environment, base, it, fields, error })
}

fn schema(row: &Installation) -> Result<Option<Value>> {
    let schema = row.configuration_schema.as_deref().map(serde_json::from_str).transpose();
    Ok(schema.context("a stored configuration schema")?)
}

pub async fn change_settings(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let row = super::get(&mut tx, access.environment, &address.package).await?;
    let schema = schema(&row)?;
    let present: wire::Installation = row.clone().try_into()?;
    let sent = settings_from(schema.as_ref(), &present.settings, &form);
    let result = match &sent {
        Ok(sent) => change(&mut tx, &access, &row, sent).await,
        Err(error) => Err(error.clone()),
    };
    match result {
        Ok(()) => {
            tx.commit().await?;
            let sentence = format!("The settings of {} are saved.", row.display_name);
            Ok(done(&base(&access, &row.manifest_id), &sentence))
        }
        Err(error) if error.code().status().is_client_error() => {
            drop(tx);
            let mut tx = control.db.read().await?;
            let again = (sent.ok(), Some(error.message().to_owned()));
            let page = settings_page(&mut tx, &access, frame, row, again).await?;
            page_as(error.code().status(), &page)
        }
        Err(error) => Err(error),
    }
}

async fn change(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    row: &Installation,
    sent: &Value,
) -> Result<()> {
    let map: Map<String, Value> = sent
        .as_object()
        .cloned()
        .ok_or_else(|| Code::ValidationError.error("`settings` must be a JSON object"))?;
    settings::check_size(&map)?;
    settings::change(tx, access, &row.manifest_id, map).await.map(drop)
}
