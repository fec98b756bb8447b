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
mod commits;
mod deadline;
mod failure;
mod id;
mod integrity;
mod migrate;
mod query;
mod readers;
mod sql;

pub use claim::Claim;
pub use clock::{Clock, instant, keep_clock, now};
pub use deadline::{Interrupt, StatementTimeouts};
pub use failure::{
    is_bad_value, is_duplicate, is_foreign_key, is_full, is_overdue, is_unavailable,
};
pub use migrate::{Migration, migrate, missing, unknown};
pub use os_db_derive::{FromRow, TextEnum};
use query::Statement;
pub use query::{Param, Query, Record};
pub use readers::{Reader, Readers};
pub use sql::{Cell, CellType, InvalidName, Name, Row, Sql};

use commits::Commits;
use deadline::Deadline;
use readers::{Share, watched};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Postgres, SqlSafeStr, Sqlite};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    Sqlite { writer: SqlitePool, shared: Arc<Sqlites> },
    Postgres { pool: PgPool, timeouts: StatementTimeouts, commits: Commits },
}

/// The state that all clones of a [`Db`] on SQLite share.
pub struct Sqlites {
    readers: Arc<Readers>,
    /// Of the writer.
    interrupt: Arc<Interrupt>,
    is_closing: Arc<AtomicBool>,
    timeouts: StatementTimeouts,
    commits: Commits,
}

/// An open transaction, or a connection for single statements ([`Db::autocommit`]).
/// Dropping it without [`Tx::commit`] rolls back.
pub struct Tx {
    conn: Conn,
    /// After the connection, which is on its way back before it is free.
    reader: Option<Reader>,
    held: Vec<Share>,
    deadline: Deadline,
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
/// Rows that SQLite reads ahead; some have megabytes.
const READ_AHEAD_ROWS: usize = 8;
/// Connections to SQLite that only read: four for lists, and one for what must not wait for them.
const SQLITE_READERS: usize = 5;
/// The longest time that closing takes.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections of one server to PostgreSQL.
pub const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens `sqlite://path/to/file.db`, a plain path, or `postgres://…`.
    ///
    /// # Errors
    /// When the URL is not valid, or the database cannot be opened.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(url, StatementTimeouts::default()).await
    }

    /// Opens a database as [`Db::connect`] does, with these timeouts.
    ///
    /// # Errors
    /// When the URL is not valid, or the database cannot be opened.
    pub async fn connect_with(url: &str, timeouts: StatementTimeouts) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?;
            return Self::postgres(options, POSTGRES_CONNECTIONS, timeouts).await;
        }
        let path = url.strip_prefix("sqlite://").or(url.strip_prefix("sqlite:")).unwrap_or(url);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            .row_buffer_size(READ_AHEAD_ROWS);
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
        let is_closing = Arc::new(AtomicBool::new(false));
        let interrupt = Interrupt::new(&is_closing);
        let writer = watched(pool.clone(), &interrupt).connect_with(writing).await?;
        let reading = options.read_only(true);
        let readers = Readers::open(&pool, reading, SQLITE_READERS, &is_closing).await?;
        let commits = Commits::default();
        let shared = Sqlites { readers, interrupt, is_closing, timeouts, commits };
        Ok(Self::Sqlite { writer, shared: Arc::new(shared) })
    }

    /// Opens PostgreSQL with all tables in this schema, which is created if missing: two
    /// servers share one database and its backup.
    /// At most `connections` are open at once.
    ///
    /// # Errors
    /// When the URL is not valid, the database cannot be opened, or the user may not create the
    /// schema.
    pub async fn connect_schema(
        url: &str,
        schema: &Name,
        connections: u32,
        timeouts: StatementTimeouts,
    ) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.options([("search_path", schema.as_str())]);
        let db = Self::postgres(options, connections, timeouts).await?;
        let mut tx = db.write_unlimited().await?;
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
    async fn postgres(
        options: PgConnectOptions,
        connections: u32,
        timeouts: StatementTimeouts,
    ) -> Result<Self> {
        let timeout = timeouts.request.as_millis().to_string();
        let options =
            options.options([("synchronous_commit", "on"), ("statement_timeout", &*timeout)]);
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
        Ok(Self::Postgres { pool, timeouts, commits: Commits::default() })
    }

    /// Returns the number of connections that requests read with.
    pub fn connections(&self) -> usize {
        match self {
            Self::Sqlite { .. } => SQLITE_READERS,
            Self::Postgres { .. } => POSTGRES_CONNECTIONS as usize,
        }
    }

    /// Returns `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Opens a read-only transaction: all statements see one snapshot.
    ///
    /// # Errors
    /// When no connection is free in time, or the database cannot be reached ([`is_unavailable`]).
    pub async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { shared, .. } => {
                let reader = shared.readers.take().await?;
                let conn = Conn::Sqlite(reader.pool().begin().await?);
                Ok(Tx::reading(conn, reader, shared.timeouts.request))
            }
            Self::Postgres { pool, timeouts, .. } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let conn = Conn::Postgres(begin_apart(pool, begin).await?);
                Ok(Tx::of(conn, Deadline::new(Some(timeouts.request), None)))
            }
        }
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
        match self {
            Self::Sqlite { shared, .. } => {
                let reader = shared.readers.take().await?;
                let conn = Conn::SqliteStatements(reader.pool().acquire().await?);
                Ok(Tx::reading(conn, reader, shared.timeouts.request))
            }
            Self::Postgres { pool, timeouts, .. } => {
                let conn = Conn::PostgresStatements(pool.acquire().await?);
                Ok(Tx::of(conn, Deadline::new(Some(timeouts.request), None)))
            }
        }
    }

    /// Opens a transaction that may write.
    ///
    /// SQLite takes the write lock at once: a transaction that reads first and
    /// writes later would fail without waiting if another process wrote in between.
    ///
    /// # Errors
    /// When no connection is free in time, or the database cannot be reached ([`is_unavailable`]).
    pub async fn write(&self) -> Result<Tx> {
        self.write_within(Some(self.timeouts().request)).await
    }

    /// Opens a transaction whose statements may take as long as an install.
    ///
    /// # Errors
    /// Those of [`Db::write`].
    pub async fn write_install(&self) -> Result<Tx> {
        self.write_within(Some(self.timeouts().install)).await
    }

    /// Opens a transaction for migrations of our own tables and for locks at the start, which
    /// only the end of the process interrupts.
    pub(crate) async fn write_unlimited(&self) -> Result<Tx> {
        self.write_within(None).await
    }

    async fn write_within(&self, limit: Option<Duration>) -> Result<Tx> {
        let mut tx = self.begin_write(limit).await?;
        self.count_commit(&mut tx);
        Ok(tx)
    }

    async fn begin_write(&self, limit: Option<Duration>) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, shared } => {
                let conn = Conn::Sqlite(begin(writer).await?);
                Ok(Tx::of(conn, Deadline::new(limit, Some(shared.interrupt.clone()))))
            }
            Self::Postgres { pool, timeouts, .. } => {
                let conn = Conn::Postgres(begin_apart(pool, "BEGIN").await?);
                let mut tx = Tx::of(conn, Deadline::new(limit, None));
                if limit != Some(timeouts.request) {
                    let ms = limit.map_or(0, |limit| limit.as_millis());
                    let set = AssertSqlSafe(format!("SET LOCAL statement_timeout = {ms}"));
                    tx.query_text(set).run().await?;
                }
                Ok(tx)
            }
        }
    }

    fn timeouts(&self) -> StatementTimeouts {
        match self {
            Self::Sqlite { shared, .. } => shared.timeouts,
            Self::Postgres { timeouts, .. } => *timeouts,
        }
    }

    /// Ends running statements and closes all connections, within [`CLOSE_TIMEOUT`].
    pub async fn close(&self) {
        let closing = async {
            match self {
                Self::Sqlite { writer, shared } => {
                    shared.is_closing.store(true, Ordering::Relaxed);
                    shared.readers.close().await;
                    writer.close().await;
                }
                Self::Postgres { pool, .. } => pool.close().await,
            }
        };
        if tokio::time::timeout(CLOSE_TIMEOUT, closing).await.is_err() {
            tracing::warn!("a statement was still running when the database was closed");
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
    fn of(conn: Conn, deadline: Deadline) -> Self {
        Self { conn, reader: None, held: Vec::new(), deadline, after: Vec::new() }
    }

    fn reading(conn: Conn, reader: Reader, limit: Duration) -> Self {
        let deadline = Deadline::new(Some(limit), Some(reader.interrupt()));
        Self { reader: Some(reader), ..Self::of(conn, deadline) }
    }

    /// Holds a share until the connection is free again, also if it is still busy with a statement
    /// that was given up.
    pub fn hold(&mut self, share: impl Send + Sync + 'static) {
        match &mut self.reader {
            Some(reader) => reader.hold(Box::new(share)),
            None => self.held.push(Box::new(share)),
        }
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
        let statement = match &mut self.conn {
            Conn::Sqlite(tx) => Statement::Sqlite(sqlx::query(sql), tx),
            Conn::Postgres(tx) => Statement::Postgres(sqlx::query(sql), tx),
            Conn::SqliteStatements(conn) => Statement::Sqlite(sqlx::query(sql), conn),
            Conn::PostgresStatements(conn) => Statement::Postgres(sqlx::query(sql), conn),
        };
        Query { statement, deadline: &self.deadline }
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

    /// Sets the savepoint that [`Tx::rollback_to_savepoint`] returns to. They nest: the last one that
    /// was not released is meant.
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
        self.deadline.check()?;
        let _after = RunAfterCommit(self.after);
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await,
            Conn::Postgres(tx) => tx.commit().await,
            Conn::SqliteStatements(_) | Conn::PostgresStatements(_) => Ok(()),
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
