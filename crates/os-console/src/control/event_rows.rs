//! Events as rows of a table: reading a page of them, and the texts of the cells.

use crate::parts::title;
use os_api::event as wire;
use os_control::Result;
use os_control::event::{self, EventQuery, Range};
use os_db::Tx;
use os_identity::{Actor, EventId};
use serde_json::json;
use uuid::Uuid;

const PAGE_EVENTS: i64 = 50;

/// The part of a list of events that a page shows.
pub struct EventFilter {
    pub kind: Option<String>,
    /// The place where the page before ended.
    pub cursor: Option<String>,
}

/// A page of events.
pub struct EventPage {
    pub events: Vec<wire::Event>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// Reads a page of events.
///
/// # Errors
/// For a cursor that is none; those of the query.
pub async fn read(
    tx: &mut Tx,
    actor: &Actor,
    asked: EventQuery,
    filter: EventFilter,
) -> Result<EventPage> {
    let EventFilter { kind, cursor } = filter;
    let before = cursor.as_deref().map_or(Ok(EventId(Uuid::max())), event::position)?;
    let subject = event::about(tx, actor, asked).await?;
    let mut rows = event::list(tx, subject, Range { kind, before, limit: PAGE_EVENTS + 1 }).await?;
    let next = os_control::pagination::cut_page(&mut rows, PAGE_EVENTS);
    let next =
        next.map(|last| os_control::pagination::write_cursor(event::LIST, last.id.0.as_bytes()));
    Ok(EventPage { events: rows.into_iter().map(event::wire_event).collect(), next })
}

/// The kind of the event, as a title.
pub fn what(event: &wire::Event) -> String {
    let kind = event.kind.as_str();
    let package = kind.strip_prefix("installation_").map(|rest| format!("package_{rest}"));
    title(package.as_deref().unwrap_or(kind))
}

/// The subject of the event, in a line; ids only if it has no name.
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

/// The old and the new state, as indented JSON.
pub fn change(event: &wire::Event) -> String {
    let change = json!({
        "before": event.before, "after": event.after, "request_id": event.request_id,
    });
    serde_json::to_string_pretty(&change).unwrap_or_default()
}
