//! The accounts of a server as its administrators manage them, and the way back in for people
//! who lost their password (docs/wire/authentication.md#accounts-as-administrators-manage-them).
//!
//! **Invariant:** a page gives an administrator a link, never the password of somebody else.
//! A server that has an administrator who can sign in keeps one.

pub use crate::Error;
pub use crate::actor::Actor;
use crate::audit::{Event, Kind};
use crate::organization::{self, Organization};
pub use crate::pagination::Pagination;
use crate::password::end_access;
pub use crate::password::set as set_password;
use crate::password_reset::{self, ResetLink};
use crate::session::{self, Session};
pub use crate::state::Identity;
use crate::user;
pub use crate::user::User;
use crate::{Code, Config, Result, api_key};
use os_db::{Db, Tx};
use serde_json::json;

/// The most API keys of an account that are named.
const MAX_KEYS: i64 = 100;

/// Opens the accounts of a database for a command on the machine of its server, which may run.
/// `None` if the database has none.
///
/// # Errors
/// Those of the database; `INVALID_STATE` if it is from before this version.
pub async fn open(db: Db) -> Result<Option<Identity>> {
    if os_db::missing(&db, &[crate::ACCOUNTS]).await? > 0 {
        return Ok(None);
    }
    if os_db::missing(&db, &[crate::PASSWORD_RESETS]).await? > 0 {
        return Err(Code::InvalidState.error(
            "this version of os never served this database; start its server once, which brings the database up to date",
        ));
    }
    let organizations = os_db::missing(&db, &[crate::ORGANIZATIONS]).await? == 0;
    Ok(Some(Identity::new(db, Config::of_command(organizations))))
}

/// An account with everything that opens it.
#[derive(Debug)]
pub struct Account {
    pub user: User,
    /// False for people of another server, whose sessions this one accepts.
    pub has_password: bool,
    pub sessions: Vec<Session>,
    /// Those that are not revoked. They act for the user whatever the password is.
    pub api_keys: Vec<api_key::ApiKey>,
    pub organizations: Vec<Organization>,
}

/// Lists the accounts whose address or name contains `search`, and counts them.
pub async fn list(identity: &Identity, search: &str, page: Pagination) -> Result<(Vec<User>, i64)> {
    user::search(&mut identity.db().read().await?, search, page).await
}

/// Describes the account with this email address or id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn describe(identity: &Identity, name: &str) -> Result<Account> {
    let mut tx = identity.db().read().await?;
    let user = user::named(&mut tx, name).await?;
    let (mut api_keys, mut organizations) = (Vec::new(), Vec::new());
    if identity.config().organizations {
        let page = Pagination { limit: MAX_KEYS, offset: 0 };
        api_keys = api_key::list(&mut tx, api_key::VisibleKeys::of(user.id), page).await?.0;
        api_keys.retain(|key| !key.revoked);
        organizations = organization::list_of(&mut tx, user.id).await?;
    }
    Ok(Account {
        has_password: user::has_password(&mut tx, user.id).await?,
        sessions: session::list(&mut tx, user.id).await?,
        user,
        api_keys,
        organizations,
    })
}

/// Creates the link by which a person chooses a new password. Nothing else changes until it is
/// used.
pub async fn create_reset_link(
    identity: &Identity,
    actor: &Actor,
    name: &str,
) -> Result<(User, ResetLink)> {
    let mut tx = identity.db().write().await?;
    let user = user::named(&mut tx, name).await?;
    let link = password_reset::create(&mut tx, actor, &user).await?;
    tx.commit().await?;
    Ok((user, link))
}

/// Ends all sessions of an account; returns the account and their number.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn end_sessions(identity: &Identity, actor: &Actor, name: &str) -> Result<(User, u64)> {
    let mut tx = identity.db().write().await?;
    let user = user::named(&mut tx, name).await?;
    let ended = end_access(identity, &mut tx, actor, &user).await?;
    tx.commit().await?;
    identity.sessions().remove_of(user.id);
    Ok((user, ended))
}

/// Locks an account: its password, sessions and API keys are refused until it is unlocked.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `INVALID_STATE` for the last administrator.
pub async fn ban(identity: &Identity, actor: &Actor, name: &str) -> Result<User> {
    let mut tx = identity.db().write().await?;
    user::lock(&mut tx).await?;
    let user = user::named(&mut tx, name).await?;
    if !user.banned {
        must_not_be_last(&mut tx, &user).await?;
        user::set_banned(&mut tx, user.id, true).await?;
        end_access(identity, &mut tx, actor, &user).await?;
        record(&mut tx, actor, Kind::UserBanned, &user).await?;
    }
    tx.commit().await?;
    identity.sessions().remove_of(user.id);
    Ok(user)
}

/// Unlocks an account.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn unban(identity: &Identity, actor: &Actor, name: &str) -> Result<User> {
    let mut tx = identity.db().write().await?;
    let user = user::named(&mut tx, name).await?;
    if user.banned {
        user::set_banned(&mut tx, user.id, false).await?;
        record(&mut tx, actor, Kind::UserUnbanned, &user).await?;
    }
    tx.commit().await?;
    Ok(user)
}

/// Makes an account an administrator of the whole server, or takes that away.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `INVALID_STATE` for the last administrator.
pub async fn set_admin(
    identity: &Identity,
    actor: &Actor,
    name: &str,
    is_admin: bool,
) -> Result<User> {
    let role = if is_admin { user::ADMIN } else { user::USER };
    let mut tx = identity.db().write().await?;
    user::lock(&mut tx).await?;
    let user = user::named(&mut tx, name).await?;
    if user.role != role {
        if !is_admin {
            must_not_be_last(&mut tx, &user).await?;
        }
        user::set_role(&mut tx, &user, role).await?;
        Event::new(Kind::UserRoleChanged, json!({ "email": user.email }))
            .change(json!({ "role": user.role }), json!({ "role": role }))
            .record(&mut tx, actor)
            .await?;
    }
    tx.commit().await?;
    identity.sessions().remove_of(user.id);
    Ok(user)
}

async fn must_not_be_last(tx: &mut Tx, user: &User) -> Result<()> {
    if user.is_platform_admin() && !user.banned && user::count_admins(tx).await? <= 1 {
        return Err(Code::InvalidState.error(format!(
            "`{}` is the last administrator of this server; make another account one first",
            user.email
        )));
    }
    Ok(())
}

async fn record(tx: &mut Tx, actor: &Actor, kind: Kind, user: &User) -> Result<()> {
    Event::new(kind, json!({ "email": user.email })).record(tx, actor).await
}
