use super::Live;
use os_db::Tx;

pub(super) async fn find_live(tx: &mut Tx, token_hash: &str) -> os_db::Result<Option<Live>> {
    tx.query(
        "SELECT id, organization_id, environment_id FROM sys_runtime_connection
          WHERE token_hash = $1 AND revoked_at IS NULL",
    )
    .bind(token_hash.to_owned())
    .optional()
    .await
}
