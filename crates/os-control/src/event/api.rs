use super::{Asked, Entry, Range};
use crate::http::extract::{Data, Query};
use crate::{Control, Result, page};
use axum::extract::State;
use os_api::event as wire;
use os_identity::{EventId, SignedIn};
use serde_json::Value;
use uuid::Uuid;

pub async fn list(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListEvents>,
) -> Result<Data<wire::Events>> {
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(EventId(Uuid::max())), super::position)?;
    let (organization, environment) = (query.organization_id, query.environment_id);
    let asked = Asked { organization, environment, package: query.package_id };
    let mut tx = control.db.read().await?;
    let subject = super::about(&mut tx, &actor, asked).await?;
    let range = Range { kind: query.kind, before, limit: limit + 1 };
    let mut rows = super::list(&mut tx, subject, range).await?;
    let next = page::cut(&mut rows, limit);
    let next_cursor = next.map(|last| page::cursor(super::LIST, last.id.0.as_bytes()));
    Ok(Data(wire::Events { events: rows.into_iter().map(wire_event).collect(), next_cursor }))
}

/// An entry of the audit log, as it is on the wire.
pub fn wire_event(entry: Entry) -> wire::Event {
    let mut detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    wire::Event {
        id: entry.id.0,
        at: entry.at,
        kind: entry.kind,
        actor: wire::EventActor { kind: entry.actor_kind, id: entry.actor_id },
        request_id: entry.request_id,
        organization_id: entry.organization_id.map(|it| it.0),
        environment_id: entry.environment_id,
        package_id: entry.package_id,
        subject: detail["subject"].take(),
        before: detail["before"].take(),
        after: detail["after"].take(),
    }
}
