//! A runtime that is bound to an organization, and perhaps to one environment.
//!
//! **Invariant:** its token (`oscc_…`) is shown once and kept as its hash; a
//! revoked one is nobody.

mod sql;

use crate::auth::Principal;
use crate::{EnvironmentId, OrganizationId, Result, RuntimeConnectionId, secret};
use os_db::Tx;

/// A connection that is valid now.
#[derive(Debug, sqlx::FromRow)]
struct Live {
    id: RuntimeConnectionId,
    organization_id: OrganizationId,
    environment_id: Option<EnvironmentId>,
}

/// The runtime of a token, unless it is unknown or revoked.
pub async fn authenticate(tx: &mut Tx, token: &str) -> Result<Option<Principal>> {
    let found = sql::find_live(tx, &secret::hash(token)).await?;
    Ok(found.map(|found| Principal::Runtime {
        connection: found.id,
        organization: found.organization_id,
        environment: found.environment_id,
    }))
}
