use super::{NewOrganization, Organization, OrganizationRole};
use crate::ids::{OrganizationId, UserId};
use crate::pagination::Pagination;
use crate::visible::Visible;
use os_db::{Tx, now};

/// The columns of [`Organization`].
macro_rules! select {
    ($rest:expr) => {
        concat!(
            "SELECT o.id, o.name, o.slug, o.logo, o.metadata, o.created_at
               FROM sys_organization o ",
            $rest
        )
    };
}

/// The condition of [`Visible`], `$1` and `$2`.
macro_rules! visible {
    () => {
        "WHERE ($1 IS NULL OR o.id = $1)
           AND ($2 IS NULL OR o.id IN (
                SELECT m.organization_id FROM sys_member m WHERE m.user_id = $2)) "
    };
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: OrganizationId,
    new: &NewOrganization,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_organization (id, name, slug, logo, metadata, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(id)
    .bind(new.name.clone())
    .bind(new.slug.clone())
    .bind(new.logo.clone())
    .bind(new.metadata.clone())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn update(tx: &mut Tx, to: &Organization) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_organization
            SET name = $2, slug = $3, logo = $4, metadata = $5, updated_at = $6
          WHERE id = $1",
    )
    .bind(to.id)
    .bind(to.name.clone())
    .bind(to.slug.clone())
    .bind(to.logo.clone())
    .bind(to.metadata.clone())
    .bind(now())
    .run()
    .await
    .map(drop)
}

/// Holds the row until the transaction ends, and notes the change.
pub(super) async fn touch(tx: &mut Tx, id: OrganizationId) -> os_db::Result<()> {
    tx.query("UPDATE sys_organization SET updated_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now())
        .run()
        .await
        .map(drop)
}

/// Holds the row until the transaction ends, unchanged.
pub(super) async fn lock(tx: &mut Tx, id: OrganizationId) -> os_db::Result<()> {
    tx.query("UPDATE sys_organization SET updated_at = updated_at WHERE id = $1")
        .bind(id)
        .run()
        .await
        .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: OrganizationId) -> os_db::Result<Option<Organization>> {
    tx.query(select!("WHERE o.id = $1")).bind(id).optional().await
}

pub(super) async fn find_by_slug(tx: &mut Tx, slug: &str) -> os_db::Result<Option<Organization>> {
    tx.query(select!("WHERE o.slug = $1")).bind(slug.to_owned()).optional().await
}

pub(super) async fn role_of(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
) -> os_db::Result<Option<OrganizationRole>> {
    let role: Option<(OrganizationRole,)> = tx
        .query("SELECT role FROM sys_member WHERE organization_id = $1 AND user_id = $2")
        .bind(organization)
        .bind(user)
        .optional()
        .await?;
    Ok(role.map(|(role,)| role))
}

pub(super) async fn list_of(tx: &mut Tx, user: UserId) -> os_db::Result<Vec<Organization>> {
    tx.query(select!(
        "JOIN sys_member m ON m.organization_id = o.id
          WHERE m.user_id = $1 ORDER BY m.created_at, m.id"
    ))
    .bind(user)
    .all()
    .await
}

pub(super) async fn list(
    tx: &mut Tx,
    visible: Visible,
    page: Pagination,
) -> os_db::Result<Vec<Organization>> {
    tx.query(select!(concat!(visible!(), "ORDER BY o.id LIMIT $3 OFFSET $4")))
        .bind(visible.organization)
        .bind(visible.member)
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count(tx: &mut Tx, visible: Visible) -> os_db::Result<i64> {
    let query = tx.query(concat!("SELECT COUNT(*) FROM sys_organization o ", visible!()));
    let (count,) = query.bind(visible.organization).bind(visible.member).one().await?;
    Ok(count)
}

pub(super) async fn delete(tx: &mut Tx, id: OrganizationId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_organization WHERE id = $1").bind(id).run().await.map(drop)
}
