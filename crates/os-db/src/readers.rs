//! The connections to SQLite that only read.
//!
//! Each has a pool of its own, so that it is known which [`Interrupt`] ends its statement.

use crate::deadline::Interrupt;
use crate::{Error, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All of them.
pub struct Readers {
    connections: Vec<(SqlitePool, Arc<Interrupt>)>,
    /// Places in `connections`, the last used one at the end: its cache is warm.
    free: Mutex<Vec<usize>>,
    permits: Arc<Semaphore>,
    timeout: Duration,
}

/// The use of one connection; waits for a statement that was left before it frees it.
pub struct Reader(Option<Taken>);

struct Taken {
    readers: Arc<Readers>,
    at: usize,
    _permit: OwnedSemaphorePermit,
    held: Vec<Share>,
}

/// A share of something, given back when it is dropped.
pub type Share = Box<dyn Send + Sync>;

impl Drop for Taken {
    fn drop(&mut self) {
        self.readers.free.lock().unwrap_or_else(PoisonError::into_inner).push(self.at);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(taken) = self.0.take() else { return };
        let (pool, interrupt) = &taken.readers.connections[taken.at];
        if let (true, Ok(runtime)) = (interrupt.is_set(), Handle::try_current()) {
            let pool = pool.clone();
            runtime.spawn(async move {
                drop(pool.acquire().await);
                drop(taken);
            });
        }
    }
}

impl Reader {
    pub fn pool(&self) -> &SqlitePool {
        &self.connection().0
    }

    pub fn interrupt(&self) -> Arc<Interrupt> {
        self.connection().1.clone()
    }

    /// Holds a share until the connection is free.
    pub fn hold(&mut self, share: Share) {
        if let Some(taken) = &mut self.0 {
            taken.held.push(share);
        }
    }

    fn connection(&self) -> &(SqlitePool, Arc<Interrupt>) {
        let taken = self.0.as_ref().expect("it is taken until it is dropped");
        &taken.readers.connections[taken.at]
    }
}

impl Readers {
    /// Opens one connection, and the others when they are needed.
    pub async fn open(
        pool: &SqlitePoolOptions,
        options: SqliteConnectOptions,
        count: usize,
        is_closing: &Arc<AtomicBool>,
    ) -> Result<Arc<Self>> {
        let connections: Vec<_> = (0..count)
            .map(|_| {
                let interrupt = Interrupt::new(is_closing);
                let pool = watched(pool.clone(), &interrupt);
                (pool.connect_lazy_with(options.clone()), interrupt)
            })
            .collect();
        let timeout = pool.get_acquire_timeout();
        let (free, permits) = (Mutex::new((0..count).collect()), Arc::new(Semaphore::new(count)));
        let readers = Arc::new(Self { connections, free, permits, timeout });
        drop(readers.take().await?.pool().acquire().await?);
        Ok(readers)
    }

    /// Waits for a connection that is free.
    pub async fn take(self: &Arc<Self>) -> Result<Reader> {
        let permit = tokio::time::timeout(self.timeout, self.permits.clone().acquire_owned());
        let permit = permit.await.map_err(|_| Error::PoolTimedOut)?;
        let permit = permit.map_err(|_| Error::PoolClosed)?;
        let at = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let at = at.expect("there is one for each permit");
        Ok(Reader(Some(Taken { readers: self.clone(), at, _permit: permit, held: Vec::new() })))
    }

    /// Closes all of them.
    pub async fn close(&self) {
        self.permits.close();
        for (pool, _) in &self.connections {
            pool.close().await;
        }
    }
}

/// Returns options of a pool with one connection, whose statements this ends.
pub fn watched(pool: SqlitePoolOptions, interrupt: &Arc<Interrupt>) -> SqlitePoolOptions {
    let interrupt = interrupt.clone();
    pool.max_connections(1).after_connect(move |connection, _| {
        let interrupt = interrupt.clone();
        Box::pin(async move { interrupt.watch(connection).await })
    })
}
