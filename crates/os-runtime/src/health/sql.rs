use os_db::{Result, Tx};

/// Fails where the database does not answer.
pub(super) async fn ping(tx: &mut Tx) -> Result<()> {
    tx.query("SELECT 1").run().await.map(drop)
}
