//! Deletes an organization with its environments.

use crate::fleet::environment;
use crate::registry::{listing, package};
use crate::{Code, Result};
use os_db::Tx;
use os_identity::organization::{self, OrganizationAccess};

/// The names that an error lists at most.
const MAX_NAMES: usize = 5;

/// Deletes an organization with its environments; returns how many those were.
///
/// # Errors
/// `RESOURCE_CONFLICT` while it owns packages or reserved namespaces.
pub async fn delete_organization(tx: &mut Tx, access: &OrganizationAccess) -> Result<usize> {
    let id = access.organization();
    let mut owned = package::names_owned_by(tx, id).await?;
    owned.extend(listing::namespaces_reserved_by(tx, id).await?);
    if !owned.is_empty() {
        let names: Vec<_> = owned.iter().take(MAX_NAMES).map(|it| format!("`{it}`")).collect();
        return Err(Code::Conflict.error(format!(
            "the organization owns {}; published packages stay installable, so their owner cannot be deleted",
            names.join(", ")
        )));
    }
    let environments = environment::delete_all_of(tx, access).await?;
    organization::delete(tx, access).await?;
    Ok(environments)
}
