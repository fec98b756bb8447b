//! The events of an environment.

use super::EnvironmentFrame;
use crate::control::event_rows::{EventFilter, EventPage, read};
use crate::control::people::People;
use crate::frame::Frame;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::event as wire;
use os_control::event::EventQuery;
use os_control::http::extract::Query;
use os_control::http::guards::MayReadEnvironment;
use os_control::{Control, Result};
use serde::Deserialize;

#[derive(Default, Deserialize)]
pub struct ListQuery {
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "control/environment_events.html")]
struct EnvironmentPage {
    frame: Frame,
    around: EnvironmentFrame,
    events: Vec<wire::Event>,
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
    let around = EnvironmentFrame::of(&mut tx, &access, "Events").await?;
    let asked =
        EventQuery { environment: Some(access.environment().to_string()), ..EventQuery::default() };
    let filter = EventFilter { kind: None, cursor: query.cursor };
    let EventPage { events, next: cursor } = read(&mut tx, access.actor(), asked, filter).await?;
    let here = format!("/environments/{}/events", access.environment());
    let next = cursor.map(|cursor| more(&here, &[("cursor", &cursor)]));
    let people = People::known_to(&mut tx, access.actor()).await?;
    page(&EnvironmentPage { frame, around, events, people, next })
}
