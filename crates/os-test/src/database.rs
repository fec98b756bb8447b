//! A database per test.

use os_db::{Db, Migration, Name, migrate};

/// Connections of one test to PostgreSQL: enough for races, and few enough that
/// many tests share one server.
const POSTGRES_CONNECTIONS: u32 = 4;

/// A migrated database that belongs to one test.
///
/// SQLite in a temporary folder unless `TEST_DATABASE_URL` names a PostgreSQL
/// server, where every test gets a schema of its own.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// Holds the SQLite file; removed when dropped.
    _folder: Option<tempfile::TempDir>,
}

impl TestDb {
    /// Creates a database and applies these migrations.
    #[expect(clippy::disallowed_methods, reason = "the one switch of the test suite")]
    pub async fn new(migrations: &[Migration]) -> Self {
        let database = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Self::postgres(&url).await,
            Err(_) => Self::sqlite().await,
        };
        migrate(&database.db, migrations).await.expect("migrations apply");
        database
    }

    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self { db: Db::connect(&url).await.expect("SQLite opens"), _folder: Some(folder) }
    }

    async fn postgres(url: &str) -> Self {
        let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
        let schema: Name = schema.parse().expect("a legal name");
        let db = Db::connect_schema(url, &schema, POSTGRES_CONNECTIONS).await;
        Self { db: db.expect("PostgreSQL answers"), _folder: None }
    }
}
