//! Installing packages into the live runtime (contract §3.10, design §8.2–§8.4).
//!
//! Everything is checked against the kernel that would come next; then one
//! transaction writes the ledger, the tables and the seeds; then the kernel is
//! swapped and the caller is answered.
//!
//! **Invariant:** changes take turns, and one that was begun is finished, also
//! when whoever asked has gone: the kernel never differs from the ledger.

pub mod api;
mod boot;
mod catalog;
mod change;
mod check;
mod develop;
mod import;
mod outcome;
mod request;
mod sample;
mod several;
mod started;
mod uninstall;

pub use boot::Booted;
pub use change::{Installed, install};
pub use develop::{Developed, Draft, LeftOut, develop, developed_from};
pub use request::{Incoming, Options, Request};
pub use sample::{purge, reseed};
pub use several::{Change, Refused, several};
pub use uninstall::{set_enabled, uninstall};

use crate::kernel::Kernel;
use crate::{Result, Runtime};
use anyhow::Context;
use std::future::Future;
use tokio::sync::OwnedMutexGuard;

/// The turn of whoever changes what is installed.
pub struct Turn {
    runtime: Runtime,
    _guard: OwnedMutexGuard<()>,
}

impl Turn {
    /// The kernel that the change starts from.
    pub fn kernel(&self) -> std::sync::Arc<Kernel> {
        self.runtime.kernel()
    }

    /// Makes the next kernel the live one; the database has committed already.
    pub fn swap(&self, next: Kernel) {
        self.runtime.kernel.store(std::sync::Arc::new(next));
        self.runtime.swaps.send_modify(|swaps| *swaps += 1);
    }
}

/// Runs a change when it is its turn, on a task of its own: a caller who hangs up
/// does not leave a commit without its swap.
pub async fn in_turn<T, F>(runtime: &Runtime, change: impl FnOnce(Runtime, Turn) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let guard = runtime.changing.clone().lock_owned().await;
    let turn = Turn { runtime: runtime.clone(), _guard: guard };
    tokio::spawn(change(runtime.clone(), turn)).await.context("a change of what is installed")?
}
