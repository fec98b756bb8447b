//! JSON of the events.

use crate::event::{self, Entry, EventQuery, Range};
use crate::http::extract::{Data, Query};
use crate::{Control, Result, pagination};
use axum::extract::State;
use os_api::event as wire;
use os_identity::{EventId, SignedIn};
use uuid::Uuid;

pub async fn list(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListEvents>,
) -> Result<Data<wire::Events>> {
    let limit = pagination::read_limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(EventId(Uuid::max())), event::position)?;
    let (organization, environment) = (query.organization_id, query.environment_id);
    let filter = EventQuery { organization, environment, package: query.package_id };
    let mut tx = control.db.read().await?;
    let subject = event::about(&mut tx, &actor, filter).await?;
    let range = Range { kind: query.kind, before, limit: limit + 1 };
    let mut rows: Vec<Entry> = event::list(&mut tx, subject, range).await?;
    let next = pagination::cut_page(&mut rows, limit);
    let next_cursor = next.map(|last| pagination::write_cursor(event::LIST, last.id.0.as_bytes()));
    let events = rows.into_iter().map(event::wire_event).collect();
    Ok(Data(wire::Events { events, next_cursor }))
}
