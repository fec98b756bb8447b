use os_db::Tx;

/// Checks that the database answers.
pub(super) async fn ping(tx: &mut Tx) -> os_db::Result<()> {
    tx.query("SELECT 1").run().await.map(drop)
}
