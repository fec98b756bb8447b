//! Changes of an installation; each is confirmed on a page first.

use super::{base, dependents};
use crate::flash::done;
use crate::frame::Frame;
use crate::html::Html;
use crate::markdown::markdown;
use crate::respond::page;
use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::installation as wire;
use os_control::fleet::environment::{self, Environment, EnvironmentAccess};
use os_control::fleet::installation::{
    self, ChangeOutcome, Direction, Installation, MoveTargets, RefusedTarget, RollbackRequest,
    UpgradeRequest,
};
use os_control::http::extract::{Form, Path};
use os_control::http::guards::MayInstall;
use os_control::registry::version::Version;
use os_control::{Code, Control, Error, Result};
use os_db::Tx;
use os_package::VersionNumber;
use os_plan::admission::Dependent;
use serde::Deserialize;
use serde_json::Value;

/// A change of an installation.
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
                "Its objects, views and apps disappear at once. The data stays. To get its settings back, restore an earlier generation."
            }
        }
    }

    fn is_move(self) -> bool {
        self.direction().is_some()
    }

    fn direction(self) -> Option<Direction> {
        match self {
            Self::Upgrade => Some(Direction::Upgrade),
            Self::Rollback => Some(Direction::Rollback),
            Self::Enable | Self::Disable | Self::Uninstall => None,
        }
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
            Code::NotFound.error(format!("there is no action `{}` on an installation", self.act))
        })
    }
}

#[derive(Template)]
#[template(path = "control/installation_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    environment: Environment,
    base: String,
    it: wire::Installation,
    act: Act,
    /// The versions it may move to, the highest first.
    targets: Vec<Version>,
    /// Versions that are not offered, with the reason.
    refused: Vec<RefusedTarget>,
    /// The packages that need it, or another version of it.
    dependents: Vec<Dependent>,
    notes: Option<Html>,
}

pub async fn confirm(
    State(control): State<Control>,
    access: MayInstall,
    Path(path): Path<ActPath>,
    frame: Frame,
) -> Result<Response> {
    let act = path.act()?;
    let mut tx = control.db.read().await?;
    let environment = environment::get(&mut tx, &access).await?;
    let row = installation::get(&mut tx, &access, &path.package).await?;
    let MoveTargets { admitted: targets, refused } = match act.direction() {
        Some(direction) => {
            let (config, package) = (&control.config, &row.manifest_id);
            installation::targets(&mut tx, &access, config, package, direction).await?
        }
        None => MoveTargets::default(),
    };
    if act.is_move() && targets.is_empty() {
        // The reason that the highest version is refused says what to do.
        return Err(refused.into_iter().next().map_or_else(|| no_target(&row), |it| it.error));
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
    page(&ConfirmPage { frame, environment, base, it, act, targets, refused, dependents, notes })
}

fn no_target(row: &Installation) -> Error {
    Code::VersionNotFound.error(format!(
        "there is no other version of {} to move to from {}",
        row.manifest_id, row.version
    ))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    version: String,
    expected: Option<String>,
}

pub async fn act(
    State(control): State<Control>,
    access: MayInstall,
    Path(path): Path<ActPath>,
    Form(form): Form<ActForm>,
) -> Result<Response> {
    let act = path.act()?;
    let target = Target { control: &control, access: &access, package: &path.package };
    let prepared = target.prepare(act, form).await?;
    let mut tx = control.db.write().await?;
    let sentence = target.carry_out(&mut tx, prepared).await?;
    tx.commit().await?;
    let to = match act {
        Act::Uninstall => format!("/environments/{}", access.environment()),
        _ => base(&access, &path.package),
    };
    Ok(done(&to, &sentence))
}

/// An act whose settings were checked, before the transaction.
enum Prepared {
    Upgrade(UpgradeRequest),
    Rollback(RollbackRequest),
    Enable,
    Disable,
    Uninstall,
}

/// The installation that an act changes.
#[derive(Clone, Copy)]
struct Target<'a> {
    control: &'a Control,
    access: &'a EnvironmentAccess,
    package: &'a str,
}

impl Target<'_> {
    async fn prepare(self, act: Act, form: ActForm) -> Result<Prepared> {
        let Self { control, access, package } = self;
        let expected = installation::read_expected(form.expected.as_deref())?;
        Ok(match act {
            Act::Upgrade => {
                let version = Some(form.version).filter(|it| !it.is_empty());
                let request = UpgradeRequest { version, expected, ..UpgradeRequest::default() };
                Prepared::Upgrade(request.check(&control.db, access, package).await?)
            }
            Act::Rollback => {
                let request = RollbackRequest { version: form.version, expected, verdict: None };
                Prepared::Rollback(request.check(&control.db, access, package).await?)
            }
            Act::Enable => Prepared::Enable,
            Act::Disable => Prepared::Disable,
            Act::Uninstall => Prepared::Uninstall,
        })
    }

    /// Makes the change; returns what was done, in a sentence.
    async fn carry_out(self, tx: &mut Tx, prepared: Prepared) -> Result<String> {
        let Self { control: Control { config, .. }, access, package } = self;
        let moved = |how: &str, moved: ChangeOutcome| {
            let row = moved.installation;
            let nothing_runs = match row.status_note() {
                Some(_) => " Nothing runs yet: no runtime is connected.",
                None => "",
            };
            format!("{} is {how} to {}.{nothing_runs}", row.display_name, row.version)
        };
        Ok(match prepared {
            Prepared::Upgrade(request) => {
                let upgraded = installation::upgrade(tx, access, config, package, request).await?;
                moved("upgraded", upgraded)
            }
            Prepared::Rollback(request) => {
                let back = installation::roll_back(tx, access, config, package, request).await?;
                moved("rolled back", back)
            }
            Prepared::Enable => {
                let row = installation::enable(tx, access, package).await?;
                format!("{} is enabled.", row.display_name)
            }
            Prepared::Disable => {
                let row = installation::disable(tx, access, package, false).await?;
                format!("{} is disabled.", row.display_name)
            }
            Prepared::Uninstall => {
                let row = installation::uninstall(tx, access, package, false).await?;
                format!("{} is uninstalled. Its data stays.", row.display_name)
            }
        })
    }
}
