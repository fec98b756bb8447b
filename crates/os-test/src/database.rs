//! A database per test.

use os_db::{Db, Migration, Name, StatementTimeouts, migrate};

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
    pub async fn new(migrations: &[Migration]) -> Self {
        Self::with_timeouts(migrations, StatementTimeouts::default()).await
    }

    /// Creates a database whose statements end after these times.
    #[expect(clippy::disallowed_methods, reason = "the one switch of the test suite")]
    pub async fn with_timeouts(migrations: &[Migration], timeouts: StatementTimeouts) -> Self {
        let database = match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Self::postgres(&url, timeouts).await,
            Err(_) => Self::sqlite(timeouts).await,
        };
        migrate(&database.db, migrations).await.expect("migrations apply");
        database
    }

    async fn sqlite(timeouts: StatementTimeouts) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = Db::connect_with(&url, timeouts).await.expect("SQLite opens");
        Self { db, _folder: Some(folder) }
    }

    async fn postgres(url: &str, timeouts: StatementTimeouts) -> Self {
        let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
        let schema: Name = schema.parse().expect("a legal name");
        let db = Db::connect_schema(url, &schema, POSTGRES_CONNECTIONS, timeouts).await;
        Self { db: db.expect("PostgreSQL answers"), _folder: None }
    }
}
