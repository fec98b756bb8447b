//! Who asks: the accounts of this runtime, and the doors that let them in.
//!
//! The first account owns the runtime; after it, registration is closed unless
//! the operator opened it.
//!
//! **Invariant:** only the doors make a [`Caller`]. A password is kept as its
//! Argon2id hash, a session as the SHA-256 of its token.

pub mod api;
mod authority;
mod doors;
mod first_run;
mod sql;

pub use api::{OwnOrigin, forget_cookie, session_cookie};
pub use authority::{Answer, Authority};
pub use doors::{Caller, MayManage, Signed, Visitor};
pub use first_run::{FirstRun, FirstRunOutcome, prepare};

use crate::{Code, Result, Runtime, SessionId, UserId};
use chrono::{DateTime, Duration, Utc};
use os_db::{Tx, now};
use os_http::secret::{self, hash};
use os_http::{Passwords, RateLimiter};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// The lock of the database that whoever makes an account holds.
const ACCOUNTS_LOCK: i64 = 8;

/// How long a session lasts (contract §1.8).
const LIFETIME: Duration = Duration::days(7);

/// Tries at once for one account, and how long until there is another.
const TRIES: u32 = 20;
const PERIOD: std::time::Duration = std::time::Duration::from_secs(6);

/// How long an answer of the database about a session is believed.
const REMEMBERED: std::time::Duration = std::time::Duration::from_secs(5);

/// A person with an account, as the database knows them.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: String,
    pub password: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An account to be made; its password is a hash already.
struct NewUser {
    name: String,
    email: String,
    password: String,
}

/// A session that is valid now, with its person.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Live {
    pub session_id: SessionId,
    pub expires_at: DateTime<Utc>,
    pub started_at: DateTime<Utc>,
    #[row(flatten)]
    pub user: User,
}

/// A session that was just opened, with its secret.
pub struct Opened {
    /// Returned once; kept as its hash.
    pub token: String,
    pub user: User,
}

/// Sessions by the hash of their token, and when they were looked up.
type Known = HashMap<String, (Arc<Live>, Instant)>;

/// What the doors keep at hand. Clones share it.
#[derive(Clone)]
pub struct Accounts {
    passwords: Passwords,
    tries: Arc<RateLimiter>,
    known: Arc<Mutex<Known>>,
}

impl Accounts {
    /// Accounts whose passwords cost this much memory to hash.
    pub fn new(memory_kib: u32) -> Self {
        Self {
            passwords: Passwords::new(memory_kib),
            tries: Arc::new(RateLimiter::new(TRIES, PERIOD)),
            known: Arc::default(),
        }
    }

    fn remembered(&self, hash: &str) -> Option<Arc<Live>> {
        let known = self.known.lock().expect("no holder of this lock panics");
        let (live, at) = known.get(hash)?;
        (os_db::instant() - *at < REMEMBERED && live.expires_at > now()).then(|| live.clone())
    }

    fn remember(&self, hash: String, live: &Arc<Live>) {
        let mut known = self.known.lock().expect("no holder of this lock panics");
        if known.len() > 10_000 {
            known.clear();
        }
        known.insert(hash, (live.clone(), os_db::instant()));
    }

    fn forget(&self, hash: &str) {
        self.known.lock().expect("no holder of this lock panics").remove(hash);
    }
}

/// The session of a token, unless it is unknown or expired.
pub async fn session_of(runtime: &Runtime, token: &str) -> Result<Option<Arc<Live>>> {
    let hash = hash(token);
    if let Some(live) = runtime.accounts.remembered(&hash) {
        return Ok(Some(live));
    }
    let live = match sql::live(&mut runtime.db.peek().await?, &hash, now()).await? {
        Some(live) => Some(live),
        None => authority::ask(runtime, token).await?,
    };
    let live = live.map(Arc::new);
    if let Some(live) = &live {
        runtime.accounts.remember(hash, live);
    }
    Ok(live)
}

/// Whether anybody has an account.
pub async fn has_accounts(runtime: &Runtime) -> Result<bool> {
    Ok(sql::any(&mut runtime.db.peek().await?).await?)
}

/// Whether a new account may be made now: always the first, later only where the
/// operator opened registration.
///
/// # Errors
/// `SELF_REGISTRATION_CLOSED`, `USER_ALREADY_EXISTS`.
async fn may_register(tx: &mut Tx, email: &str, is_open: bool) -> Result<()> {
    if !is_open && sql::any(tx).await? {
        return Err(Code::SelfRegistrationClosed
            .error("this runtime has an owner already; ask them for an account"));
    }
    if sql::by_email(tx, email).await?.is_some() {
        return Err(Code::UserAlreadyExists
            .error(format!("there is an account for `{email}` already; sign in instead")));
    }
    Ok(())
}

/// Makes an account and opens its first session.
///
/// # Errors
/// As [`may_register`]; `VALIDATION_ERROR` for an email address, name or password.
pub async fn register(
    runtime: &Runtime,
    email: &str,
    password: &str,
    name: Option<&str>,
) -> Result<Opened> {
    let email = checked_email(email)?;
    let name = name.or(email.split('@').next()).unwrap_or_default().trim();
    if !(1..=255).contains(&name.chars().count()) {
        return Err(Code::ValidationError.error("`name` must have 1 to 255 characters"));
    }
    let is_open = runtime.config.open_registration;
    may_register(&mut runtime.db.peek().await?, &email, is_open).await?;
    let password = runtime.accounts.passwords.hash(password).await?;

    let mut tx = runtime.db.write().await?;
    let new = NewUser { name: name.to_owned(), email, password };
    let user = create(&mut tx, new, is_open).await?;
    let opened = open(&mut tx, user).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Inserts an account; the first one owns the runtime.
async fn create(tx: &mut Tx, new: NewUser, is_open: bool) -> Result<User> {
    // Two first accounts cannot be made at once.
    tx.lock(ACCOUNTS_LOCK).await?;
    may_register(tx, &new.email, is_open).await?;
    let role = if sql::any(tx).await? { "user" } else { "admin" };
    insert(tx, new, role).await
}

async fn insert(tx: &mut Tx, new: NewUser, role: &str) -> Result<User> {
    let NewUser { name, email, password } = new;
    let user = User {
        id: UserId::new(),
        name,
        email,
        role: role.to_owned(),
        password,
        created_at: now(),
        updated_at: now(),
    };
    sql::insert(tx, &user).await?;
    Ok(user)
}

/// Opens a session for whoever knows the password.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, `RATE_LIMIT_EXCEEDED`.
pub async fn sign_in(runtime: &Runtime, email: &str, password: &str) -> Result<Opened> {
    let email = email.trim().to_lowercase();
    runtime.accounts.tries.count(&email)?;
    let user = sql::by_email(&mut runtime.db.peek().await?, &email).await?;
    let hash = user.as_ref().map(|user| user.password.as_str()).filter(|it| !it.is_empty());
    let is_right = runtime.accounts.passwords.verify(password, hash).await?;
    let Some(user) = user.filter(|_| is_right) else {
        return Err(Code::InvalidEmailOrPassword.error("Invalid email or password"));
    };
    let mut tx = runtime.db.write().await?;
    let opened = open(&mut tx, user).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn open(tx: &mut Tx, user: User) -> Result<Opened> {
    let token = secret::random("");
    sql::purge(tx, now()).await?;
    sql::insert_session(tx, user.id, &hash(&token), now() + LIFETIME).await?;
    Ok(Opened { token, user })
}

/// Ends the session of a token, if there is one.
pub async fn sign_out(runtime: &Runtime, token: &str) -> Result<()> {
    let hash = hash(token);
    let mut tx = runtime.db.write().await?;
    sql::delete_session(&mut tx, &hash).await?;
    tx.commit().await?;
    runtime.accounts.forget(&hash);
    Ok(())
}

fn checked_email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let is_plain = !email.contains(|c: char| c.is_whitespace() || c.is_control());
    let looks_right = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.len() > 2 && !host.contains('@'));
    if is_plain && looks_right && email.len() <= 254 {
        return Ok(email);
    }
    Err(Code::ValidationError.error("`email` must be an email address, such as `ada@example.com`"))
}
