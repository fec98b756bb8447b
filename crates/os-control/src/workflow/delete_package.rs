//! Deleting a package with its drafts (docs/wire/packages.md#deletion).

use crate::Result;
use crate::registry::package::{self, PackageAccess};
use crate::registry::version;
use os_db::Tx;

/// Deletes a package and its drafts.
///
/// # Errors
/// `PACKAGE_IN_USE` when a version was ever published, or installed as a draft.
pub async fn delete_package(tx: &mut Tx, access: &PackageAccess) -> Result<()> {
    package::lock_unused(tx, access).await?;
    version::delete_drafts_of(tx, access).await?;
    package::delete(tx, access).await
}
