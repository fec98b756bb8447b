//! A person signed in: a browser's cookie or a program's bearer token.
//!
//! **Invariant:** a token is kept as its hash; signing out deletes the row, so
//! it ends everywhere at once.

mod sql;

use crate::{OrganizationId, Result, SessionId, UserId, secret};
use chrono::{Duration, Utc};
use os_db::{Tx, now};

/// How long a session lasts (contract §1.8).
pub const LIFETIME: Duration = Duration::days(7);

/// A session that is valid now, with what doors need of its user.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Live {
    pub id: SessionId,
    pub user_id: UserId,
    pub email: String,
    pub role: String,
    pub active_organization_id: Option<OrganizationId>,
}

/// Where a sign-in came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

/// The session of a token, unless it is unknown, expired or its user banned.
pub async fn authenticate(tx: &mut Tx, token: &str) -> Result<Option<Live>> {
    Ok(sql::find_live(tx, &secret::hash(token), now()).await?)
}

/// Signs a user in. The token is returned once and kept as its hash.
pub async fn create(
    tx: &mut Tx,
    user: UserId,
    organization: Option<OrganizationId>,
    origin: &Origin,
) -> Result<(SessionId, String, chrono::DateTime<Utc>)> {
    let (id, token, expires_at) = (SessionId::new(), secret::random(""), now() + LIFETIME);
    sql::insert(tx, id, user, &secret::hash(&token), organization, origin, expires_at).await?;
    Ok((id, token, expires_at))
}
