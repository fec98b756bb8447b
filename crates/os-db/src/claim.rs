//! Exclusive use of a database by one process.
//!
//! **Invariant:** at most one process holds a claim. It ends with the process, also by
//! `kill -9` or when its machine fails.

use crate::{Db, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The pause between checks of the connection that holds a claim.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// The pause between attempts to take a claim.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// A claim on a database; released when dropped.
pub struct Claim {
    /// `None` on SQLite, whose file is locked as a whole.
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
    /// Claims the tables of this schema for this process; `purpose` tells claims apart.
    /// Returns `None` if another process still holds it after `timeout`.
    ///
    /// # Errors
    /// Those of the connection; `None`, not an error, means that another process holds it.
    pub async fn claim(&self, purpose: i32, timeout: Duration) -> Result<Option<Claim>> {
        let Self::Postgres { pool, .. } = self else { return Ok(Some(Claim { keeper: None })) };
        let options = pool.connect_options();
        let began = Instant::now();
        loop {
            if let Some(connection) = take(&options, purpose).await? {
                let keeper = tokio::spawn(hold(connection, options, purpose));
                return Ok(Some(Claim { keeper: Some(keeper) }));
            }
            if began.elapsed() >= timeout {
                return Ok(None);
            }
            sleep(RETRY_INTERVAL).await;
        }
    }
}

/// Opens a connection and takes the lock; `None` if another connection holds it.
async fn take(options: &PgConnectOptions, purpose: i32) -> Result<Option<PgConnection>> {
    let mut connection = options.connect().await?;
    // With keepalives PostgreSQL notices within half a minute that a machine is gone.
    let alive = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
    sqlx::raw_sql(alive).execute(&mut connection).await?;
    let lock = "SELECT pg_try_advisory_lock($1, hashtext(coalesce(current_schema(), '')))";
    let is_ours: bool = sqlx::query_scalar(lock).bind(purpose).fetch_one(&mut connection).await?;
    Ok(is_ours.then_some(connection))
}

/// Holds the lock, which ends with its connection; takes it again after a restart of
/// PostgreSQL.
async fn hold(mut connection: PgConnection, options: Arc<PgConnectOptions>, purpose: i32) {
    loop {
        sleep(CHECK_INTERVAL).await;
        if connection.ping().await.is_ok() {
            continue;
        }
        match take(&options, purpose).await {
            Ok(Some(again)) => connection = again,
            Ok(None) => tracing::error!(
                "another process has claimed the database since its restart; stop one of the two"
            ),
            Err(error) => tracing::debug!(%error, "the database does not respond"),
        }
    }
}
