//! The link by which a user who cannot sign in chooses a new password
//! (docs/wire/authentication.md#password-reset).
//!
//! **Invariant:** a user has one link at most. It is stored as its hash, works once and within
//! its time, and a new password from anywhere else ends it.

mod sql;

use crate::actor::Actor;
use crate::audit::{Event, Kind};
use crate::ids::UserId;
use crate::user::User;
use crate::{Code, Error, Result};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// The time in which a link can be used.
pub const RESET_TTL: Duration = Duration::hours(24);

/// The prefix of every secret of a link.
const SECRET_PREFIX: &str = "osr_";

/// A link that was just created.
#[derive(Debug)]
pub struct ResetLink {
    /// Returned once; stored as its hash.
    pub secret: String,
    pub expires_at: DateTime<Utc>,
}

impl ResetLink {
    /// Returns the address of the page that it opens.
    pub fn url(&self, base_url: &str) -> String {
        format!("{base_url}/reset-password?token={}", self.secret)
    }
}

/// Creates the link of a user; their earlier one stops working.
pub(crate) async fn create(tx: &mut Tx, actor: &Actor, user: &User) -> Result<ResetLink> {
    let link = ResetLink { secret: secret::random(SECRET_PREFIX), expires_at: now() + RESET_TTL };
    sql::purge(tx, now()).await?;
    sql::put(tx, user.id, &secret::hash(&link.secret), link.expires_at).await?;
    Event::new(Kind::UserPasswordResetCreated, json!({ "email": user.email }))
        .change(json!(null), json!({ "expires_at": link.expires_at }))
        .record(tx, actor)
        .await?;
    Ok(link)
}

/// Looks up the user of a link that can be used.
///
/// # Errors
/// `INVALID_TOKEN`, the same for a secret that never existed.
pub(crate) async fn find(tx: &mut Tx, secret: &str) -> Result<UserId> {
    sql::find(tx, &secret::hash(secret), now()).await?.ok_or_else(invalid)
}

/// Uses up a link.
///
/// # Errors
/// `INVALID_TOKEN` when somebody else was faster.
pub(crate) async fn take(tx: &mut Tx, secret: &str) -> Result<()> {
    if sql::take(tx, &secret::hash(secret), now()).await? { Ok(()) } else { Err(invalid()) }
}

/// Ends the link of a user, if there is one.
pub(crate) async fn discard(tx: &mut Tx, user: UserId) -> Result<()> {
    Ok(sql::delete(tx, user).await?)
}

fn invalid() -> Error {
    Code::InvalidToken.error(
        "`token`: this link is used, expired or replaced by a later one; ask an administrator of the server for another",
    )
}
