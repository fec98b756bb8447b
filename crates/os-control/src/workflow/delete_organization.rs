//! Deleting an organization with its environments.

use crate::fleet::environment;
use crate::registry::package;
use crate::{Code, Result};
use os_db::Tx;
use os_identity::organization::{self, OrganizationAccess};

/// Deletes an organization with its environments. Returns the number of the environments.
///
/// # Errors
/// `RESOURCE_CONFLICT` while it owns packages or reserved namespaces;
/// `ENVIRONMENT_PROTECTED` while it has a system environment.
pub async fn delete_organization(tx: &mut Tx, access: &OrganizationAccess) -> Result<usize> {
    let owned = package::names_owned_by(tx, access).await?;
    if !owned.is_empty() {
        let names = owned.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(Code::Conflict.error(format!(
            "the organization owns {names}; published packages stay installable, so their owner cannot be deleted"
        )));
    }
    let environments = environment::delete_all_of_organization(tx, access).await?;
    organization::delete(tx, access).await?;
    Ok(environments)
}
