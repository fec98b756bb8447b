//! The identity of something installable: `com.acme.crm`.
//!
//! **Invariant:** a manifest id belongs to one organization for ever; ids are
//! never reused.

mod sql;

use crate::auth::{Actor, Principal};
use crate::{OrganizationId, PackageId, Result};
use os_db::Tx;

/// What doors need to know of a package.
#[derive(Debug, sqlx::FromRow)]
pub struct ForAccess {
    pub id: PackageId,
    pub manifest_id: String,
    pub owner_org_id: OrganizationId,
    /// Whether it is in the public catalog.
    pub listed: bool,
}

/// For doors only: by row id or manifest id, nothing is checked yet.
pub async fn find_for_access(tx: &mut Tx, id: &str) -> Result<Option<ForAccess>> {
    Ok(match id.parse::<PackageId>() {
        Ok(id) => sql::find_by_id(tx, id).await?,
        Err(_) => sql::find_by_manifest_id(tx, id).await?,
    })
}

/// Whether an organization of the actor was granted sight of the package.
pub async fn is_granted(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    Ok(match &actor.principal {
        Principal::Service | Principal::System => true,
        Principal::Runtime { organization, .. } => {
            sql::is_granted_to_organization(tx, package, *organization).await?
        }
        Principal::User(user) => match (user.api_key, user.active_organization) {
            (Some(_), Some(only)) => sql::is_granted_to_organization(tx, package, only).await?,
            _ => sql::is_granted_to_user(tx, package, user.id).await?,
        },
    })
}
