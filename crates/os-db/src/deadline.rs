//! The deadline of a statement.
//!
//! **Invariant:** a statement ends at its deadline, when its future is dropped, and when the
//! database closes. The transaction of a statement that was ended does nothing more, and its
//! connection is usable again.
//!
//! SQLite calls a function of ours every few thousand instructions and stops when it says so;
//! one test of one long string is one instruction, so the answer does not wait for it.
//! PostgreSQL has `statement_timeout`.

use crate::failure::{is_overdue, overdue};
use crate::{Error, Result};
use sqlx::SqliteConnection;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The longest time of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementTimeouts {
    /// For requests of callers: reads and changes of records.
    pub request: Duration,
    /// For installs and their migrations, which rewrite whole tables.
    pub install: Duration,
}

impl Default for StatementTimeouts {
    fn default() -> Self {
        Self { request: Duration::from_secs(15), install: Duration::from_secs(110) }
    }
}

/// Instructions of SQLite between two looks at the clock: some ten microseconds.
const CHECK_INSTRUCTIONS: i32 = 4000;

/// The time that PostgreSQL has to answer that it ended a statement.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// Values of [`Interrupt::ends`].
const NEVER: u64 = u64::MAX;
const AT_ONCE: u64 = 0;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The end of the statement that a connection to SQLite runs.
#[derive(Debug)]
pub struct Interrupt {
    /// Nanoseconds since [`STARTED`].
    ends: AtomicU64,
    /// `true` once the database closes.
    is_closing: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn new(is_closing: &Arc<AtomicBool>) -> Arc<Self> {
        LazyLock::force(&STARTED);
        Arc::new(Self { ends: AtomicU64::new(NEVER), is_closing: is_closing.clone() })
    }

    /// Makes SQLite look at the clock on this connection.
    pub(crate) async fn watch(self: Arc<Self>, connection: &mut SqliteConnection) -> Result<()> {
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(CHECK_INSTRUCTIONS, move || self.may_go_on());
        Ok(())
    }

    fn may_go_on(&self) -> bool {
        let ends = self.ends.load(Ordering::Relaxed);
        let is_over = ends != NEVER && STARTED.elapsed().as_nanos() as u64 >= ends;
        !is_over && !self.is_closing.load(Ordering::Relaxed)
    }

    fn start(&self, limit: Option<Duration>) {
        let ends = limit.map_or(NEVER, |limit| (STARTED.elapsed() + limit).as_nanos() as u64);
        self.ends.store(ends, Ordering::Relaxed);
    }

    /// Forgets the last statement.
    pub(crate) fn reset(&self) {
        self.ends.store(NEVER, Ordering::Relaxed);
    }

    /// Returns whether the last statement may still be running.
    pub(crate) fn is_set(&self) -> bool {
        self.ends.load(Ordering::Relaxed) == AT_ONCE
    }
}

/// The deadline of every statement of a transaction.
#[derive(Debug)]
pub(crate) struct Deadline {
    pub limit: Option<Duration>,
    /// `None` on PostgreSQL.
    pub interrupt: Option<Arc<Interrupt>>,
    /// `true` after a statement was ended.
    is_over: AtomicBool,
}

/// A running statement: dropped before its end, it is interrupted.
struct Running<'d> {
    deadline: &'d Deadline,
    has_ended: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.deadline.is_over.store(true, Ordering::Relaxed);
        }
        if let Some(interrupt) = &self.deadline.interrupt {
            let ends = if self.has_ended { NEVER } else { AT_ONCE };
            interrupt.ends.store(ends, Ordering::Relaxed);
        }
    }
}

impl Deadline {
    pub fn new(limit: Option<Duration>, interrupt: Option<Arc<Interrupt>>) -> Self {
        if let Some(interrupt) = &interrupt {
            interrupt.reset();
        }
        Self { limit, interrupt, is_over: AtomicBool::new(false) }
    }

    /// Fails if a statement of the transaction was ended.
    pub fn check(&self) -> Result<()> {
        if self.is_over.load(Ordering::Relaxed) { Err(overdue()) } else { Ok(()) }
    }

    /// Runs a statement until its deadline.
    pub async fn run<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        self.check()?;
        let mut running = Running { deadline: self, has_ended: false };
        let wait = match &self.interrupt {
            Some(interrupt) => {
                if interrupt.is_closing.load(Ordering::Relaxed) {
                    return Err(Error::PoolClosed);
                }
                interrupt.start(self.limit);
                self.limit
            }
            None => self.limit.map(|limit| limit + ANSWER_TIMEOUT),
        };
        let outcome = match wait {
            Some(wait) => timeout(wait, statement).await,
            None => Ok(statement.await),
        };
        let Ok(outcome) = outcome else { return Err(overdue()) };
        running.has_ended = true;
        if outcome.as_ref().is_err_and(is_overdue) {
            self.is_over.store(true, Ordering::Relaxed);
        }
        outcome
    }
}
