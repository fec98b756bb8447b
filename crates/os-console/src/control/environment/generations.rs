//! The generations of an environment: the timeline, comparing two, restoring one.

use super::EnvironmentFrame;
use crate::control::people::People;
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::generation as wire;
use os_control::fleet::environment::{self, Environment, EnvironmentAccess};
use os_control::fleet::{generation, installation};
use os_control::http::extract::{Form, Path, Query};
use os_control::http::guards::{MayInstall, MayReadEnvironment};
use os_control::{Control, Result};
use os_db::Tx;
use serde::Deserialize;

const PAGE_GENERATIONS: i64 = 30;

#[derive(Default, Deserialize)]
pub struct ListQuery {
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "control/generations.html")]
struct ListPage {
    frame: Frame,
    around: EnvironmentFrame,
    generations: Vec<wire::GenerationSummary>,
    people: People,
    next: Option<String>,
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Query(query): Query<ListQuery>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Generations").await?;
    let before = query.before.unwrap_or(i64::MAX);
    let rows = generation::list(&mut tx, &access, before, PAGE_GENERATIONS).await?;
    // Numbers have no gaps: below 1 there is nothing more.
    let last = rows.last().map(|it| it.number).filter(|number| *number > 1);
    let next =
        last.map(|it| format!("/environments/{}/generations?before={it}", access.environment()));
    let current = around.environment.generation;
    let generations = rows.into_iter().map(|it| it.into_wire(current)).collect();
    let people = People::known_to(&mut tx, access.actor()).await?;
    page(&ListPage { frame, around, generations, people, next })
}

#[derive(Deserialize)]
pub struct Address {
    number: i64,
}

#[derive(Template)]
#[template(path = "control/generation.html")]
struct GenerationPage {
    frame: Frame,
    around: EnvironmentFrame,
    generation: wire::Generation,
    people: People,
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Generations").await?;
    let found = generation::get(&mut tx, &access, address.number).await?;
    let generation = found.into_wire(&mut tx, around.environment.generation).await?;
    let people = People::known_to(&mut tx, access.actor()).await?;
    page(&GenerationPage { frame, around, generation, people })
}

#[derive(Deserialize)]
pub struct Pair {
    from: i64,
    to: i64,
}

#[derive(Template)]
#[template(path = "control/generation_compare.html")]
struct ComparePage {
    frame: Frame,
    around: EnvironmentFrame,
    diff: wire::GenerationDiff,
}

pub async fn compare(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Query(Pair { from, to }): Query<Pair>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let around = EnvironmentFrame::of(&mut tx, &access, "Generations").await?;
    let diff = between(&mut tx, &access, from, to).await?;
    page(&ComparePage { frame, around, diff })
}

/// A change of one package, as a row.
struct ChangeRow<'d> {
    package: &'d str,
    from: Option<&'d str>,
    to: Option<&'d str>,
    /// The names of the settings that changed.
    settings: String,
    /// The text and the colour of the badge.
    label: &'static str,
    tone: &'static str,
}

impl<'d> ChangeRow<'d> {
    fn of(package: &'d str, label: &'static str, tone: &'static str) -> Self {
        Self { package, from: None, to: None, settings: String::new(), label, tone }
    }

    fn versions(self, from: Option<&'d str>, to: Option<&'d str>) -> Self {
        Self { from, to, ..self }
    }
}

/// The rows of a difference: packages that appear first, packages that disappear last.
fn change_rows(diff: &wire::GenerationDiff) -> Vec<ChangeRow<'_>> {
    let row = ChangeRow::of;
    let mut rows = Vec::new();
    let added = diff.added.iter();
    rows.extend(
        added.map(|it| row(&it.package_id, "installed", "good").versions(None, Some(&it.version))),
    );
    for (moved, label, tone) in
        [(&diff.upgraded, "upgraded", "info"), (&diff.downgraded, "rolled back", "warn")]
    {
        rows.extend(
            moved
                .iter()
                .map(|it| row(&it.package_id, label, tone).versions(Some(&it.from), Some(&it.to))),
        );
    }
    rows.extend(diff.enabled.iter().map(|id| row(id, "enabled", "good")));
    rows.extend(diff.disabled.iter().map(|id| row(id, "disabled", "")));
    rows.extend(diff.settings_changed.iter().map(|it| ChangeRow {
        settings: it.keys.join(", "),
        ..row(&it.package_id, "settings changed", "")
    }));
    let removed = diff.removed.iter();
    rows.extend(
        removed
            .map(|it| row(&it.package_id, "uninstalled", "bad").versions(Some(&it.version), None)),
    );
    rows
}

async fn between(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    from: i64,
    to: i64,
) -> Result<wire::GenerationDiff> {
    let older = generation::get(tx, access, from).await?;
    let newer = generation::get(tx, access, to).await?;
    Ok(generation::diff(&older.packages, &newer.packages).into_wire(from, to))
}

#[derive(Template)]
#[template(path = "control/generation_restore.html")]
struct RestorePage {
    frame: Frame,
    environment: Environment,
    diff: wire::GenerationDiff,
}

pub async fn confirm_restore(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let environment = environment::get(&mut tx, &access).await?;
    let diff = between(&mut tx, &access, environment.generation, address.number).await?;
    page(&RestorePage { frame, environment, diff })
}

#[derive(Deserialize)]
pub struct RestoreForm {
    /// The generation that the page compared with.
    expected_current: i64,
}

pub async fn restore(
    State(control): State<Control>,
    access: MayInstall,
    Path(Address { number }): Path<Address>,
    Form(form): Form<RestoreForm>,
) -> Result<Response> {
    let expected = Some(form.expected_current);
    let mut tx = control.db.write().await?;
    let (now, message) =
        installation::restore(&mut tx, &access, &control.config, number, expected).await?;
    tx.commit().await?;
    let unchanged = message.map(|it| format!("{it}; nothing changed."));
    let sentence = unchanged.unwrap_or_else(|| {
        format!("Generation {number} is restored as generation {}.", now.summary.number)
    });
    Ok(done(&format!("/environments/{}/generations", access.environment()), &sentence))
}
