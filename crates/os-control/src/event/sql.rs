use super::{Event, Part};
use crate::{EnvironmentId, OrganizationId, PackageId};
use os_db::Tx;

/// The columns of [`Event`], newest first. `$1` to `$3` are the part.
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

pub(super) async fn list(tx: &mut Tx, part: Part) -> os_db::Result<Vec<Event>> {
    tx.query(select!("")).bind(part.before).bind(part.kind).bind(part.limit).all().await
}

pub(super) async fn list_of_organization(
    tx: &mut Tx,
    id: OrganizationId,
    part: Part,
) -> os_db::Result<Vec<Event>> {
    tx.query(select!(" AND organization_id = $4"))
        .bind(part.before)
        .bind(part.kind)
        .bind(part.limit)
        .bind(id)
        .all()
        .await
}

pub(super) async fn list_of_environment(
    tx: &mut Tx,
    id: EnvironmentId,
    part: Part,
) -> os_db::Result<Vec<Event>> {
    tx.query(select!(" AND environment_id = $4"))
        .bind(part.before)
        .bind(part.kind)
        .bind(part.limit)
        .bind(id)
        .all()
        .await
}

pub(super) async fn list_of_package(
    tx: &mut Tx,
    id: PackageId,
    owner: Option<OrganizationId>,
    part: Part,
) -> os_db::Result<Vec<Event>> {
    tx.query(select!(" AND package_id = $4 AND ($5 IS NULL OR organization_id = $5)"))
        .bind(part.before)
        .bind(part.kind)
        .bind(part.limit)
        .bind(id)
        .bind(owner)
        .all()
        .await
}
