use super::{NewUser, User};
use crate::ids::UserId;
use crate::pagination::Pagination;
use crate::visible::Visible;
use os_db::{Tx, now};
use uuid::Uuid;

/// A user with the hash of their password.
#[derive(os_db::FromRow)]
pub(super) struct WithPassword {
    #[row(flatten)]
    pub user: User,
    pub password: Option<String>,
}

/// The columns of [`User`], of `u`; `$more` adds others.
macro_rules! select {
    ($rest:expr) => {
        select!("", $rest)
    };
    ($more:literal, $rest:expr) => {
        concat!(
            "SELECT u.id, u.name, u.email, u.email_verified, u.image, u.role, u.banned,
                    u.last_login_at, u.created_at, u.updated_at",
            $more,
            " FROM sys_user u ",
            $rest
        )
    };
}

/// The users who share a [`Visible`] organization, `$1` and `$2`.
macro_rules! visible {
    () => {
        "WHERE EXISTS (
               SELECT 1 FROM sys_member m
                WHERE m.user_id = u.id
                  AND ($1 IS NULL OR m.organization_id = $1)
                  AND ($2 IS NULL OR m.organization_id IN (
                       SELECT mine.organization_id FROM sys_member mine WHERE mine.user_id = $2))) "
    };
}

pub(super) async fn any(tx: &mut Tx) -> os_db::Result<bool> {
    let (any,): (bool,) = tx.query("SELECT EXISTS (SELECT 1 FROM sys_user)").one().await?;
    Ok(any)
}

/// Counts all accounts, and those with a password.
pub(super) async fn count_all(tx: &mut Tx) -> os_db::Result<(i64, i64)> {
    tx.query(
        "SELECT (SELECT COUNT(*) FROM sys_user),
                (SELECT COUNT(*) FROM sys_account WHERE password IS NOT NULL)",
    )
    .one()
    .await
}

pub(super) async fn insert(tx: &mut Tx, id: UserId, new: &NewUser<'_>) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_user (id, name, email, email_verified, role, banned, created_at, updated_at)
         VALUES ($1, $2, $3, FALSE, $4, FALSE, $5, $5)",
    )
    .bind(id)
    .bind(new.name.to_owned())
    .bind(new.email.to_owned())
    .bind(new.role.to_owned())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn insert_account(
    tx: &mut Tx,
    user: UserId,
    password_hash: &str,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_account (id, user_id, provider_id, account_id, password, created_at, updated_at)
         VALUES ($1, $2, 'credential', $3, $4, $5, $5)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(user)
    .bind(user.to_string())
    .bind(password_hash.to_owned())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: UserId) -> os_db::Result<Option<User>> {
    tx.query(select!("WHERE u.id = $1")).bind(id).optional().await
}

pub(super) async fn find_by_email(tx: &mut Tx, email: &str) -> os_db::Result<Option<User>> {
    tx.query(select!("WHERE u.email = $1")).bind(email.to_owned()).optional().await
}

pub(super) async fn find_with_password(
    tx: &mut Tx,
    email: &str,
) -> os_db::Result<Option<WithPassword>> {
    tx.query(select!(
        ", a.password",
        "JOIN sys_account a ON a.user_id = u.id AND a.provider_id = 'credential'
          WHERE u.email = $1"
    ))
    .bind(email.to_owned())
    .optional()
    .await
}

pub(super) async fn set_password(
    tx: &mut Tx,
    user: UserId,
    password_hash: &str,
) -> os_db::Result<bool> {
    let updated = tx
        .query(
            "UPDATE sys_account SET password = $2, updated_at = $3
              WHERE user_id = $1 AND provider_id = 'credential'",
        )
        .bind(user)
        .bind(password_hash.to_owned())
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

pub(super) async fn has_password(tx: &mut Tx, user: UserId) -> os_db::Result<bool> {
    let (has,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_account WHERE user_id = $1 AND password IS NOT NULL)",
        )
        .bind(user)
        .one()
        .await?;
    Ok(has)
}

pub(super) async fn set_banned(tx: &mut Tx, id: UserId, banned: bool) -> os_db::Result<()> {
    tx.query("UPDATE sys_user SET banned = $2, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(banned)
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub(super) async fn count_admins(tx: &mut Tx) -> os_db::Result<i64> {
    let (count,) =
        tx.query("SELECT COUNT(*) FROM sys_user WHERE role = 'admin' AND NOT banned").one().await?;
    Ok(count)
}

/// The condition of a search, `$1` in lower case.
macro_rules! matching {
    () => {
        "WHERE LOWER(u.email) LIKE $1 ESCAPE '\\' OR LOWER(u.name) LIKE $1 ESCAPE '\\' "
    };
}

pub(super) async fn search(
    tx: &mut Tx,
    pattern: &str,
    page: Pagination,
) -> os_db::Result<Vec<User>> {
    tx.query(select!(concat!(matching!(), "ORDER BY u.id DESC LIMIT $2 OFFSET $3")))
        .bind(pattern.to_owned())
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count_search(tx: &mut Tx, pattern: &str) -> os_db::Result<i64> {
    let query = tx.query(concat!("SELECT COUNT(*) FROM sys_user u ", matching!()));
    let (count,) = query.bind(pattern.to_owned()).one().await?;
    Ok(count)
}

pub(super) async fn update(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    image: Option<&str>,
) -> os_db::Result<()> {
    tx.query("UPDATE sys_user SET name = $2, image = $3, updated_at = $4 WHERE id = $1")
        .bind(id)
        .bind(name.to_owned())
        .bind(image.map(str::to_owned))
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub(super) async fn set_name_and_role(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    role: &str,
) -> os_db::Result<()> {
    tx.query("UPDATE sys_user SET name = $2, role = $3, updated_at = $4 WHERE id = $1")
        .bind(id)
        .bind(name.to_owned())
        .bind(role.to_owned())
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub(super) async fn note_sign_in(tx: &mut Tx, id: UserId) -> os_db::Result<()> {
    tx.query("UPDATE sys_user SET last_login_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub(super) async fn list(
    tx: &mut Tx,
    visible: Visible,
    page: Pagination,
) -> os_db::Result<Vec<User>> {
    tx.query(select!(concat!(visible!(), "ORDER BY u.id LIMIT $3 OFFSET $4")))
        .bind(visible.organization)
        .bind(visible.member)
        .bind(page.limit)
        .bind(page.offset)
        .all()
        .await
}

pub(super) async fn count(tx: &mut Tx, visible: Visible) -> os_db::Result<i64> {
    let query = tx.query(concat!("SELECT COUNT(*) FROM sys_user u ", visible!()));
    let (count,) = query.bind(visible.organization).bind(visible.member).one().await?;
    Ok(count)
}
