use super::Member;
use crate::ids::{MemberId, OrganizationId, UserId};
use crate::organization::OrganizationRole;
use crate::pagination::Pagination;
use crate::visible::Visible;
use os_db::{Tx, now};

/// The columns of [`Member`].
macro_rules! select {
    ($rest:expr) => {
        concat!(
            "SELECT m.id, m.organization_id, m.user_id, m.role, m.created_at,
                    u.name, u.email, u.image
               FROM sys_member m JOIN sys_user u ON u.id = m.user_id ",
            $rest
        )
    };
}

/// The condition of [`Visible`], `$1` and `$2`.
macro_rules! visible {
    () => {
        "WHERE ($1 IS NULL OR m.organization_id = $1)
           AND ($2 IS NULL OR m.organization_id IN (
                SELECT mine.organization_id FROM sys_member mine WHERE mine.user_id = $2)) "
    };
}

pub(super) async fn insert(
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

pub(super) async fn find(
    tx: &mut Tx,
    organization: OrganizationId,
    id: MemberId,
) -> os_db::Result<Option<Member>> {
    tx.query(select!("WHERE m.organization_id = $1 AND m.id = $2"))
        .bind(organization)
        .bind(id)
        .optional()
        .await
}

pub(super) async fn find_by_user(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
) -> os_db::Result<Option<Member>> {
    tx.query(select!("WHERE m.organization_id = $1 AND m.user_id = $2"))
        .bind(organization)
        .bind(user)
        .optional()
        .await
}

pub(super) async fn find_by_email(
    tx: &mut Tx,
    organization: OrganizationId,
    email: &str,
) -> os_db::Result<Option<Member>> {
    tx.query(select!("WHERE m.organization_id = $1 AND u.email = $2"))
        .bind(organization)
        .bind(email.to_owned())
        .optional()
        .await
}

pub(super) async fn list(
    tx: &mut Tx,
    organization: OrganizationId,
    page: Pagination,
) -> os_db::Result<Vec<Member>> {
    tx.query(select!("WHERE m.organization_id = $1 ORDER BY m.id LIMIT $2 OFFSET $3"))
        .bind(organization)
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count(tx: &mut Tx, organization: OrganizationId) -> os_db::Result<i64> {
    let query = tx.query("SELECT COUNT(*) FROM sys_member WHERE organization_id = $1");
    let (count,) = query.bind(organization).one().await?;
    Ok(count)
}

pub(super) async fn list_visible(
    tx: &mut Tx,
    visible: Visible,
    page: Pagination,
) -> os_db::Result<Vec<Member>> {
    tx.query(select!(concat!(visible!(), "ORDER BY m.id LIMIT $3 OFFSET $4")))
        .bind(visible.organization)
        .bind(visible.member)
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count_visible(tx: &mut Tx, visible: Visible) -> os_db::Result<i64> {
    let query = tx.query(concat!("SELECT COUNT(*) FROM sys_member m ", visible!()));
    let (count,) = query.bind(visible.organization).bind(visible.member).one().await?;
    Ok(count)
}

pub(super) async fn count_owners(tx: &mut Tx, organization: OrganizationId) -> os_db::Result<i64> {
    let (count,): (i64,) = tx
        .query("SELECT COUNT(*) FROM sys_member WHERE organization_id = $1 AND role = 'owner'")
        .bind(organization)
        .one()
        .await?;
    Ok(count)
}

pub(super) async fn set_role(
    tx: &mut Tx,
    id: MemberId,
    role: OrganizationRole,
) -> os_db::Result<()> {
    tx.query("UPDATE sys_member SET role = $2 WHERE id = $1")
        .bind(id)
        .bind(role)
        .run()
        .await
        .map(drop)
}

pub(super) async fn delete(tx: &mut Tx, id: MemberId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_member WHERE id = $1").bind(id).run().await.map(drop)
}
