//! A person with an account on this server.
//!
//! **Invariant:** the first account owns the server (`role` admin); later ones
//! do not, unless an administrator says so. An email address is one account.
//! A password is known to its hash only, and the hash leaves this noun nowhere.

pub mod api;
mod sql;

use crate::auth::{Actor, ActorUser, Principal, RequestId, Scopes};
use crate::data::{Page, Visible};
use crate::events::{Event, Kind};
use crate::organization::{self, invitation};
use crate::{Code, Control, Result, SessionId, UserId, session, text};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::json;

/// A person, as the database knows them.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    /// `admin` for administrators of the whole server, else `user`.
    pub role: String,
    pub banned: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl User {
    pub fn is_platform_admin(&self) -> bool {
        self.role == "admin"
    }

    /// The person as who does something that no door has let in: signing in.
    pub fn actor(&self, request: &RequestId) -> Actor {
        let principal = Principal::User(ActorUser {
            id: self.id,
            email: self.email.clone(),
            is_platform_admin: self.is_platform_admin(),
            session: None,
            api_key: None,
            active_organization: None,
            scopes: Scopes::ALL,
        });
        Actor { principal, request: request.clone() }
    }
}

/// Who is to be added. The password is hashed already.
pub struct NewUser<'a> {
    pub name: &'a str,
    /// In lower case; see [`text::email`].
    pub email: &'a str,
    pub password_hash: &'a str,
}

/// Adds an account; the first one on a server becomes its administrator and
/// gets an organization to work in.
///
/// # Errors
/// `USER_ALREADY_EXISTS`.
pub async fn create(tx: &mut Tx, new: NewUser<'_>, request: &RequestId) -> Result<User> {
    let is_first = !sql::any(tx).await?;
    let id = UserId::new();
    match sql::insert(tx, id, &new, if is_first { "admin" } else { "user" }).await {
        Ok(()) => {}
        Err(error) if os_db::is_duplicate(&error) => {
            return Err(Code::UserAlreadyExists
                .error(format!("`{}` has an account already; sign in instead", new.email)));
        }
        Err(error) => return Err(error.into()),
    }
    sql::insert_account(tx, id, new.password_hash).await?;
    let user = get(tx, id).await?;
    let after = json!({ "role": user.role });
    Event::new(Kind::UserCreated, json!({ "email": user.email }))
        .change(json!(null), after)
        .record(tx, &user.actor(request))
        .await?;
    if is_first {
        create_default_organization(tx, &user, request).await?;
    }
    Ok(user)
}

/// Two first accounts at the same moment both ask for the one slug, so one of
/// them is undone.
async fn create_default_organization(tx: &mut Tx, user: &User, request: &RequestId) -> Result<()> {
    let new = organization::New::named("Default Organization", "default")?;
    organization::create(tx, &user.actor(request), user.id, new).await.map_err(|error| {
        if error.code() == Code::DuplicateRecord {
            return Code::ConcurrentModification
                .error("somebody else became the first account at this moment; try again");
        }
        error
    })?;
    Ok(())
}

/// Whether somebody with this address may create an account: the first one,
/// those who were invited, and everybody where the operator opened registration.
///
/// # Errors
/// `SELF_REGISTRATION_CLOSED`.
pub async fn may_register(tx: &mut Tx, email: &str, is_open: bool) -> Result<()> {
    if is_open || !sql::any(tx).await? || invitation::is_invited(tx, email).await? {
        return Ok(());
    }
    Err(Code::SelfRegistrationClosed
        .error("registration is closed; ask a member of an organization for an invitation"))
}

/// The person of an email address, when the password is theirs.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, after the same work, for an unknown address and
/// for a wrong password; `PERMISSION_DENIED` for a locked account.
pub async fn check_password(control: &Control, email: &str, password: &str) -> Result<User> {
    let found = match text::email(email) {
        Ok(email) => sql::find_with_password(&mut control.db.read().await?, &email).await?,
        Err(_) => None,
    };
    let hash = found.as_ref().and_then(|it| it.password.as_deref());
    let matches = control.passwords.verify(password, hash).await?;
    let user = found.filter(|_| matches).map(|it| it.user).ok_or_else(|| {
        // The wording that clients show as it is (recordings §1.1).
        Code::InvalidEmailOrPassword.error("Invalid email or password")
    })?;
    if user.banned {
        return Err(Code::PermissionDenied
            .error("this account is locked; ask an administrator of the server"));
    }
    Ok(user)
}

/// Gives a person another password and, if wanted, ends their other sessions.
pub async fn change_password(
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    password_hash: &str,
    others_but: Option<SessionId>,
) -> Result<()> {
    sql::set_password(tx, user.id, password_hash).await?;
    if let Some(kept) = others_but {
        session::revoke_others(tx, actor, user, kept).await?;
    }
    let after = json!({ "other_sessions_ended": others_but.is_some() });
    Event::new(Kind::UserPasswordChanged, json!({ "email": user.email }))
        .change(json!(null), after)
        .record(tx, actor)
        .await
}

/// What a person may change about themselves; `None` leaves it.
#[derive(Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub image: Option<String>,
}

impl TryFrom<os_api::user::UpdateUser> for Change {
    type Error = crate::Error;

    fn try_from(body: os_api::user::UpdateUser) -> Result<Self> {
        let name = body.name.map(|name| text::within("name", &name, 1..=255)).transpose()?;
        let image = body.image.map(|image| text::within("image", &image, 0..=2048)).transpose()?;
        Ok(Self { name, image })
    }
}

/// Changes how a person appears to others.
pub async fn update(tx: &mut Tx, actor: &Actor, id: UserId, change: Change) -> Result<User> {
    let before = get(tx, id).await?;
    let name = change.name.unwrap_or_else(|| before.name.clone());
    let image = match change.image {
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

/// The person with this id.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn get(tx: &mut Tx, id: UserId) -> Result<User> {
    sql::find(tx, id).await?.ok_or_else(|| Code::NotFound.error(format!("there is no user `{id}`")))
}

/// Notes that somebody signed in.
pub async fn note_sign_in(tx: &mut Tx, id: UserId) -> Result<()> {
    Ok(sql::note_sign_in(tx, id).await?)
}

/// Whether the server has an account yet.
pub async fn any(tx: &mut Tx) -> Result<bool> {
    Ok(sql::any(tx).await?)
}

/// The people of the organizations that are visible, and how many they are.
pub async fn list(tx: &mut Tx, visible: Visible, page: Page) -> Result<(Vec<User>, i64)> {
    Ok((sql::list(tx, visible, page).await?, sql::count(tx, visible).await?))
}
