//! One SQL text, two databases.
//!
//! SQL is written once, with `$1`-style parameters that both drivers accept,
//! in the part of the language that SQLite and PostgreSQL share. [`Db`] opens
//! transactions, a [`Tx`] starts queries, a [`Query`] binds and runs. Nothing
//! outside this crate knows which database it talks to.
//!
//! The few statements that cannot be shared go through [`Tx::query_per_dialect`].

mod id;
mod migrate;
mod query;
#[cfg(feature = "test")]
mod test;

pub use migrate::{Migration, migrate, missing};
pub use query::{Param, Query, Record};
#[cfg(feature = "test")]
pub use test::TestDb;

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Postgres, Sqlite};
use std::str::FromStr;
use std::time::Duration;

#[doc(hidden)]
pub use {sqlx, uuid};

pub type Error = sqlx::Error;
pub type Result<T> = std::result::Result<T, Error>;

/// The one database of this process.
///
/// SQLite has one connection that writes, taken in turn, and several that only
/// read: writers queue fairly instead of failing with *database is locked*.
#[derive(Clone)]
pub enum Db {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// An open transaction, or a connection for single statements ([`Db::peek`]).
/// Dropping it without [`Tx::commit`] rolls back.
pub struct Tx(Conn);

enum Conn {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
    SqliteStatements(PoolConnection<Sqlite>),
    PostgresStatements(PoolConnection<Postgres>),
}

/// How long a request waits for its turn before it fails.
const SQLITE_PATIENCE: Duration = Duration::from_secs(30);
/// Shorter, as it may wait for a server that is down. It also bounds the pauses
/// between attempts to connect, a fifth of it, and so how long after the return
/// of PostgreSQL a request goes through.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(5);
/// How long an idle connection is taken for alive without asking, which costs
/// as much as a statement. The first requests after a restart of PostgreSQL may
/// be refused for it.
const TRUSTED: Duration = Duration::from_secs(1);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens `sqlite://path/to/file.db`, a plain path, or `postgres://…`.
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
            .acquire_timeout(SQLITE_PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        let writer = pool.clone().max_connections(1).connect_with(writing).await?;
        let readers =
            pool.max_connections(SQLITE_READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens PostgreSQL. A commit is answered only once it is on disk.
    pub(crate) async fn postgres(options: PgConnectOptions, connections: u32) -> Result<Self> {
        let options = options.options([("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new()
            .acquire_timeout(POSTGRES_PATIENCE)
            .max_connections(connections)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// `sqlite` or `postgres`, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Opens a transaction that only reads: all statements see one snapshot.
    /// Both databases refuse writes in it.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Conn::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        }))
    }

    /// A connection to read with single statements, each of which sees the
    /// latest commit. A third of the round trips of [`Db::read`].
    pub async fn peek(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { readers, .. } => Conn::SqliteStatements(readers.acquire().await?),
            Self::Postgres(pool) => Conn::PostgresStatements(pool.acquire().await?),
        }))
    }

    /// Opens a transaction that may write.
    ///
    /// SQLite takes the write lock at once: a transaction that starts by
    /// reading and later writes would otherwise fail, without waiting, when
    /// another process came between.
    pub async fn write(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { writer, .. } => {
                Conn::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        }))
    }

    /// Closes all connections; waits for open transactions.
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

impl Tx {
    /// A statement that both databases understand; parameters are `$1`, `$2`, ….
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        match &mut self.0 {
            Conn::Sqlite(tx) => Query::Sqlite(sqlx::query(sql), tx),
            Conn::Postgres(tx) => Query::Postgres(sqlx::query(sql), tx),
            Conn::SqliteStatements(conn) => Query::Sqlite(sqlx::query(sql), conn),
            Conn::PostgresStatements(conn) => Query::Postgres(sqlx::query(sql), conn),
        }
    }

    /// For the few statements that the two languages cannot share.
    pub fn query_per_dialect(&mut self, sqlite: &'static str, postgres: &'static str) -> Query<'_> {
        let sql = if self.is_sqlite() { sqlite } else { postgres };
        self.query(sql)
    }

    /// Marks a point that [`Tx::undo`] goes back to. There is one at a time.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.query("SAVEPOINT mark").run().await.map(drop)
    }

    /// Keeps what was done since [`Tx::savepoint`].
    pub async fn keep(&mut self) -> Result<()> {
        self.query("RELEASE SAVEPOINT mark").run().await.map(drop)
    }

    /// Undoes what was done since [`Tx::savepoint`], also after a failed statement.
    pub async fn undo(&mut self) -> Result<()> {
        self.query("ROLLBACK TO SAVEPOINT mark").run().await?;
        self.keep().await
    }

    /// Makes all of it durable and visible at once.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Conn::Sqlite(tx) => tx.commit().await,
            Conn::Postgres(tx) => tx.commit().await,
            Conn::SqliteStatements(_) | Conn::PostgresStatements(_) => Ok(()),
        }
    }

    /// Runs several statements without parameters.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.0 {
            Conn::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Conn::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Conn::SqliteStatements(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop),
            Conn::PostgresStatements(conn) => {
                sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop)
            }
        }
    }

    /// Whether this is SQLite: for the few values that go with `query_per_dialect`.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.0, Conn::Sqlite(_) | Conn::SqliteStatements(_))
    }
}

/// The current time, cut to microseconds: what PostgreSQL keeps, so that a
/// value read back equals the value written.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Whether the statement failed because another row still refers to this one,
/// or because the row it refers to is gone.
pub fn is_foreign_key(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_foreign_key_violation())
}

/// Whether the statement failed because the row would repeat a unique key.
pub fn is_duplicate(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// Whether the database could not be reached at all, rather than refusing.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        // PostgreSQL is starting up or shutting down: class 57P.
        Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
