//! Runtimes, and what people do with them.

mod files;
mod install;
mod records;
mod registry;

pub use files::{STORAGE, announcement};
pub use install::{INSTALLED, example, object, package, with, with_manifest};
pub use records::{data_url, encoded};
pub use registry::{REGISTRY, manifest};

use crate::{PASSWORD, PASSWORD_MEMORY_KIB, TestDb};
use os_runtime::{Config, MIGRATIONS, Runtime};
use serde_json::{Value, json};
use uuid::Uuid;

/// A runtime with a database of its own.
pub type App = crate::App<Runtime>;

/// Sends requests to a runtime.
pub type Client = crate::Client<Runtime>;

/// The configuration of most tests: cheap passwords, no limit on attempts.
pub fn config() -> Config {
    Config { password_memory_kib: PASSWORD_MEMORY_KIB, throttle: false, ..Config::default() }
}

impl App {
    /// A runtime without accounts and with nothing installed.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A runtime that is configured otherwise than in most tests.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = TestDb::new(MIGRATIONS).await;
        let mut config = config();
        change(&mut config);
        Self::on(database, config).await
    }

    /// A runtime on this database, which may have been another one's before.
    pub async fn on(database: TestDb, config: Config) -> Self {
        let runtime = Runtime::new(database.db.clone(), config);
        runtime.boot().await.unwrap();
        let routes = os_runtime::routes(runtime.clone());
        Self::of(database, runtime, routes)
    }

    /// The first account: it owns the runtime.
    pub async fn owner(&self) -> Client {
        self.register("owner").await
    }

    /// An account; needs `open_registration` unless it is the first.
    pub async fn register(&self, name: &str) -> Client {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": PASSWORD});
        self.session("/api/v1/auth/sign-up/email", &email, body).await
    }

    /// An account that exists, with a new session.
    pub async fn sign_in(&self, name: &str) -> Client {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": PASSWORD});
        self.session("/api/v1/auth/sign-in/email", &email, body).await
    }

    /// The client of the session that this request opens.
    async fn session(&self, url: &str, email: &str, body: Value) -> Client {
        let session = self.anonymous().post(url, body).await.success();
        let id: Uuid = session["user"]["id"].as_str().unwrap().parse().unwrap();
        self.bearer(session["token"].as_str().unwrap()).with_account(id, email)
    }

    /// The runtime after a restart: another one on the same database and home.
    pub fn restarted(&self) -> Runtime {
        Runtime::new(self.db.clone(), (*self.server.config).clone())
    }

    /// Everything that a refused change must leave as it was.
    pub async fn state(&self) -> Vec<String> {
        let mut tx = self.db.read().await.unwrap();
        let mut rows: Vec<(String, String)> = tx
            .query_per_dialect(
                "SELECT name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
                "SELECT table_name::text, column_name || ' ' || data_type
                 FROM information_schema.columns WHERE table_schema = current_schema()",
            )
            .all()
            .await
            .unwrap();
        let ledger: Vec<(String, String)> =
            tx.query("SELECT manifest_id, checksum FROM sys_ledger").all().await.unwrap();
        let seeded: Vec<(String, String)> =
            tx.query("SELECT object, record_id FROM sys_seeded_row").all().await.unwrap();
        rows.extend(ledger);
        rows.extend(seeded);
        let mut rows: Vec<String> = rows.into_iter().map(|(a, b)| format!("{a} {b}")).collect();
        rows.sort();
        rows
    }

    /// The texts of a column, in the order of the column.
    pub async fn column(&self, table: &str, column: &str) -> Vec<Option<String>> {
        let (table, column): (os_db::Name, os_db::Name) =
            (table.parse().unwrap(), column.parse().unwrap());
        let mut sql = os_db::Sql::new("SELECT CAST(");
        sql.name(&column).push(" AS TEXT) FROM ").name(&table).push(" ORDER BY 1");
        let rows = self.db.read().await.unwrap().query_dynamic(sql).rows().await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap().map(str::to_owned)).collect()
    }

    /// Counts the rows of a table.
    pub async fn rows(&self, table: &str) -> usize {
        self.column(table, "id").await.len()
    }
}
