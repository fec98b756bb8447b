use crate::{EnvironmentId, RuntimeConnectionId};
use os_db::Tx;

pub(super) async fn current(
    tx: &mut Tx,
    environment: EnvironmentId,
    connection: RuntimeConnectionId,
) -> os_db::Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query(
            "SELECT e.generation FROM sys_environment e
               JOIN sys_runtime_connection c ON c.environment_id = e.id
              WHERE e.id = $1 AND c.id = $2 AND c.revoked_at IS NULL",
        )
        .bind(environment)
        .bind(connection)
        .optional()
        .await?;
    Ok(found.map(|(generation,)| generation))
}

pub(super) async fn artifact(
    tx: &mut Tx,
    environment: EnvironmentId,
    checksum: &str,
) -> os_db::Result<Option<String>> {
    let found: Option<(String,)> = tx
        .query(
            "SELECT v.manifest_json FROM sys_package_version v
              WHERE v.checksum = $2
                AND v.id IN (SELECT h.to_version_id FROM sys_package_installation_history h
                              WHERE h.environment_id = $1)
              LIMIT 1",
        )
        .bind(environment)
        .bind(checksum.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(text,)| text))
}
