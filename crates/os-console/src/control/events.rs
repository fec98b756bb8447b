//! The events of an organization.

use super::event_rows::{EventFilter, EventPage, read};
use super::people::People;
use super::workplace::current;
use crate::frame::Frame;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::event as wire;
use os_control::event::EventQuery;
use os_control::events::kind_names;
use os_control::fleet::environment::{self, Environment, Filter};
use os_control::http::extract::Query;
use os_control::{Control, Result};
use os_identity::SignedInUser;
use os_identity::organization::Organization;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    kind: String,
    environment: String,
    package: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "control/events.html")]
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
    SignedInUser { actor, .. }: SignedInUser,
    Query(query): Query<ListQuery>,
    frame: Frame,
) -> Result<Response> {
    let ListQuery { kind, environment, package, cursor } = query;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    let mut tx = control.db.read().await?;
    let organization = current(&mut tx, &actor).await?;
    // The list is of one thing; the narrowest that was named.
    let asked = match (given(&package), given(&environment)) {
        (Some(package), _) => EventQuery { package: Some(package), ..EventQuery::default() },
        (None, Some(id)) => EventQuery { environment: Some(id), ..EventQuery::default() },
        (None, None) => {
            EventQuery { organization: Some(organization.id.to_string()), ..EventQuery::default() }
        }
    };
    let filter = EventFilter { kind: given(&kind), cursor };
    let EventPage { events, next: cursor } = read(&mut tx, &actor, asked, filter).await?;
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
    let kinds = kind_names().collect();
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
