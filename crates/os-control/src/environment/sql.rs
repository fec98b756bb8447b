use super::{EnvironmentRole, ForAccess};
use crate::{EnvironmentId, UserId};
use os_db::Tx;

pub(super) async fn find_for_access(
    tx: &mut Tx,
    id: EnvironmentId,
) -> os_db::Result<Option<ForAccess>> {
    tx.query("SELECT organization_id, environment_type, status FROM sys_environment WHERE id = $1")
        .bind(id)
        .optional()
        .await
}

pub(super) async fn role_of(
    tx: &mut Tx,
    id: EnvironmentId,
    user: UserId,
) -> os_db::Result<Option<EnvironmentRole>> {
    let role: Option<(EnvironmentRole,)> = tx
        .query("SELECT role FROM sys_environment_member WHERE environment_id = $1 AND user_id = $2")
        .bind(id)
        .bind(user)
        .optional()
        .await?;
    Ok(role.map(|(role,)| role))
}
