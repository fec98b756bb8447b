use super::Summary;
use crate::EnvironmentId;
use os_db::{Tx, now};

/// A generation, before it has a row.
pub(super) struct Insert {
    pub environment: EnvironmentId,
    pub number: i64,
    pub cause: String,
    pub restored_from: Option<i64>,
    pub by: String,
    pub package_count: i64,
    pub packages: String,
}

pub(super) async fn insert(tx: &mut Tx, new: Insert) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_environment_generation
            (environment_id, number, cause, restored_from, created_by, created_at, package_count,
             packages)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.environment)
    .bind(new.number)
    .bind(new.cause)
    .bind(new.restored_from)
    .bind(new.by)
    .bind(now())
    .bind(new.package_count)
    .bind(new.packages)
    .run()
    .await
    .map(drop)
}

pub(super) async fn list(
    tx: &mut Tx,
    environment: EnvironmentId,
    before: i64,
    limit: i64,
) -> os_db::Result<Vec<Summary>> {
    tx.query(
        "SELECT number, cause, restored_from, created_by, created_at, package_count
           FROM sys_environment_generation WHERE environment_id = $1 AND number < $2
          ORDER BY number DESC LIMIT $3",
    )
    .bind(environment)
    .bind(before)
    .bind(limit)
    .all()
    .await
}

pub(super) async fn find(
    tx: &mut Tx,
    environment: EnvironmentId,
    number: i64,
) -> os_db::Result<Option<Summary>> {
    tx.query(
        "SELECT number, cause, restored_from, created_by, created_at, package_count
           FROM sys_environment_generation WHERE environment_id = $1 AND number = $2",
    )
    .bind(environment)
    .bind(number)
    .optional()
    .await
}

pub(super) async fn packages(
    tx: &mut Tx,
    environment: EnvironmentId,
    number: i64,
) -> os_db::Result<String> {
    let (packages,): (String,) = tx
        .query(
            "SELECT packages FROM sys_environment_generation
              WHERE environment_id = $1 AND number = $2",
        )
        .bind(environment)
        .bind(number)
        .one()
        .await?;
    Ok(packages)
}
