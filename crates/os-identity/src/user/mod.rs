//! A user: the account of a person on this server.
//!
//! **Invariant:** an email address is one account. A password is stored as its hash
//! only, and the hash leaves this noun nowhere but to be verified.

mod sql;

use crate::actor::{Actor, Credentials, Principal, Scopes, UserPrincipal};
use crate::audit::{Event, Kind};
use crate::ids::UserId;
use crate::pagination::Pagination;
use crate::visible::Visible;
use crate::{Code, Result, text};
use chrono::{DateTime, Utc};
use os_api::limits::MAX_URL_CHARS;
use os_db::Tx;
use os_http::RequestId;
use serde_json::json;

/// The `role` of an account that administers the whole server.
pub const ADMIN: &str = "admin";
/// The `role` of every other account.
pub const USER: &str = "user";

/// The lock of the database that is held while an account is created.
const ACCOUNTS_LOCK: i64 = 8;

/// The length of the address of a picture, in characters.
const IMAGE_CHARS: std::ops::RangeInclusive<usize> = 0..=MAX_URL_CHARS;

/// A user, as the database knows them.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    /// [`ADMIN`] or [`USER`].
    pub role: String,
    pub banned: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A user with the hash of their password.
pub(crate) struct WithPassword {
    pub user: User,
    pub password_hash: Option<String>,
}

impl User {
    /// Returns whether the account administers the whole server.
    pub fn is_platform_admin(&self) -> bool {
        self.role == ADMIN
    }

    /// The user as the actor of what needs no credential: signing in.
    pub fn actor(&self, request: &RequestId) -> Actor {
        let user = UserPrincipal::new(Credentials {
            id: self.id,
            email: self.email.clone(),
            is_admin: self.is_platform_admin(),
            session: None,
            api_key: None,
            active_organization: None,
            scopes: Scopes::ALL,
            is_remote: false,
        });
        Actor::new(Principal::User(user), request.clone())
    }
}

/// A user that is to be added. The password, if there is one, is hashed already.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub name: &'a str,
    /// In lower case; see [`text::email`].
    pub email: &'a str,
    /// [`ADMIN`] or [`USER`].
    pub role: &'a str,
    pub password_hash: Option<&'a str>,
}

/// Takes the lock that serialises the creation of accounts, until the transaction ends.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    Ok(tx.lock(ACCOUNTS_LOCK).await?)
}

/// Adds an account.
///
/// # Errors
/// `USER_ALREADY_EXISTS`.
pub async fn create(tx: &mut Tx, new: NewUser<'_>, request: &RequestId) -> Result<User> {
    let id = UserId::new();
    if let Err(error) = sql::insert(tx, id, &new).await {
        return Err(if os_db::is_duplicate(&error) { taken(new.email) } else { error.into() });
    }
    if let Some(hash) = new.password_hash {
        sql::insert_account(tx, id, hash).await?;
    }
    let user = get(tx, id).await?;
    Event::new(Kind::UserCreated, json!({ "email": user.email }))
        .change(json!(null), json!({ "role": user.role }))
        .record(tx, &user.actor(request))
        .await?;
    Ok(user)
}

fn taken(email: &str) -> crate::Error {
    Code::UserAlreadyExists.error(format!("`{email}` has an account already; sign in instead"))
}

/// A user whom another server vouches for.
pub(crate) struct RemoteUser<'a> {
    pub id: UserId,
    pub name: &'a str,
    pub email: &'a str,
    pub role: &'a str,
}

/// Returns the account of a remote user, created without a password or brought up to
/// date. The caller holds the [`lock`].
pub(crate) async fn admit(tx: &mut Tx, remote: &RemoteUser<'_>) -> Result<User> {
    let id = match sql::find_by_email(tx, remote.email).await? {
        Some(found) => {
            sql::set_name_and_role(tx, found.id, remote.name, remote.role).await?;
            found.id
        }
        None => {
            let RemoteUser { id, name, email, role } = *remote;
            let new = NewUser { name, email, role, password_hash: None };
            sql::insert(tx, id, &new).await?;
            id
        }
    };
    get(tx, id).await
}

/// Makes an account the owner of the server, with this password.
pub(crate) async fn make_owner(tx: &mut Tx, user: &User, password_hash: &str) -> Result<User> {
    sql::insert_account(tx, user.id, password_hash).await?;
    set_role(tx, user, ADMIN).await
}

/// Gives an account another role on the server.
pub(crate) async fn set_role(tx: &mut Tx, user: &User, role: &str) -> Result<User> {
    sql::set_name_and_role(tx, user.id, &user.name, role).await?;
    get(tx, user.id).await
}

/// Looks up the account of an email address with the hash of its password.
pub(crate) async fn find_with_password(tx: &mut Tx, email: &str) -> Result<Option<WithPassword>> {
    let found = sql::find_with_password(tx, email).await?;
    Ok(found.map(|found| WithPassword { user: found.user, password_hash: found.password }))
}

/// Replaces the password of a user, or gives them their first.
pub(crate) async fn set_password(tx: &mut Tx, user: &User, password_hash: &str) -> Result<()> {
    if !sql::set_password(tx, user.id, password_hash).await? {
        sql::insert_account(tx, user.id, password_hash).await?;
    }
    Ok(())
}

/// Returns whether a user has a password.
pub(crate) async fn has_password(tx: &mut Tx, id: UserId) -> Result<bool> {
    Ok(sql::has_password(tx, id).await?)
}

/// Locks an account, or unlocks it.
pub(crate) async fn set_banned(tx: &mut Tx, id: UserId, banned: bool) -> Result<()> {
    Ok(sql::set_banned(tx, id, banned).await?)
}

/// Counts the administrators who are not locked. The caller holds the [`lock`].
pub(crate) async fn count_admins(tx: &mut Tx) -> Result<i64> {
    Ok(sql::count_admins(tx).await?)
}

/// Lists the accounts whose address or name contains a text, newest first, and counts them.
pub(crate) async fn search(tx: &mut Tx, text: &str, page: Pagination) -> Result<(Vec<User>, i64)> {
    let literal = text.trim().to_lowercase().replace('\\', "\\\\");
    let pattern = format!("%{}%", literal.replace('%', "\\%").replace('_', "\\_"));
    Ok((sql::search(tx, &pattern, page).await?, sql::count_search(tx, &pattern).await?))
}

/// A change of a user's own profile; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub struct UserUpdate {
    name: Option<String>,
    image: Option<String>,
}

impl TryFrom<os_api::user::UpdateUser> for UserUpdate {
    type Error = crate::Error;

    fn try_from(body: os_api::user::UpdateUser) -> Result<Self> {
        let name = body.name.map(|it| text::within("name", &it, text::NAME_CHARS)).transpose()?;
        let image = body.image.map(|it| text::within("image", &it, IMAGE_CHARS)).transpose()?;
        Ok(Self { name, image })
    }
}

/// Changes how a user appears to others.
pub async fn update(tx: &mut Tx, actor: &Actor, id: UserId, update: UserUpdate) -> Result<User> {
    let before = get(tx, id).await?;
    let name = update.name.unwrap_or_else(|| before.name.clone());
    let image = match update.image {
        Some(image) => Some(image).filter(|it| !it.is_empty()),
        None => before.image.clone(),
    };
    sql::update(tx, id, &name, image.as_deref()).await?;
    let state = |name: &str, image: &Option<String>| json!({ "name": name, "image": image });
    Event::new(Kind::UserUpdated, json!({ "email": before.email }))
        .change(state(&before.name, &before.image), state(&name, &image))
        .record(tx, actor)
        .await?;
    get(tx, id).await
}

/// Looks up the user with this id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: UserId) -> Result<User> {
    sql::find(tx, id).await?.ok_or_else(|| Code::NotFound.error(format!("there is no user `{id}`")))
}

/// Looks up the user of an email address in lower case.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    Ok(sql::find_by_email(tx, email).await?)
}

/// Looks up the user with this email address or id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`; `VALIDATION_ERROR` for what is neither.
pub(crate) async fn named(tx: &mut Tx, name: &str) -> Result<User> {
    let found = match name.parse() {
        Ok(id) => return get(tx, UserId(id)).await,
        Err(_) => find_by_email(tx, &text::email(name)?).await?,
    };
    found.ok_or_else(|| Code::NotFound.error(format!("there is no account `{name}`")))
}

/// Notes that a user signed in.
pub async fn note_sign_in(tx: &mut Tx, id: UserId) -> Result<()> {
    Ok(sql::note_sign_in(tx, id).await?)
}

/// Returns whether the server has an account.
pub async fn any(tx: &mut Tx) -> Result<bool> {
    Ok(sql::any(tx).await?)
}

/// Counts all accounts, and those with a password.
pub(crate) struct AccountCount {
    pub all: i64,
    pub with_password: i64,
}

/// Counts the accounts.
pub(crate) async fn count(tx: &mut Tx) -> Result<AccountCount> {
    let (all, with_password) = sql::count_all(tx).await?;
    Ok(AccountCount { all, with_password })
}

/// Lists the users of the visible organizations, and counts them.
pub async fn list(tx: &mut Tx, visible: Visible, page: Pagination) -> Result<(Vec<User>, i64)> {
    Ok((sql::list(tx, visible, page).await?, sql::count(tx, visible).await?))
}

impl From<User> for os_api::user::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            email: user.email,
            name: user.name,
            image: user.image,
            email_verified: user.email_verified,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}
