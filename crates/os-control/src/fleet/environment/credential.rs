//! The secret of an environment.
//!
//! **Invariant:** at most one is active; only its hash is stored.

pub use super::sql::Credential;

use super::{EnvironmentAccess, lock_any, sql};
use crate::events::{Event, Kind};
use crate::{Code, Result};
use os_api::limits::{MAX_SECRET_BYTES, MIN_SECRET_BYTES};
use os_db::{Tx, now};
use os_http::secret;
use serde_json::{Value, json};
use uuid::Uuid;

/// Finds the active credential.
pub async fn find(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Option<Credential>> {
    Ok(sql::find_credential(tx, access.environment()).await?)
}

/// Replaces the secret and revokes the older one (docs/wire/environments.md#environment-credentials).
///
/// # Errors
/// `VALIDATION_ERROR` for one that is too short or too long.
pub async fn rotate(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    plaintext: &str,
) -> Result<Credential> {
    if !(MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&plaintext.len()) {
        return Err(Code::ValidationError.error(format!(
            "`plaintext` must have {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} characters"
        )));
    }
    let environment = lock_any(tx, access).await?;
    let at = now();
    let new = Credential {
        id: Uuid::now_v7(),
        authorization: "full_access".to_owned(),
        status: "active".to_owned(),
        created_at: at,
        expires_at: None,
    };
    let revoked = sql::revoke_credentials(tx, access.environment(), at).await?;
    sql::insert_credential(tx, access.environment(), &new, secret::hash(plaintext)).await?;
    Event::new(Kind::EnvironmentCredentialRotated, environment.subject())
        .organization(access.organization())
        .environment(access.environment())
        .change(Value::Null, json!({ "credential_id": new.id, "revoked": revoked }))
        .record(tx, access.actor())
        .await?;
    Ok(new)
}
