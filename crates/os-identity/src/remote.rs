//! Sessions that another server opened: those of a control plane that a runtime trusts,
//! as in `os start`.
//!
//! **Invariant:** the user of such a session gets an account here, without a password, so that
//! records can refer to it; unless the authority does not admit them. A session is not cached here:
//! the authority knows how long its answer holds.

use crate::actor::{Credentials, Scopes, UserPrincipal};
use crate::ids::SessionId;
use crate::state::Identity;
use crate::user::{self, RemoteUser, User};
use crate::{Code, Result};
use os_api::session::CurrentSession;

/// The refusal of a user who is no member of the environment of this server.
const NOT_ADMITTED: &str = "this runtime runs an environment that you are no member of; its administrators can add you, and your own environments are listed under /environments";

/// Asks the session authority, if there is one, for the principal of a token.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when it does not answer, `PERMISSION_DENIED` for a user whom it does not
/// admit here.
pub async fn find(identity: &Identity, token: &str) -> Result<Option<UserPrincipal>> {
    let Some(current) = ask(identity, token).await? else { return Ok(None) };
    let user = admit(identity, &current).await?;
    if user.banned {
        return Ok(None);
    }
    let principal = UserPrincipal::new(Credentials {
        id: user.id,
        is_admin: current.user.is_platform_admin,
        email: user.email,
        session: Some(SessionId(current.session.id)),
        api_key: None,
        active_organization: None,
        scopes: Scopes::ALL,
        is_remote: true,
    });
    Ok(Some(principal))
}

/// The session of a token as the authority describes it, with the account here.
///
/// # Errors
/// As [`find`].
pub async fn describe(identity: &Identity, token: &str) -> Result<Option<CurrentSession>> {
    let Some(mut current) = ask(identity, token).await? else { return Ok(None) };
    let user = admit(identity, &current).await?;
    current.user.role = user.role.clone();
    current.user.user = user.into();
    current.session.user_id = current.user.user.id;
    Ok(Some(current))
}

/// Asks the authority for the session of a token. A key with scopes is not accepted: only the
/// authority can enforce its scopes.
async fn ask(identity: &Identity, token: &str) -> Result<Option<CurrentSession>> {
    let Some(authority) = identity.authority() else { return Ok(None) };
    let answer = authority.session(token.to_owned()).await.map_err(|error| {
        tracing::warn!(error = format!("{error:#}"), "the session authority does not answer");
        Code::Unavailable.error("the control plane does not respond, so your session cannot be checked; try again in a moment")
    })?;
    let Some(found) = answer.filter(|it| it.current.session.scopes.is_none()) else {
        return Ok(None);
    };
    if !found.is_admitted {
        return Err(Code::PermissionDenied.error(NOT_ADMITTED));
    }
    Ok(Some(found.current))
}

/// Returns the account of a remote user, created or updated if needed.
async fn admit(identity: &Identity, current: &CurrentSession) -> Result<User> {
    let CurrentSession { user: remote, .. } = current;
    let email = remote.user.email.to_lowercase();
    let new = RemoteUser {
        id: crate::UserId(remote.user.id),
        name: &remote.user.name,
        email: &email,
        role: if remote.role == user::ADMIN { user::ADMIN } else { user::USER },
    };
    let is_same = |found: &User| found.name == new.name && found.role == new.role;
    let found = user::find_by_email(&mut identity.db().autocommit().await?, &email).await?;
    if let Some(found) = found.filter(is_same) {
        return Ok(found);
    }
    let mut tx = identity.db().write().await?;
    user::lock(&mut tx).await?;
    let known = user::admit(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(known)
}
