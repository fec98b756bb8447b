//! Being the only process that does something with a database.
//!
//! **Invariant:** of all processes at most one holds a claim. It ends with the
//! process, also by `kill -9` or when its machine goes.

use crate::{Db, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How often we look whether the connection that holds a claim still lives.
const LOOK: Duration = Duration::from_secs(2);

/// How long to wait before a claim that somebody holds is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// Held by the one process that may; let go when dropped.
pub struct Claim {
    /// Nothing on SQLite, whose file is locked as a whole.
    keeper: Option<JoinHandle<()>>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(keeper) = &self.keeper {
            keeper.abort();
        }
    }
}

impl Db {
    /// Makes this process the only one to do what `what` stands for with the
    /// tables of its schema. Waits this long for another one to end; `None` when
    /// it does not.
    pub async fn claim(&self, what: i32, patience: Duration) -> Result<Option<Claim>> {
        let Self::Postgres(pool) = self else { return Ok(Some(Claim { keeper: None })) };
        let options = pool.connect_options();
        let began = Instant::now();
        loop {
            if let Some(connection) = take(&options, what).await? {
                let keeper = tokio::spawn(keep(connection, options, what));
                return Ok(Some(Claim { keeper: Some(keeper) }));
            }
            if began.elapsed() >= patience {
                return Ok(None);
            }
            sleep(PAUSE).await;
        }
    }
}

/// A connection that holds the lock, unless another one does.
async fn take(options: &PgConnectOptions, what: i32) -> Result<Option<PgConnection>> {
    let mut connection = options.connect().await?;
    // PostgreSQL asks whether we are there, so that a machine that went without
    // a word is not waited for longer than half a minute.
    let alive = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
    sqlx::raw_sql(alive).execute(&mut connection).await?;
    let lock = "SELECT pg_try_advisory_lock($1, hashtext(coalesce(current_schema(), '')))";
    let is_ours: bool = sqlx::query_scalar(lock).bind(what).fetch_one(&mut connection).await?;
    Ok(is_ours.then_some(connection))
}

/// Holds on to the lock. It ends with the connection: when PostgreSQL was
/// restarted, it is taken again.
async fn keep(mut connection: PgConnection, options: Arc<PgConnectOptions>, what: i32) {
    loop {
        sleep(LOOK).await;
        if connection.ping().await.is_ok() {
            continue;
        }
        match take(&options, what).await {
            Ok(Some(again)) => connection = again,
            Ok(None) => tracing::error!(
                "another process uses the database since it was restarted; stop one of the two"
            ),
            Err(error) => tracing::debug!(%error, "the database does not answer"),
        }
    }
}
