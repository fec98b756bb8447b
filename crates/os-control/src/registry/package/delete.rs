//! Deleting a package that no one has come to rely on.

use super::{PackageAccess, listed_version, sql};
use crate::events::{Event, Kind};
use crate::{Code, Error, Result};
use os_db::Tx;
use serde_json::{Value, json};

/// Deletes a package that has no versions; [`crate::workflow::delete_package`]
/// deletes its drafts first.
///
/// # Errors
/// `PACKAGE_IN_USE` when a version was ever published, or installed as a draft.
pub async fn delete(tx: &mut Tx, access: &PackageAccess) -> Result<()> {
    let package = super::get(tx, access).await?;
    sql::delete_reservation(tx, &package.manifest_id).await?;
    sql::unindex(tx, package.search_id).await?;
    match sql::delete(tx, package.id).await {
        Err(error) if os_db::is_foreign_key(&error) => return Err(in_use(access)),
        result => result?,
    }
    listed_version::count_package(tx, -1).await?;
    Event::new(Kind::PackageDeleted, json!({ "manifest_id": package.manifest_id }))
        .organization(access.owner())
        .package(package.id)
        .change(package.facts(), Value::Null)
        .record(tx, access.actor())
        .await
}

/// Locks the package for its deletion, and checks that nothing of it is in use.
///
/// # Errors
/// As [`delete`].
pub async fn lock_unused(tx: &mut Tx, access: &PackageAccess) -> Result<()> {
    sql::lock(tx, access.package()).await?;
    if sql::is_used(tx, access.package()).await? {
        return Err(in_use(access));
    }
    Ok(())
}

fn in_use(access: &PackageAccess) -> Error {
    Code::PackageInUse.error(format!(
        "`{}` has versions that were published or installed; deprecate them, or make the package private instead",
        access.manifest_id()
    ))
}
