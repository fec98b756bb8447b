//! The number of commits of a process, for those who remember what they have read.

use crate::{Db, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of commits of a [`Db`] and its clones.
pub type Commits = Arc<AtomicU64>;

impl Db {
    /// Returns how often a transaction that may write was committed through this database and its
    /// clones. What was read after a number was returned holds, as far as this process is concerned,
    /// while the number stays.
    pub fn commits(&self) -> u64 {
        self.counter().load(Ordering::SeqCst)
    }

    /// Counts the commit of a transaction, also one that is cancelled or fails: the database may
    /// have committed.
    pub(crate) fn count_commit(&self, tx: &mut Tx) {
        let commits = Arc::clone(self.counter());
        tx.after_commit(move || {
            commits.fetch_add(1, Ordering::SeqCst);
        });
    }

    fn counter(&self) -> &Commits {
        match self {
            Self::Sqlite { shared, .. } => &shared.commits,
            Self::Postgres { commits, .. } => commits,
        }
    }
}
