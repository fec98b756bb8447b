use super::{Entry, Event, Range};
use crate::actor::Actor;
use crate::ids::{EventId, OrganizationId};
use os_db::{Query, Tx, now};
use uuid::Uuid;

pub(super) async fn insert(
    tx: &mut Tx,
    event: &Event,
    actor: &Actor,
    detail: String,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_event (id, at, kind, actor_kind, actor_id, request_id,
                                organization_id, environment_id, package_id, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(EventId::new())
    .bind(now())
    .bind(event.kind.clone())
    .bind(actor.kind())
    .bind(actor.id())
    .bind(actor.request().to_string())
    .bind(event.organization)
    .bind(event.environment)
    .bind(event.package)
    .bind(detail)
    .run()
    .await
    .map(drop)
}

/// The columns of [`Entry`], newest first. [`in_range`] binds `$1` to `$3`.
macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT id, at, kind, actor_kind, actor_id, request_id, organization_id,
                    environment_id, package_id, detail
               FROM sys_event WHERE id < $1 AND ($2 IS NULL OR kind = $2)",
            $where,
            " ORDER BY id DESC LIMIT $3"
        )
    };
}

fn in_range<'t>(tx: &'t mut Tx, statement: &'static str, range: Range) -> Query<'t> {
    tx.query(statement).bind(range.before).bind(range.kind).bind(range.limit)
}

pub(super) async fn list(tx: &mut Tx, range: Range) -> os_db::Result<Vec<Entry>> {
    in_range(tx, select!(""), range).all().await
}

pub(super) async fn list_of_organization(
    tx: &mut Tx,
    id: OrganizationId,
    range: Range,
) -> os_db::Result<Vec<Entry>> {
    in_range(tx, select!(" AND organization_id = $4"), range).bind(id).all().await
}

pub(super) async fn list_of_environment(
    tx: &mut Tx,
    id: Uuid,
    range: Range,
) -> os_db::Result<Vec<Entry>> {
    in_range(tx, select!(" AND environment_id = $4"), range).bind(id).all().await
}

pub(super) async fn list_of_package(
    tx: &mut Tx,
    id: Uuid,
    owner: Option<OrganizationId>,
    range: Range,
) -> os_db::Result<Vec<Entry>> {
    let of_package = select!(" AND package_id = $4 AND ($5 IS NULL OR organization_id = $5)");
    in_range(tx, of_package, range).bind(id).bind(owner).all().await
}
