//! Pages of the events: of an organization, and of one environment.

use super::api::position;
use super::{Asked, Part, about, list as find_all};
use crate::auth::Actor;
use crate::console::{Frame, People, more, page, title};
use crate::events::Kind;
use crate::fleet::environment::console::Place;
use crate::fleet::environment::{self, Environment, Filter};
use crate::http::extract::Query;
use crate::http::guards::{MayReadEnvironment, User};
use crate::organization::{self, Organization};
use crate::{Control, EventId, Result, page as pages};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::event as wire;
use os_db::Tx;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

const ON_PAGE: i64 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    kind: String,
    environment: String,
    package: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "events.html")]
struct ListPage {
    frame: Frame,
    organization: Organization,
    events: Vec<wire::Event>,
    people: People,
    kinds: Vec<String>,
    environments: Vec<Environment>,
    kind: String,
    environment: String,
    package: String,
    next: Option<String>,
}

pub async fn list(
    State(control): State<Control>,
    User { actor, .. }: User,
    Query(query): Query<ListQuery>,
    frame: Frame,
) -> Result<Response> {
    let ListQuery { kind, environment, package, cursor } = query;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let mut tx = control.db.read().await?;
    let organization = organization::console::current(&mut tx, &actor).await?;
    // The list is of one thing; the narrowest that was named.
    let asked = match (given(&package), given(&environment)) {
        (Some(package), _) => Asked { package: Some(package), ..Asked::default() },
        (None, Some(id)) => Asked { environment: Some(id), ..Asked::default() },
        (None, None) => {
            Asked { organization: Some(organization.id.to_string()), ..Asked::default() }
        }
    };
    let (events, cursor) = read(&mut tx, &actor, asked, (given(&kind), cursor)).await?;
    let next = cursor.map(|cursor| {
        let query = [
            ("kind", &kind),
            ("environment", &environment),
            ("package", &package),
            ("cursor", &cursor),
        ];
        more("/events", &query.map(|(name, value)| (name, value.as_str())))
    });
    let filter = Filter { organization: Some(organization.id), ..Filter::default() };
    let environments = environment::list(&mut tx, &actor, filter).await?;
    let people = People::known_to(&mut tx, &actor).await?;
    let kinds = Kind::ALL.iter().map(|kind| kind.name()).collect();
    page(&ListPage {
        frame,
        organization,
        events,
        people,
        kinds,
        environments,
        kind,
        environment,
        package,
        next,
    })
}

/// One page, and the cursor of the next.
async fn read(
    tx: &mut Tx,
    actor: &Actor,
    asked: Asked,
    (kind, cursor): (Option<String>, Option<String>),
) -> Result<(Vec<wire::Event>, Option<String>)> {
    let before = cursor.as_deref().map_or(Ok(EventId(Uuid::max())), position)?;
    let about = about(tx, actor, asked).await?;
    let mut rows = find_all(tx, about, Part { kind, before, limit: ON_PAGE + 1 }).await?;
    let next = pages::cut(&mut rows, ON_PAGE);
    let next = next.map(|last| pages::cursor(super::api::LIST, last.id.0.as_bytes()));
    Ok((rows.into_iter().map(Into::into).collect(), next))
}

#[derive(Template)]
#[template(path = "environment_events.html")]
struct EnvironmentPage {
    frame: Frame,
    place: Place,
    events: Vec<wire::Event>,
    people: People,
    next: Option<String>,
}

pub async fn of_environment(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    Query(query): Query<ListQuery>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let place = Place::of(&mut tx, &access, "Events").await?;
    let asked = Asked { environment: Some(access.environment.to_string()), ..Asked::default() };
    let (events, cursor) = read(&mut tx, &access.actor, asked, (None, query.cursor)).await?;
    let here = format!("/environments/{}/events", access.environment);
    let next = cursor.map(|cursor| more(&here, &[("cursor", &cursor)]));
    let people = People::known_to(&mut tx, &access.actor).await?;
    page(&EnvironmentPage { frame, place, events, people, next })
}

/// What happened, in two words.
pub fn what(event: &wire::Event) -> String {
    let kind = event.kind.as_str();
    let package = kind.strip_prefix("installation_").map(|rest| format!("package_{rest}"));
    title(package.as_deref().unwrap_or(kind))
}

/// What it happened to, in a line: ids only where there is nothing else to say.
pub fn subject(event: &wire::Event) -> String {
    let fields: Vec<(&str, String)> = event
        .subject
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, it)| {
            (name.as_str(), it.as_str().map_or_else(|| it.to_string(), str::to_owned))
        })
        .collect();
    let is_id = |text: &str| Uuid::try_parse(text).is_ok();
    let has_words = fields.iter().any(|(_, text)| !is_id(text));
    let said = fields.iter().filter(|(_, text)| !has_words || !is_id(text));
    let said = said.map(|(name, text)| match *name {
        "generation" => format!("generation {text}"),
        _ => text.clone(),
    });
    said.collect::<Vec<_>>().join(" · ")
}

/// What it changed, to be read.
pub fn change(event: &wire::Event) -> String {
    let change = json!({
        "before": event.before, "after": event.after, "request_id": event.request_id,
    });
    serde_json::to_string_pretty(&change).unwrap_or_default()
}
