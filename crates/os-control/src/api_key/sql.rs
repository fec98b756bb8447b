use super::Live;
use chrono::{DateTime, Utc};
use os_db::Tx;

pub(super) async fn find_live(
    tx: &mut Tx,
    key_hash: &str,
    at: DateTime<Utc>,
) -> os_db::Result<Option<Live>> {
    tx.query(
        "SELECT k.id, k.user_id, u.email, u.role, k.active_organization_id, k.scopes
           FROM sys_api_key k JOIN sys_user u ON u.id = k.user_id
          WHERE k.key_hash = $1 AND NOT k.revoked AND NOT u.banned
            AND (k.expires_at IS NULL OR k.expires_at > $2)",
    )
    .bind(key_hash.to_owned())
    .bind(at)
    .optional()
    .await
}
