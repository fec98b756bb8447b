//! A person with an account on this server.
//!
//! **Invariant:** the first account owns the server (`role` admin); later ones
//! do not, unless an administrator says so. An email address is one account.

mod sql;

use crate::{Code, Result, UserId};
use chrono::{DateTime, Utc};
use os_db::Tx;

/// A person, as the database knows them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    /// `admin` for administrators of the whole server, else `user`.
    pub role: String,
    pub banned: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Who is to be added. The password is hashed already.
pub struct NewUser<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password_hash: &'a str,
}

/// Adds an account; the first one on a server becomes its administrator.
///
/// # Errors
/// `USER_ALREADY_EXISTS`.
pub async fn create(tx: &mut Tx, new: NewUser<'_>) -> Result<User> {
    let role = if sql::any(tx).await? { "user" } else { "admin" };
    let id = UserId::new();
    match sql::insert(tx, id, &new, role).await {
        Ok(()) => {}
        Err(error) if os_db::is_duplicate(&error) => {
            return Err(Code::UserAlreadyExists
                .error(format!("`{}` has an account already; sign in instead", new.email)));
        }
        Err(error) => return Err(error.into()),
    }
    sql::insert_account(tx, id, new.password_hash).await?;
    get(tx, id).await
}

pub async fn get(tx: &mut Tx, id: UserId) -> Result<User> {
    sql::find(tx, id).await?.ok_or_else(|| Code::NotFound.error(format!("there is no user `{id}`")))
}

/// Whether the server has an account yet.
pub async fn any(tx: &mut Tx) -> Result<bool> {
    Ok(sql::any(tx).await?)
}
