//! One SQL dialect for two databases.
//!
//! SQL is written once, with `$1`-style parameters that both drivers accept,
//! in the subset that SQLite and PostgreSQL share. [`Db`] opens
//! transactions, a [`Tx`] starts queries, a [`Query`] binds and runs. Code
//! outside this crate does not know which database it uses.
//!
//! The few statements that cannot be shared use [`Tx::query_per_dialect`];
//! those on tables of packages are built with [`Sql`].

mod claim;
mod clock;
mod id;
mod migrate;
mod query;
mod sql;

pub use claim::Claim;
pub use clock::{Clock, instant, keep_clock, now};
pub use migrate::{Migration, migrate, missing};
pub use os_db_derive::{FromRow, TextEnum};
pub use query::{Param, Query, Record};
pub use sql::{Cell, CellType, InvalidName, Name, Row, Sql};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Postgres, SqlSafeStr, Sqlite};
use std::str::FromStr;
use std::time::Duration;

#[doc(hidden)]
pub use {sqlx, uuid};

pub type Error = sqlx::Error;
pub type Result<T> = std::result::Result<T, Error>;

/// The database of a server.
///
/// SQLite has one connection that writes and several that only read: writers queue
/// fairly instead of failing with *database is locked*.
#[derive(Clone)]
pub enum Db {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// An open transaction, or a connection for single statements ([`Db::autocommit`]).
/// Dropping it without [`Tx::commit`] rolls back.
pub struct Tx {
    conn: Conn,
    after: Vec<AfterCommit>,
}

/// A callback to run after a commit.
type AfterCommit = Box<dyn FnOnce() + Send + Sync>;

/// Runs the callbacks when dropped: after the commit, even if it is cancelled.
struct RunAfterCommit(Vec<AfterCommit>);

impl Drop for RunAfterCommit {
    fn drop(&mut self) {
        self.0.drain(..).for_each(|then| then());
    }
}

enum Conn {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
    SqliteStatements(PoolConnection<Sqlite>),
    PostgresStatements(PoolConnection<Postgres>),
}

/// The longest wait of a request for a connection; then it fails.
const SQLITE_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// Shorter, because the server may be down. The pause between attempts to connect is a
/// fifth of it, which bounds the time until requests succeed after PostgreSQL returns.
const POSTGRES_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest idle time after which a connection is used without a ping, which costs as much as a
/// statement. The first requests after a restart of PostgreSQL may fail for it.
const MAX_UNCHECKED_IDLE: Duration = Duration::from_secs(1);
/// Connections to SQLite that only read.
const SQLITE_READERS: u32 = 4;
/// Connections of one server to PostgreSQL.
pub const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens `sqlite://path/to/file.db`, a plain path, or `postgres://…`.
    ///
    /// # Errors
    /// When the URL is not valid, or the database cannot be opened.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::postgres(PgConnectOptions::from_str(url)?, POSTGRES_CONNECTIONS).await;
        }
        let path = url.strip_prefix("sqlite://").or(url.strip_prefix("sqlite:")).unwrap_or(url);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256);
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new()
            .acquire_timeout(SQLITE_ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        let writer = pool.clone().max_connections(1).connect_with(writing).await?;
        let readers =
            pool.max_connections(SQLITE_READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens PostgreSQL with all tables in this schema, which is created if missing: two
    /// servers share one database and its backup.
    /// At most `connections` are open at once.
    ///
    /// # Errors
    /// When the URL is not valid, the database cannot be opened, or the user may not create the
    /// schema.
    pub async fn connect_schema(url: &str, schema: &Name, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.options([("search_path", schema.as_str())]);
        let db = Self::postgres(options, connections).await?;
        let mut tx = db.write().await?;
        // Servers that start together take turns, as for migrations.
        tx.query("SELECT pg_advisory_xact_lock(7)").run().await?;
        // A user without the right to create schemas can use an existing one.
        let exists = "SELECT schema_name FROM information_schema.schemata WHERE schema_name = $1";
        let existing: Option<(String,)> =
            tx.query(exists).bind(schema.as_str().to_owned()).optional().await?;
        if existing.is_none() {
            tx.query_text(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).run().await?;
        }
        tx.commit().await?;
        Ok(db)
    }

    /// Opens PostgreSQL. A commit returns only once it is on disk.
    async fn postgres(options: PgConnectOptions, connections: u32) -> Result<Self> {
        let options = options.options([("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new()
            .acquire_timeout(POSTGRES_ACQUIRE_TIMEOUT)
            .max_connections(connections)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > MAX_UNCHECKED_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Returns `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Opens a read-only transaction: all statements see one snapshot.
    ///
    /// # Errors
    /// When no connection is free in time, or the database cannot be reached ([`is_unavailable`]).
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::of(match self {
            Self::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Conn::Postgres(
                begin_apart(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        }))
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        self.autocommit().await?.query("SELECT 1").run().await.map(drop)
    }

    /// Takes a connection for single reads, each of which sees the latest commit. A third of
    /// the round trips of [`Db::read`].
    ///
    /// # Errors
    /// When no connection is free in time, or the database cannot be reached ([`is_unavailable`]).
    pub async fn autocommit(&self) -> Result<Tx> {
        Ok(Tx::of(match self {
            Self::Sqlite { readers, .. } => Conn::SqliteStatements(readers.acquire().await?),
            Self::Postgres(pool) => Conn::PostgresStatements(pool.acquire().await?),
        }))
    }

    /// Opens a transaction that may write.
    ///
    /// SQLite takes the write lock at once: a transaction that reads first and
    /// writes later would fail without waiting if another process wrote in between.
    ///
    /// # Errors
    /// When no connection is free in time, or the database cannot be reached ([`is_unavailable`]).
    pub async fn write(&self) -> Result<Tx> {
        Ok(Tx::of(match self {
            Self::Sqlite { writer, .. } => Conn::Sqlite(begin(writer).await?),
            Self::Postgres(pool) => Conn::Postgres(begin_apart(pool, "BEGIN").await?),
        }))
    }

    /// Closes all connections, after open transactions have ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction that may write. SQLite ends one on its own when the disk is
/// full; the driver cannot roll it back and considers it open from then on, so that
/// connection is replaced by a new one.
async fn begin(writer: &SqlitePool) -> Result<sqlx::Transaction<'static, Sqlite>> {
    const BEGIN: &str = "BEGIN IMMEDIATE";
    match writer.begin_with(BEGIN).await {
        Err(Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with(BEGIN).await
        }
        begun => begun,
    }
}

/// Begins a transaction of PostgreSQL on a task of its own, which is finished also
/// when the caller gives up. The driver would put the connection back with the
/// transaction open, and its next user would read and write in that.
async fn begin_apart(
    pool: &PgPool,
    statement: &'static str,
) -> Result<sqlx::Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.map_err(|_| Error::WorkerCrashed)?
}

impl Tx {
    fn of(conn: Conn) -> Self {
        Self { conn, after: Vec::new() }
    }

    /// Runs a callback after the commit, but not after a rollback: to notify others in
    /// this process. It also runs if the commit fails or is cancelled, because the
    /// database may have committed.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + Sync + 'static) {
        self.after.push(Box::new(then));
    }

    /// Starts a statement that both databases understand; parameters are `$1`, `$2`, ….
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.query_text(sql)
    }

    pub(crate) fn query_text(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        match &mut self.conn {
            Conn::Sqlite(tx) => Query::Sqlite(sqlx::query(sql), tx),
            Conn::Postgres(tx) => Query::Postgres(sqlx::query(sql), tx),
            Conn::SqliteStatements(conn) => Query::Sqlite(sqlx::query(sql), conn),
            Conn::PostgresStatements(conn) => Query::Postgres(sqlx::query(sql), conn),
        }
    }

    /// Starts a statement with a text for each database.
    pub fn query_per_dialect(&mut self, sqlite: &'static str, postgres: &'static str) -> Query<'_> {
        let sql = if self.is_sqlite() { sqlite } else { postgres };
        self.query(sql)
    }

    /// Takes a lock until the transaction ends; waits for other holders, also in other
    /// processes. On SQLite a transaction that writes holds all locks.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn lock(&mut self, lock: i64) -> Result<()> {
        let texts = ("SELECT $1", "SELECT 1 FROM pg_advisory_xact_lock($1)");
        self.query_per_dialect(texts.0, texts.1).bind(lock).run().await.map(drop)
    }

    /// Sets the savepoint that [`Tx::rollback_to_savepoint`] returns to. There is one at a time.
    ///
    /// # Errors
    /// When the connection is lost, or the transaction has failed.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.query("SAVEPOINT mark").run().await.map(drop)
    }

    /// Keeps the changes since [`Tx::savepoint`].
    ///
    /// # Errors
    /// When there is no savepoint, or a statement after it failed.
    pub async fn release_savepoint(&mut self) -> Result<()> {
        self.query("RELEASE SAVEPOINT mark").run().await.map(drop)
    }

    /// Undoes the changes since [`Tx::savepoint`], also after a failed statement.
    ///
    /// # Errors
    /// When there is no savepoint, or the connection is lost.
    pub async fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.query("ROLLBACK TO SAVEPOINT mark").run().await?;
        self.release_savepoint().await
    }

    /// Makes all changes durable and visible at once.
    ///
    /// # Errors
    /// When the database refuses, or the connection is lost: then the commit may have happened.
    pub async fn commit(self) -> Result<()> {
        let _after = RunAfterCommit(self.after);
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await,
            Conn::Postgres(tx) => tx.commit().await,
            Conn::SqliteStatements(_) | Conn::PostgresStatements(_) => Ok(()),
        }
    }

    /// Runs several statements without parameters.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Conn::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Conn::SqliteStatements(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop),
            Conn::PostgresStatements(conn) => {
                sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop)
            }
        }
    }

    /// Appends the clause that keeps the selected rows of a table from being deleted until the
    /// transaction ends. SQLite has one writer at a time and needs none.
    pub fn keep_rows(&self, sql: &mut Sql, table: &Name) {
        if !self.is_sqlite() {
            sql.push(" FOR KEY SHARE OF ").name(table);
        }
    }

    /// Returns whether this is SQLite, for values that depend on `query_per_dialect`.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_) | Conn::SqliteStatements(_))
    }
}

/// Returns whether a statement failed on a foreign key: another row refers to this one,
/// or the row it refers to does not exist.
pub fn is_foreign_key(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_foreign_key_violation())
}

/// Returns whether a statement failed on a unique key.
pub fn is_duplicate(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// Returns whether a statement failed on a value: it violates a constraint, does not
/// fit its type, or is too long for an index.
pub fn is_bad_value(error: &Error) -> bool {
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else { return false };
    // SQLSTATEs have five characters; SQLite's numbers have fewer, with details in the
    // upper bytes.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 18..=20),
        _ => ["22", "23", "54"].iter().any(|class| code.starts_with(class)),
    }
}

/// Returns whether the disk is full.
pub fn is_full(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_FULL; PostgreSQL's disk_full.
    code.is_some_and(|code| code == "13" || code == "53100")
}

/// Returns whether the database could not be reached.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        // PostgreSQL is starting up or shutting down: class 57P.
        Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
