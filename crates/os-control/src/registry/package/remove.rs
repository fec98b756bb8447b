//! Deleting a package that nobody has come to rely on (`design.md` §8.12).

use super::sql;
use crate::events::{Event, Kind};
use crate::http::guards::PackageAccess;
use crate::registry::listing;
use crate::{Code, Result};
use os_db::Tx;
use serde_json::{Value, json};

/// Deletes a package and its drafts.
///
/// # Errors
/// `PACKAGE_IN_USE` when a version was ever published, or installed as a draft.
pub async fn delete(tx: &mut Tx, access: &PackageAccess) -> Result<()> {
    let in_use = || {
        Code::PackageInUse.error(format!(
            "`{}` has versions that were published or installed; deprecate them, or make the package private instead",
            access.manifest_id
        ))
    };
    sql::lock(tx, access.package).await?;
    let package = super::get(tx, access.package).await?;
    if sql::is_used(tx, package.id).await? {
        return Err(in_use());
    }
    sql::delete_drafts(tx, package.id).await?;
    sql::delete_reservation(tx, &package.manifest_id).await?;
    sql::unindex(tx, package.search_id).await?;
    match sql::delete(tx, package.id).await {
        Err(error) if os_db::is_foreign_key(&error) => return Err(in_use()),
        result => result?,
    }
    listing::count_package(tx, -1).await?;
    Event::new(Kind::PackageDeleted, json!({ "manifest_id": package.manifest_id }))
        .organization(access.owner)
        .package(package.id)
        .change(package.facts(), Value::Null)
        .record(tx, &access.actor)
        .await
}
