use crate::{Db, Migration, migrate};
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

/// A migrated database that belongs to one test.
///
/// SQLite in a temporary file unless `TEST_DATABASE_URL` names a PostgreSQL
/// server, where every test gets a schema of its own.
pub struct TestDb {
    pub db: Db,
    _file: Option<tempfile::TempDir>,
}

impl TestDb {
    #[expect(clippy::disallowed_methods, reason = "the one switch of the test suite")]
    pub async fn new(migrations: &[Migration]) -> Self {
        let test = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Self::postgres(&url).await,
            Err(_) => Self::sqlite().await,
        };
        migrate(&test.db, migrations).await.expect("migrations apply");
        test
    }

    async fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("test.db").display());
        Self { db: Db::connect(&url).await.expect("SQLite opens"), _file: Some(dir) }
    }

    async fn postgres(url: &str) -> Self {
        let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
        let options = PgConnectOptions::from_str(url)
            .expect("TEST_DATABASE_URL is a PostgreSQL URL")
            .options([("search_path", schema.as_str())]);
        let db = Db::postgres(options, 4).await.expect("PostgreSQL answers");
        let Db::Postgres(pool) = &db else { unreachable!("it was opened just now") };
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(pool)
            .await
            .expect("the schema is new");
        Self { db, _file: None }
    }
}
