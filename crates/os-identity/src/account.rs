//! Rules that span users, sessions and organizations: signing in and up, and describing the
//! current session.
//!
//! **Invariant:** the first account owns the server; later ones do not, unless an
//! administrator appoints them. Each attempt to guess a password is counted before the
//! password is looked at.

use crate::actor::{Actor, UserPrincipal};
use crate::client::Client;
use crate::organization::{self, NewOrganization, OrganizationRole, invitation};
use crate::session::{self, Opened, Session};
use crate::state::Identity;
use crate::user::{self, NewUser, User};
use crate::{Code, Result, api_key, text};
use os_db::Tx;
use os_http::RequestId;

/// A user who just signed in, with their session.
#[derive(Debug)]
pub struct Entered {
    pub session: Opened,
    pub user: User,
}

/// Opens a session for the user with this email address and password.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, `RATE_LIMIT_EXCEEDED`; `PERMISSION_DENIED` for a banned
/// account.
pub async fn sign_in(
    identity: &Identity,
    client: &Client,
    email: &str,
    password: &str,
) -> Result<Entered> {
    identity.guess_limits().count(client.address, Some(email))?;
    let user = check_password(identity, email, password).await?;
    let mut tx = identity.db().write().await?;
    let session = open_session(identity, &mut tx, &user, client).await?;
    tx.commit().await?;
    Ok(Entered { session, user })
}

/// The data of a new account, as sent.
#[derive(Debug)]
pub struct Registration<'a> {
    /// Defaults to the part of the email address before the `@`.
    pub name: Option<&'a str>,
    pub email: &'a str,
    pub password: &'a str,
    /// The secret of an invitation's link.
    pub invitation: Option<&'a str>,
}

/// Creates an account and opens its first session.
///
/// # Errors
/// `VALIDATION_ERROR`, `USER_ALREADY_EXISTS`, `SELF_REGISTRATION_CLOSED`,
/// `RATE_LIMIT_EXCEEDED`.
pub async fn register(
    identity: &Identity,
    client: &Client,
    registration: Registration<'_>,
) -> Result<Entered> {
    let Registration { name, email, password, invitation } = registration;
    identity.guess_limits().count(client.address, Some(email))?;
    let email = text::email(email)?;
    let name = name.or(email.split('@').next()).unwrap_or_default();
    let name = text::within("name", name, text::NAME_CHARS)?;
    may_register(identity, &mut identity.db().read().await?, &email, invitation).await?;
    let password_hash = identity.passwords().hash(password).await?;

    let mut tx = identity.db().write().await?;
    user::lock(&mut tx).await?;
    may_register(identity, &mut tx, &email, invitation).await?;
    let account = NewAccount { name: &name, email: &email, password_hash: &password_hash };
    let user = create(identity, &mut tx, account, &client.request).await?;
    let session = open_session(identity, &mut tx, &user, client).await?;
    tx.commit().await?;
    Ok(Entered { session, user })
}

/// An account that is to be created. The password is hashed already.
pub(crate) struct NewAccount<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password_hash: &'a str,
}

/// Creates an account; the first one on a server becomes its administrator and gets an
/// organization to work in, where there are organizations. The caller holds the lock of
/// accounts.
pub(crate) async fn create(
    identity: &Identity,
    tx: &mut Tx,
    new: NewAccount<'_>,
    request: &RequestId,
) -> Result<User> {
    let is_first = !user::any(tx).await?;
    let NewAccount { name, email, password_hash } = new;
    let role = if is_first { user::ADMIN } else { user::USER };
    let new = NewUser { name, email, role, password_hash: Some(password_hash) };
    let user = user::create(tx, new, request).await?;
    if is_first && identity.config().organizations {
        let new = NewOrganization::named("Default Organization", "default")?;
        organization::create(tx, &user.actor(request), user.id, new).await?;
    }
    Ok(user)
}

/// Checks that this address may have an account: the first one may, one that shows the secret of
/// its invitation may, and all may if the operator opened registration. Without a secret the
/// refusal is the same whether the address is invited or not.
async fn may_register(
    identity: &Identity,
    tx: &mut Tx,
    email: &str,
    secret: Option<&str>,
) -> Result<()> {
    let config = identity.config();
    if let Some(secret) = secret.filter(|_| config.organizations) {
        let invited = invitation::of_secret(tx, secret).await?;
        return match invited.filter(|it| it.email == email) {
            Some(_) => Ok(()),
            None => Err(Code::ValidationError.error(
                "`invitationToken` belongs to no open invitation of this address; use the invited address, or ask for another invitation",
            )),
        };
    }
    if config.open_registration || !user::any(tx).await? {
        return Ok(());
    }
    Err(Code::SelfRegistrationClosed.error(if config.organizations {
        "registration is closed; open the link of an invitation, or ask a member of an organization for one"
    } else {
        "registration is closed; ask the owner of this runtime for an account"
    }))
}

/// Returns the user of an email address, if the password is theirs.
///
/// # Errors
/// `INVALID_EMAIL_OR_PASSWORD`, after the same work, for an unknown address and for a
/// wrong password; `PERMISSION_DENIED` for a banned account.
pub(crate) async fn check_password(
    identity: &Identity,
    email: &str,
    password: &str,
) -> Result<User> {
    let found = match text::email(email) {
        Ok(email) => {
            user::find_with_password(&mut identity.db().autocommit().await?, &email).await?
        }
        Err(_) => None,
    };
    let hash = found.as_ref().and_then(|it| it.password_hash.as_deref());
    let matches = identity.passwords().verify(password, hash).await?;
    let user = found.filter(|_| matches).map(|it| it.user).ok_or_else(|| {
        // The wording that clients show as it is (docs/wire/authentication.md#sessions).
        Code::InvalidEmailOrPassword.error("Invalid email or password")
    })?;
    must_not_be_banned(&user)?;
    Ok(user)
}

fn must_not_be_banned(user: &User) -> Result<()> {
    if user.banned {
        return Err(Code::PermissionDenied
            .error("this account is locked; ask an administrator of the server"));
    }
    Ok(())
}

/// Opens a session for a user, who works in the organization they joined first, and
/// deletes sessions that have expired.
///
/// # Errors
/// `PERMISSION_DENIED` for a banned account.
pub(crate) async fn open_session(
    identity: &Identity,
    tx: &mut Tx,
    user: &User,
    client: &Client,
) -> Result<Opened> {
    must_not_be_banned(user)?;
    let organization = match identity.config().organizations {
        true => organization::list_of(tx, user.id).await?.first().map(|it| it.id),
        false => None,
    };
    session::purge(tx).await?;
    session::open(tx, user, organization, client).await
}

/// Ends the session of the actor, unless another server opened it.
pub async fn sign_out(identity: &Identity, actor: &Actor, token: Option<&str>) -> Result<()> {
    let mut tx = identity.db().write().await?;
    session::close(&mut tx, actor).await?;
    tx.commit().await?;
    if let Some(token) = token {
        identity.sessions().remove(token);
    }
    Ok(())
}

/// The current session with its user.
#[derive(Debug)]
pub struct Current {
    pub user: User,
    pub session: Session,
    /// Their role in the organization they work in.
    pub role: Option<OrganizationRole>,
    pub is_platform_admin: bool,
    /// The scopes of an API key; `None` for all.
    pub scopes: Option<Vec<String>>,
}

/// Describes the current session. An API key stands for a session of its user.
///
/// # Errors
/// `UNAUTHENTICATED` when the session ended a moment ago.
pub async fn describe(tx: &mut Tx, principal: &UserPrincipal) -> Result<Current> {
    let user = user::get(tx, principal.id()).await?;
    let session = match (principal.session(), principal.api_key()) {
        (Some(id), _) => session::find(tx, id).await?,
        (None, Some(key)) => Some(api_key::as_session(tx, key).await?),
        (None, None) => None,
    };
    let session = session
        .ok_or_else(|| Code::Unauthenticated.error("the session has just ended; sign in again"))?;
    let role = match session.active_organization_id {
        Some(organization) => organization::role_of(tx, organization, user.id).await?,
        None => None,
    };
    let scopes = principal.scopes();
    Ok(Current {
        user,
        session,
        role,
        is_platform_admin: principal.is_platform_admin(),
        scopes: (!scopes.are_all()).then(|| scopes.names()),
    })
}
