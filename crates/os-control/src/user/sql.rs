use super::{NewUser, User};
use crate::UserId;
use os_db::{Tx, now};
use uuid::Uuid;

pub(super) async fn any(tx: &mut Tx) -> os_db::Result<bool> {
    let (any,): (bool,) = tx.query("SELECT EXISTS (SELECT 1 FROM sys_user)").one().await?;
    Ok(any)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: UserId,
    new: &NewUser<'_>,
    role: &str,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_user (id, name, email, email_verified, role, banned, created_at, updated_at)
         VALUES ($1, $2, $3, FALSE, $4, FALSE, $5, $5)",
    )
    .bind(id)
    .bind(new.name.to_owned())
    .bind(new.email.to_lowercase())
    .bind(role.to_owned())
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
    .bind(Uuid::now_v7())
    .bind(user)
    .bind(user.to_string())
    .bind(password_hash.to_owned())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut Tx, id: UserId) -> os_db::Result<Option<User>> {
    tx.query(
        "SELECT id, name, email, email_verified, image, role, banned, created_at, updated_at
           FROM sys_user WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}
