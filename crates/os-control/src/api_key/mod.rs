//! `osk_…`: a secret that lets a program act for a person.
//!
//! **Invariant:** the key is shown once and kept as its hash; a revoked or
//! expired one is nobody.

mod sql;

use crate::auth::{Scope, Scopes};
use crate::{ApiKeyId, OrganizationId, Result, UserId, secret};
use os_db::{Tx, now};

/// A key that is valid now, with what doors need of its user.
#[derive(Debug, sqlx::FromRow)]
struct Live {
    id: ApiKeyId,
    user_id: UserId,
    email: String,
    role: String,
    active_organization_id: Option<OrganizationId>,
    scopes: String,
}

/// The person a key acts for, unless it is unknown, expired or revoked.
pub async fn authenticate(tx: &mut Tx, key: &str) -> Result<Option<crate::auth::ActorUser>> {
    let found = sql::find_live(tx, &secret::hash(key), now()).await?;
    Ok(found.map(|found| crate::auth::ActorUser {
        id: found.user_id,
        email: found.email,
        is_platform_admin: found.role == "admin",
        session: None,
        api_key: Some(found.id),
        active_organization: found.active_organization_id,
        scopes: scopes(&found.scopes),
    }))
}

/// Reads the column: a JSON array of names; an empty one means all.
fn scopes(text: &str) -> Scopes {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    if names.is_empty() {
        return Scopes::ALL;
    }
    Scopes(Some(
        Scope::ALL.into_iter().filter(|it| names.iter().any(|name| name == it.as_str())).collect(),
    ))
}
