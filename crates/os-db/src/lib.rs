//! One SQL text, two databases.
//!
//! SQL is written once, with `$1`-style parameters that both drivers accept,
//! in the part of the language that SQLite and PostgreSQL share. [`Db`] opens
//! transactions, a [`Tx`] starts queries, a [`Query`] binds and runs. Nothing
//! outside this crate knows which database it talks to.
//!
//! The few statements that cannot be shared go through [`Tx::query_per_dialect`];
//! those for tables that packages bring along are a [`Sql`].

mod claim;
mod id;
mod migrate;
mod query;
mod sql;

pub use claim::Claim;
pub use migrate::{Migration, migrate, missing};
pub use os_db_derive::{FromRow, TextEnum};
pub use query::{Param, Query, Record};
pub use sql::{Cell, CellType, InvalidName, Name, Row, Sql};

use chrono::{DateTime, SubsecRound, Utc};
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
pub struct Tx {
    conn: Conn,
    after: Vec<AfterCommit>,
}

/// What is to be done once a transaction has committed.
type AfterCommit = Box<dyn FnOnce() + Send + Sync>;

/// Does it when the commit is over, however that comes about.
struct After(Vec<AfterCommit>);

impl Drop for After {
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
/// Connections of one server to PostgreSQL.
pub const POSTGRES_CONNECTIONS: u32 = 16;

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

    /// Opens PostgreSQL with its tables in a schema of their own, which is made
    /// where it is missing: two servers share one database and its backup.
    /// At most `connections` are open at once.
    pub async fn connect_schema(url: &str, schema: &Name, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.options([("search_path", schema.as_str())]);
        let db = Self::postgres(options, connections).await?;
        let mut tx = db.write().await?;
        // Servers that start together take turns, as for migrations.
        tx.query("SELECT pg_advisory_xact_lock(7)").run().await?;
        // A user who may not make schemas may use one that somebody made.
        let there = "SELECT schema_name FROM information_schema.schemata WHERE schema_name = $1";
        let there: Option<(String,)> =
            tx.query(there).bind(schema.as_str().to_owned()).optional().await?;
        if there.is_none() {
            tx.query_text(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).run().await?;
        }
        tx.commit().await?;
        Ok(db)
    }

    /// Opens PostgreSQL. A commit is answered only once it is on disk.
    async fn postgres(options: PgConnectOptions, connections: u32) -> Result<Self> {
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
        Ok(Tx::of(match self {
            Self::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Conn::Postgres(
                begin_apart(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        }))
    }

    /// A connection to read with single statements, each of which sees the
    /// latest commit. A third of the round trips of [`Db::read`].
    pub async fn peek(&self) -> Result<Tx> {
        Ok(Tx::of(match self {
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
        Ok(Tx::of(match self {
            Self::Sqlite { writer, .. } => Conn::Sqlite(begin(writer).await?),
            Self::Postgres(pool) => Conn::Postgres(begin_apart(pool, "BEGIN").await?),
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

/// Begins a transaction that may write. SQLite ends one by itself when the disk is
/// full; the driver then cannot roll it back and takes it for open ever after, so
/// that connection gives way to a new one.
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
/// transaction open, and whoever gets it next would read and write in that.
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

    /// Does something once this has committed, and not if it is dropped: telling
    /// others in this process what changed. A commit that fails, or that nobody
    /// waits for any more, may have happened; then it is done, too.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + Sync + 'static) {
        self.after.push(Box::new(then));
    }

    /// A statement that both databases understand; parameters are `$1`, `$2`, ….
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

    /// For the few statements that the two languages cannot share.
    pub fn query_per_dialect(&mut self, sqlite: &'static str, postgres: &'static str) -> Query<'_> {
        let sql = if self.is_sqlite() { sqlite } else { postgres };
        self.query(sql)
    }

    /// Waits for others that hold this lock, in other processes too, and holds it
    /// until the transaction ends. On SQLite whoever writes holds all of them.
    pub async fn lock(&mut self, lock: i64) -> Result<()> {
        let texts = ("SELECT $1", "SELECT 1 FROM pg_advisory_xact_lock($1)");
        self.query_per_dialect(texts.0, texts.1).bind(lock).run().await.map(drop)
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
        let _after = After(self.after);
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

    /// Whether this is SQLite: for the few values that go with `query_per_dialect`.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_) | Conn::SqliteStatements(_))
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

/// Whether a value of the statement was refused: it breaks a constraint, does not
/// fit its type, or is too long for an index.
pub fn is_bad_value(error: &Error) -> bool {
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else { return false };
    // SQLSTATEs have five characters; the numbers of SQLite have fewer, and say
    // more in their upper bytes.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 18..=20),
        _ => ["22", "23", "54"].iter().any(|class| code.starts_with(class)),
    }
}

/// Whether the disk has no room for what was to be written.
pub fn is_full(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_FULL; PostgreSQL's disk_full.
    code.is_some_and(|code| code == "13" || code == "53100")
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
