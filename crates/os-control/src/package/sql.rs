use super::ForAccess;
use crate::{OrganizationId, PackageId, UserId};
use os_db::Tx;

pub(super) async fn find_by_id(tx: &mut Tx, id: PackageId) -> os_db::Result<Option<ForAccess>> {
    tx.query("SELECT id, manifest_id, owner_org_id, listed FROM sys_package WHERE id = $1")
        .bind(id)
        .optional()
        .await
}

pub(super) async fn find_by_manifest_id(
    tx: &mut Tx,
    manifest_id: &str,
) -> os_db::Result<Option<ForAccess>> {
    tx.query("SELECT id, manifest_id, owner_org_id, listed FROM sys_package WHERE manifest_id = $1")
        .bind(manifest_id.to_owned())
        .optional()
        .await
}

pub(super) async fn is_granted_to_organization(
    tx: &mut Tx,
    package: PackageId,
    organization: OrganizationId,
) -> os_db::Result<bool> {
    let (granted,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_grant
                             WHERE package_id = $1 AND organization_id = $2)",
        )
        .bind(package)
        .bind(organization)
        .one()
        .await?;
    Ok(granted)
}

pub(super) async fn is_granted_to_user(
    tx: &mut Tx,
    package: PackageId,
    user: UserId,
) -> os_db::Result<bool> {
    let (granted,): (bool,) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM sys_package_grant g
                              JOIN sys_member m ON m.organization_id = g.organization_id
                             WHERE g.package_id = $1 AND m.user_id = $2)",
        )
        .bind(package)
        .bind(user)
        .one()
        .await?;
    Ok(granted)
}
