//! Changing a password, and choosing a new one by a link
//! (docs/wire/authentication.md#passwords).
//!
//! **Invariant:** each attempt is counted before a password or a secret is looked at. A new
//! password ends the link to another one.

use crate::actor::{Actor, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::client::Client;
use crate::state::Identity;
use crate::user::{self, User};
use crate::{Code, Result, account, device, password_reset, session};
use os_db::Tx;
use serde_json::json;

/// A change of a password.
#[derive(Debug)]
pub struct PasswordChange<'a> {
    pub current: &'a str,
    pub new: &'a str,
    /// True to end all other sessions.
    pub ends_other_sessions: bool,
}

/// Replaces the password of the user who asks and, if wanted, ends their other sessions.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, `RATE_LIMIT_EXCEEDED`; `VALIDATION_ERROR` for the new
/// password; `PERMISSION_DENIED` for an API key.
pub async fn change(
    identity: &Identity,
    client: &Client,
    actor: &Actor,
    user: &UserPrincipal,
    change: PasswordChange<'_>,
) -> Result<User> {
    let session = session::required(user)?;
    if user.is_remote() {
        return Err(Code::PermissionDenied
            .error("your password belongs to the control plane; change it there"));
    }
    identity.guess_limits().count(client.address, Some(user.email()))?;
    let user = account::check_password(identity, user.email(), change.current).await?;
    let hash = identity.passwords().hash(change.new).await?;
    let mut tx = identity.db().write().await?;
    user::set_password(&mut tx, &user, &hash).await?;
    password_reset::discard(&mut tx, user.id).await?;
    if change.ends_other_sessions {
        discard_codes(identity, &mut tx, &user).await?;
        session::revoke_others(&mut tx, actor, &user, session).await?;
    }
    Event::new(Kind::UserPasswordChanged, json!({ "email": user.email }))
        .change(json!(null), json!({ "other_sessions_ended": change.ends_other_sessions }))
        .record(&mut tx, actor)
        .await?;
    tx.commit().await?;
    identity.sessions().remove_of(user.id);
    Ok(user)
}

/// Looks up the account of a link that can be used.
///
/// # Errors
/// `INVALID_TOKEN`, `RATE_LIMIT_EXCEEDED`.
pub async fn of_reset_link(identity: &Identity, client: &Client, secret: &str) -> Result<User> {
    identity.guess_limits().count(client.address, None)?;
    let mut tx = identity.db().read().await?;
    let id = password_reset::find(&mut tx, secret).await?;
    user::get(&mut tx, id).await
}

/// Replaces the password of the person who opened their link, and ends all their sessions. API
/// keys stay as they are.
///
/// # Errors
/// `INVALID_TOKEN`, `RATE_LIMIT_EXCEEDED`; `VALIDATION_ERROR` for the new password, and the link
/// can be used again.
pub async fn reset(
    identity: &Identity,
    client: &Client,
    secret: &str,
    password: &str,
) -> Result<User> {
    let user = of_reset_link(identity, client, secret).await?;
    let hash = identity.passwords().hash(password).await?;
    let mut tx = identity.db().write().await?;
    password_reset::take(&mut tx, secret).await?;
    let actor = user.actor(&client.request);
    replace(identity, &mut tx, &actor, &user, &hash).await?;
    tx.commit().await?;
    identity.sessions().remove_of(user.id);
    Ok(user)
}

/// Gives an account a password that the operator chose, and ends all its sessions.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `VALIDATION_ERROR` for the password.
pub async fn set(identity: &Identity, actor: &Actor, name: &str, password: &str) -> Result<User> {
    let hash = identity.passwords().hash(password).await?;
    let mut tx = identity.db().write().await?;
    let user = user::named(&mut tx, name).await?;
    replace(identity, &mut tx, actor, &user, &hash).await?;
    tx.commit().await?;
    Ok(user)
}

async fn replace(
    identity: &Identity,
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    hash: &str,
) -> Result<()> {
    user::set_password(tx, user, hash).await?;
    end_access(identity, tx, actor, user).await?;
    Event::new(Kind::UserPasswordReset, json!({ "email": user.email })).record(tx, actor).await
}

/// Ends all sessions of a user, and what could still open one: a link to a new password, and the
/// codes of devices. Returns the number of sessions.
pub(crate) async fn end_access(
    identity: &Identity,
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
) -> Result<u64> {
    password_reset::discard(tx, user.id).await?;
    discard_codes(identity, tx, user).await?;
    session::revoke_all(tx, actor, user).await
}

/// Ends the codes by which a device could still sign in as a user.
async fn discard_codes(identity: &Identity, tx: &mut Tx, user: &User) -> Result<()> {
    if identity.config().organizations {
        device::discard(tx, user.id).await?;
    }
    Ok(())
}
