//! The live kernel, and the install lock.
//!
//! **Invariant:** only the holder of the install lock replaces the live kernel, after the
//! database has committed. A reader keeps the kernel it loaded and never waits.

use super::Kernel;
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

/// The kernel of a runtime. Clones share it.
#[derive(Clone)]
pub struct LiveKernel {
    current: Arc<ArcSwap<Kernel>>,
    /// The number of times that the kernel was replaced.
    swaps: watch::Sender<u64>,
    lock: Arc<Mutex<()>>,
}

impl LiveKernel {
    /// Returns a kernel without packages.
    pub fn empty() -> Self {
        Self {
            current: Arc::new(ArcSwap::from_pointee(Kernel::empty())),
            swaps: watch::Sender::new(0),
            lock: Arc::default(),
        }
    }

    /// Returns the current kernel; its holder sees one state throughout.
    pub fn load(&self) -> Arc<Kernel> {
        self.current.load_full()
    }

    /// Sends how often the kernel was replaced, whenever it is.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.swaps.subscribe()
    }

    /// Waits for the install lock.
    pub async fn lock(&self) -> InstallGuard {
        let guard = self.lock.clone().lock_owned().await;
        InstallGuard { live: self.clone(), _guard: guard }
    }
}

/// The install lock, held.
pub struct InstallGuard {
    live: LiveKernel,
    _guard: OwnedMutexGuard<()>,
}

impl InstallGuard {
    /// Returns the kernel that the change starts from.
    pub fn kernel(&self) -> Arc<Kernel> {
        self.live.load()
    }

    /// Replaces the live kernel; the database has committed already.
    pub fn swap(&self, next: Kernel) {
        self.live.current.store(Arc::new(next));
        self.live.swaps.send_modify(|swaps| *swaps += 1);
    }
}
