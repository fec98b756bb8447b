//! Installing packages into the live runtime (docs/wire/runtime-install.md#install-local,
//! docs/wire/runtime-install.md#one-transaction).
//!
//! Everything is checked against the kernel that would come next; then one
//! transaction writes the ledger, the tables and the seeds; then the kernel is
//! swapped and the caller is answered.
//!
//! **Invariant:** one change runs at a time, and one that was begun is finished, even
//! when its caller has gone: the kernel never differs from the ledger.

mod apply_all;
mod boot;
mod catalog;
mod change;
mod check;
mod develop;
pub mod http;
mod import;
mod outcome;
mod request;
mod sample;
mod started;
mod uninstall;

pub use apply_all::{Applied, ChangeRefused, Changes, PackageChange, apply_all};
pub use boot::Booted;
pub use change::{Installed, install};
pub use develop::{Developed, Draft, LeftOut};
pub use request::{Incoming, InstallOptions};
pub use sample::{purge, reseed};
pub use uninstall::{set_enabled, uninstall};

use crate::kernel::{InstallGuard, LiveKernel};
use crate::managed::Managed;
use crate::{Config, Result, Runtime};
use anyhow::Context;
use os_db::Db;
use std::future::Future;
use std::sync::Arc;

/// The parts of a runtime that changes of its packages need. Cheap to clone.
#[derive(Clone)]
pub struct Installer {
    pub db: Db,
    pub config: Arc<Config>,
    pub live: LiveKernel,
    pub managed: Managed,
}

impl Installer {
    /// Runs a change with the install lock held, on a task of its own: a caller who hangs up
    /// does not leave a commit without its swap.
    ///
    /// # Errors
    /// Those of the change.
    pub async fn with_install_lock<T, F>(
        &self,
        change: impl FnOnce(Installer, InstallGuard) -> F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let guard = self.live.lock().await;
        tokio::spawn(os_db::keep_clock(change(self.clone(), guard)))
            .await
            .context("a change of what is installed")?
    }
}

impl Runtime {
    /// Returns what changes of the installed packages need.
    pub fn installer(&self) -> Installer {
        Installer {
            db: self.db.clone(),
            config: self.config.clone(),
            live: self.live.clone(),
            managed: self.managed.clone(),
        }
    }
}
