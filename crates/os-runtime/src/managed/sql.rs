use os_db::{Result, Tx};

/// Returns the environment that delivered a package.
pub(super) async fn environment_of(tx: &mut Tx, package: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = tx
        .query("SELECT environment_id FROM sys_delivery WHERE manifest_id = $1")
        .bind(package.to_owned())
        .optional()
        .await?;
    Ok(found.map(|(environment,)| environment))
}
