use super::{Organization, OrganizationRole};
use crate::{MemberId, OrganizationId, UserId};
use os_db::{Tx, now};

pub(super) async fn insert(
    tx: &mut Tx,
    id: OrganizationId,
    name: &str,
    slug: &str,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_organization (id, name, slug, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(id)
    .bind(name.to_owned())
    .bind(slug.to_owned())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn insert_member(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_member (id, organization_id, user_id, role, created_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(MemberId::new())
    .bind(organization)
    .bind(user)
    .bind(role)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: OrganizationId) -> os_db::Result<Option<Organization>> {
    tx.query(
        "SELECT id, name, slug, logo, metadata, created_at FROM sys_organization WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
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
    tx.query(
        "SELECT o.id, o.name, o.slug, o.logo, o.metadata, o.created_at
           FROM sys_organization o JOIN sys_member m ON m.organization_id = o.id
          WHERE m.user_id = $1 ORDER BY m.created_at, m.id",
    )
    .bind(user)
    .all()
    .await
}
