//! Access to a package for organizations besides its owner (docs/wire/rights.md).

use super::{Grant, search, sql};
use crate::events::{Event, Kind};
use crate::registry::package::PackageAccess;
use crate::{Code, Result};
use os_db::Tx;
use os_identity::OrganizationId;
use serde_json::{Value, json};

/// Lists the organizations with access to the package.
pub async fn list(tx: &mut Tx, access: &PackageAccess) -> Result<Vec<Grant>> {
    Ok(sql::grants(tx, access.package()).await?)
}

/// Grants an organization access to the package. A second grant changes nothing.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` when there is no such organization.
pub async fn add(tx: &mut Tx, access: &PackageAccess, to: OrganizationId) -> Result<()> {
    let added = match sql::insert_grant(tx, access.package(), to, &access.actor().label()).await {
        Err(error) if os_db::is_foreign_key(&error) => {
            return Err(
                Code::NotFound.error(format!("`organization_id`: there is no organization `{to}`"))
            );
        }
        result => result?,
    };
    if !added {
        return Ok(());
    }
    let grant = json!({ "organization_id": to.to_string() });
    record(tx, access, Kind::PackageGranted, Value::Null, grant).await
}

/// Revokes the access of an organization. Installations stay.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` when the organization has no grant.
pub async fn remove(tx: &mut Tx, access: &PackageAccess, from: OrganizationId) -> Result<()> {
    if !sql::delete_grant(tx, access.package(), from).await? {
        return Err(Code::NotFound.error(format!(
            "`{}` is not granted to the organization `{from}`",
            access.manifest_id()
        )));
    }
    let grant = json!({ "organization_id": from.to_string() });
    record(tx, access, Kind::PackageGrantRevoked, grant, Value::Null).await
}

async fn record(
    tx: &mut Tx,
    access: &PackageAccess,
    kind: Kind,
    before: Value,
    after: Value,
) -> Result<()> {
    search::index(tx, access.package()).await?;
    Event::new(kind, json!({ "manifest_id": access.manifest_id() }))
        .organization(access.owner())
        .package(access.package())
        .change(before, after)
        .record(tx, access.actor())
        .await
}
