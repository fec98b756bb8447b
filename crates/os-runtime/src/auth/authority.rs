//! Sessions that somebody else opened: those of a control plane that the runtime
//! trusts, as in `os start`.
//!
//! **Invariant:** whoever comes with one is an account of this runtime from then
//! on, without a password, so that records can name them.

use super::{Live, User, sql};
use crate::{Code, Result, Runtime, SessionId, UserId};
use chrono::Duration;
use os_api::session::CurrentSession;
use os_db::now;
use std::pin::Pin;

/// Who knows sessions besides the runtime. It is asked over the wire's types;
/// how it is reached is its own business.
pub trait Authority: Send + Sync {
    /// Who a token stands for; `None` when it stands for nobody.
    fn session(&self, token: String) -> Answer;
}

/// What an [`Authority`] answers, some time later.
pub type Answer = Pin<Box<dyn Future<Output = anyhow::Result<Option<CurrentSession>>> + Send>>;

/// Asks the authority, where there is one.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when it does not answer.
pub async fn ask(runtime: &Runtime, token: &str) -> Result<Option<Live>> {
    let Some(authority) = &runtime.authority else { return Ok(None) };
    let answer = authority.session(token.to_owned()).await.map_err(|error| {
        tracing::warn!(error = format!("{error:#}"), "the control plane does not say who asks");
        Code::Unavailable.error("the control plane does not say who you are; try again in a moment")
    })?;
    match answer {
        // What a key with scopes may do is known to the control plane alone.
        Some(current) if current.session.scopes.is_none() => {
            admit(runtime, current).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn admit(runtime: &Runtime, current: CurrentSession) -> Result<Live> {
    let CurrentSession { user, session } = current;
    let role = if user.is_platform_admin { "admin" } else { "user" };
    let user = User {
        id: UserId(user.user.id),
        name: user.user.name,
        email: user.user.email.to_lowercase(),
        role: role.to_owned(),
        password: String::new(),
        created_at: now(),
        updated_at: now(),
    };
    Ok(Live {
        session_id: SessionId(session.id),
        expires_at: session.expires_at.unwrap_or_else(|| now() + Duration::days(1)),
        started_at: session.created_at,
        user: known(runtime, user).await?,
    })
}

/// The account of a person; made, or brought up to date, where it must be.
async fn known(runtime: &Runtime, user: User) -> Result<User> {
    let is_same = |found: &User| (&found.name, &found.role) == (&user.name, &user.role);
    let found = sql::by_email(&mut runtime.db.peek().await?, &user.email).await?;
    if let Some(found) = found.filter(is_same) {
        return Ok(found);
    }
    let mut tx = runtime.db.write().await?;
    tx.lock(super::ACCOUNTS_LOCK).await?;
    let known = match sql::by_email(&mut tx, &user.email).await? {
        Some(found) => {
            let known = User { name: user.name, role: user.role, updated_at: now(), ..found };
            sql::update(&mut tx, &known).await?;
            known
        }
        None => {
            sql::insert(&mut tx, &user).await?;
            user
        }
    };
    tx.commit().await?;
    Ok(known)
}
