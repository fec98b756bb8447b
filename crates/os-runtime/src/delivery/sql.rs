use os_db::{Result, Tx, now};

/// Manifest id, checksum, and outcome in JSON.
pub(super) type Row = (String, String, Option<String>);

pub(super) async fn packages(tx: &mut Tx, environment: &str) -> Result<Vec<Row>> {
    tx.query("SELECT manifest_id, checksum, outcome FROM sys_delivery WHERE environment_id = $1")
        .bind(environment.to_owned())
        .all()
        .await
}

/// The packages of whichever environment delivered last: a delivery replaces all rows.
pub(super) async fn all_packages(tx: &mut Tx) -> Result<Vec<Row>> {
    tx.query("SELECT manifest_id, checksum, outcome FROM sys_delivery").all().await
}

pub(super) async fn generation(tx: &mut Tx, environment: &str) -> Result<Option<i64>> {
    let found: Option<(i64,)> = tx
        .query("SELECT generation FROM sys_delivered_generation WHERE environment_id = $1")
        .bind(environment.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(generation,)| generation))
}

pub(super) async fn delete_all(tx: &mut Tx) -> Result<()> {
    tx.query("DELETE FROM sys_delivery").run().await?;
    tx.query("DELETE FROM sys_delivered_generation").run().await.map(drop)
}

pub(super) struct NewDelivery<'p> {
    pub manifest_id: &'p str,
    pub checksum: &'p str,
    /// In JSON.
    pub outcome: Option<String>,
}

pub(super) async fn insert_package(
    tx: &mut Tx,
    environment: &str,
    package: NewDelivery<'_>,
) -> Result<()> {
    tx.query(
        "INSERT INTO sys_delivery (manifest_id, environment_id, checksum, outcome)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(package.manifest_id.to_owned())
    .bind(environment.to_owned())
    .bind(package.checksum.to_owned())
    .bind(package.outcome)
    .run()
    .await
    .map(drop)
}

pub(super) async fn insert_generation(
    tx: &mut Tx,
    environment: &str,
    generation: i64,
) -> Result<()> {
    tx.query(
        "INSERT INTO sys_delivered_generation (environment_id, generation, applied_at)
         VALUES ($1, $2, $3)",
    )
    .bind(environment.to_owned())
    .bind(generation)
    .bind(now())
    .run()
    .await
    .map(drop)
}
