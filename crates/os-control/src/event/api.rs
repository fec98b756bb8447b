use super::{Asked, Event, Part};
use crate::http::extract::{Data, Query};
use crate::http::guards::Signed;
use crate::{Control, EventId, Result, page};
use axum::extract::State;
use os_api::event as wire;
use serde_json::Value;
use uuid::Uuid;

pub async fn list(
    State(control): State<Control>,
    Signed(actor): Signed,
    Query(query): Query<wire::ListEvents>,
) -> Result<Data<wire::Events>> {
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(EventId(Uuid::max())), super::position)?;
    let (organization, environment) = (query.organization_id, query.environment_id);
    let asked = Asked { organization, environment, package: query.package_id };
    let mut tx = control.db.read().await?;
    let about = super::about(&mut tx, &actor, asked).await?;
    let part = Part { kind: query.kind, before, limit: limit + 1 };
    let mut rows = super::list(&mut tx, about, part).await?;
    let next = page::cut(&mut rows, limit);
    let next_cursor = next.map(|last| page::cursor(super::LIST, last.id.0.as_bytes()));
    Ok(Data(wire::Events { events: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

impl From<Event> for wire::Event {
    fn from(row: Event) -> Self {
        let mut detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        Self {
            id: row.id.0,
            at: row.at,
            kind: row.kind,
            actor: wire::EventActor { kind: row.actor_kind, id: row.actor_id },
            request_id: row.request_id,
            organization_id: row.organization_id.map(|it| it.0),
            environment_id: row.environment_id.map(|it| it.0),
            package_id: row.package_id.map(|it| it.0),
            subject: detail["subject"].take(),
            before: detail["before"].take(),
            after: detail["after"].take(),
        }
    }
}
