//! The device flow of RFC 8628: signs a program in by a code that a user confirms in a
//! browser, with the order of checks of docs/wire/authentication.md#device-flow.
//!
//! **Invariant:** a code gives one session, to the device that asked for it, as the user who
//! approved it. Another device gets nothing, and looking at a code changes nothing.

mod error;
mod sql;

pub use error::FlowError;

use crate::account;
use crate::actor::{Actor, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::client::Client;
use crate::ids::{DeviceCodeId, UserId};
use crate::session::Opened;
use crate::state::Identity;
use crate::{Result, user};
use chrono::{DateTime, Duration, Utc};
use os_api::limits::{MAX_CLIENT_ID_BYTES, MAX_SCOPE_BYTES};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::json;

/// The time in which a user can confirm a code.
pub const CODE_TTL: Duration = Duration::minutes(30);
/// The time between two polls of a device.
pub const POLL_INTERVAL: Duration = Duration::seconds(5);
/// The time for which an expired code is kept, to report *expired* instead of *unknown*.
const EXPIRED_CODE_TTL: Duration = Duration::days(1);

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Without letters and digits that look alike.
const USER_CODE_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const USER_CODE_CHARS: usize = 8;
const DEVICE_CODE_ALPHABET: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DEVICE_CODE_CHARS: usize = 40;

/// The decision about a code (docs/wire/authentication.md#device-confirmation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, os_db::TextEnum)]
pub enum Status {
    Pending,
    Approved,
    Denied,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

/// A device code, as the database knows it.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct DeviceCode {
    pub id: DeviceCodeId,
    pub user_code: String,
    /// The user who decided on it.
    pub user_id: Option<UserId>,
    pub status: Status,
    pub client_id: Option<String>,
    pub scope: Option<String>,
    /// Milliseconds.
    polling_interval: i64,
    last_polled_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

impl DeviceCode {
    fn is_expired(&self, at: DateTime<Utc>) -> bool {
        self.expires_at <= at
    }

    fn is_polled_too_soon(&self, at: DateTime<Utc>) -> bool {
        let interval = Duration::milliseconds(self.polling_interval);
        self.last_polled_at.is_some_and(|last| at < last + interval)
    }
}

/// A pair of codes that was just created.
#[derive(Debug)]
pub struct Requested {
    pub device_code: String,
    pub user_code: String,
}

/// Creates a pair of codes for a program.
///
/// # Errors
/// `invalid_request`.
pub async fn request(
    tx: &mut Tx,
    client_id: &str,
    scope: Option<&str>,
) -> Result<Requested, FlowError> {
    if client_id.is_empty()
        || client_id.len() > MAX_CLIENT_ID_BYTES
        || scope.is_some_and(|it| it.len() > MAX_SCOPE_BYTES)
    {
        return Err(FlowError::invalid_request(
            "`client_id` must have 1 to 255 characters, `scope` at most 1024",
        ));
    }
    let requested = Requested {
        device_code: secret::random_from(DEVICE_CODE_ALPHABET, DEVICE_CODE_CHARS),
        user_code: secret::random_from(USER_CODE_ALPHABET, USER_CODE_CHARS),
    };
    sql::insert(tx, &requested, client_id, scope).await?;
    Ok(requested)
}

/// The outcome of a poll. A failed one may have changed something, too: commit both.
pub type Poll = Result<Redeemed, FlowError>;

/// A session for the device.
#[derive(Debug)]
pub struct Redeemed {
    pub session: Opened,
    pub scope: String,
}

/// Exchanges a code for a session, once it is approved.
pub async fn redeem(
    identity: &Identity,
    tx: &mut Tx,
    client: &Client,
    poll: &os_api::device::RedeemCode,
) -> Result<Poll> {
    if poll.grant_type != GRANT_TYPE {
        return Ok(Err(FlowError::invalid_request(format!("`grant_type` must be `{GRANT_TYPE}`"))));
    }
    let found = sql::find_by_device_code(tx, &secret::hash(&poll.device_code)).await?;
    let own = |code: &DeviceCode| code.client_id.as_deref() == Some(poll.client_id.as_str());
    let Some(code) = found.filter(own) else { return Ok(Err(FlowError::invalid_grant())) };
    let at = now();
    if code.is_polled_too_soon(at) {
        return Ok(Err(FlowError::slow_down()));
    }
    sql::note_poll(tx, code.id, at).await?;
    if code.is_expired(at) {
        sql::delete(tx, code.id).await?;
        return Ok(Err(FlowError::expired()));
    }
    match (code.status, code.user_id) {
        (Status::Denied, _) => {
            sql::delete(tx, code.id).await?;
            Ok(Err(FlowError::denied()))
        }
        (Status::Approved, Some(user)) => give_session(identity, tx, client, &code, user).await,
        (Status::Pending, _) | (Status::Approved, None) => Ok(Err(FlowError::pending())),
    }
}

async fn give_session(
    identity: &Identity,
    tx: &mut Tx,
    client: &Client,
    code: &DeviceCode,
    user: UserId,
) -> Result<Poll> {
    if !sql::consume(tx, code.id).await? {
        return Ok(Err(FlowError::invalid_grant()));
    }
    let user = user::get(tx, user).await?;
    let session = account::open_session(identity, tx, &user, client).await?;
    Ok(Ok(Redeemed { session, scope: code.scope.clone().unwrap_or_default() }))
}

/// Returns a code that a user typed in any way, in its one form.
pub fn normalized(user_code: &str) -> String {
    let significant = user_code.chars().filter(char::is_ascii_alphanumeric);
    significant.take(USER_CODE_CHARS * 2).collect::<String>().to_ascii_uppercase()
}

/// Looks up the code that a user opens.
///
/// # Errors
/// `invalid_request` when it is unknown, `expired_token`.
pub async fn show(tx: &mut Tx, user_code: &str) -> Result<DeviceCode, FlowError> {
    let found = sql::find_by_user_code(tx, &normalized(user_code)).await?;
    let code = found.ok_or_else(|| {
        FlowError::invalid_request("there is no such code; compare it with the one on your device")
    })?;
    if code.is_expired(now()) {
        return Err(FlowError::expired());
    }
    Ok(code)
}

/// Approves a code: the device that polls for it is signed in as this user.
///
/// # Errors
/// `invalid_request` when it is unknown or decided, `expired_token`.
pub async fn approve(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    user_code: &str,
) -> Result<(), FlowError> {
    decide(tx, user, user_code, Status::Approved).await?;
    record(tx, actor, Kind::DeviceApproved, user_code).await
}

/// Denies a code.
///
/// # Errors
/// As [`approve`].
pub async fn deny(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserPrincipal,
    user_code: &str,
) -> Result<(), FlowError> {
    decide(tx, user, user_code, Status::Denied).await?;
    record(tx, actor, Kind::DeviceDenied, user_code).await
}

async fn decide(
    tx: &mut Tx,
    user: &UserPrincipal,
    user_code: &str,
    to: Status,
) -> Result<(), FlowError> {
    let code = show(tx, user_code).await?;
    if code.status == Status::Pending && sql::decide(tx, code.id, user.id(), to).await? {
        return Ok(());
    }
    Err(FlowError::invalid_request("this code was approved or denied already"))
}

async fn record(tx: &mut Tx, actor: &Actor, kind: Kind, user_code: &str) -> Result<(), FlowError> {
    let subject = json!({ "user_code": normalized(user_code) });
    Ok(Event::new(kind, subject).record(tx, actor).await?)
}

/// Deletes codes that expired a day ago; returns how many.
pub async fn purge(tx: &mut Tx) -> Result<u64> {
    Ok(sql::purge(tx, now() - EXPIRED_CODE_TTL).await?)
}

/// Deletes the codes that a user decided on: an approved one opens a session.
pub(crate) async fn discard(tx: &mut Tx, user: UserId) -> Result<()> {
    Ok(sql::delete_of(tx, user).await?)
}
