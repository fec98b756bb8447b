use os_db::{Result, Tx, now};
use os_package::Manifest;

/// Returns table, column and type of the columns of these tables, a JSON list of names.
pub(super) async fn columns(tx: &mut Tx, tables: &str) -> Result<Vec<(String, String, String)>> {
    tx.query_per_dialect(
        "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name IN (SELECT value FROM json_each($1))",
        "SELECT table_name::text, column_name::text, data_type::text
         FROM information_schema.columns WHERE table_schema = current_schema()
         AND table_name IN (SELECT json_array_elements_text(CAST($1::text AS json)))",
    )
    .bind(tables.to_owned())
    .all()
    .await
}

/// Returns table and name of the indexes of these tables, a JSON list of names.
pub(super) async fn indexes(tx: &mut Tx, tables: &str) -> Result<Vec<(String, String)>> {
    tx.query_per_dialect(
        "SELECT tbl_name, name FROM sqlite_schema
         WHERE type = 'index' AND tbl_name IN (SELECT value FROM json_each($1))",
        "SELECT tablename::text, indexname::text FROM pg_indexes
         WHERE schemaname = current_schema()
         AND tablename IN (SELECT json_array_elements_text(CAST($1::text AS json)))",
    )
    .bind(tables.to_owned())
    .all()
    .await
}

/// Returns the ids of the migrations of a package that have run.
pub(super) async fn migrations(tx: &mut Tx, package: &str) -> Result<Vec<(String,)>> {
    tx.query("SELECT migration FROM sys_package_migration WHERE manifest_id = $1")
        .bind(package.to_owned())
        .all()
        .await
}

/// Records that a migration of a package has run.
pub(super) async fn record_migration(
    tx: &mut Tx,
    manifest: &Manifest,
    migration: &str,
) -> Result<()> {
    tx.query(
        "INSERT INTO sys_package_migration (manifest_id, migration, version, ran_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(manifest.id.to_string())
    .bind(migration.to_owned())
    .bind(manifest.version.to_string())
    .bind(now())
    .run()
    .await
    .map(drop)
}
