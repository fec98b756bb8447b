//! Who waits for an environment to change, and who tells them.
//!
//! The channel is the process's: an environment has the same id in every control
//! plane. Commits of other processes are found by asking again (`AGAIN`).

use crate::EnvironmentId;
use os_db::Db;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::time::{Instant, sleep_until};

/// How often the pointer is read where other processes may move it.
const AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
enum Signal {
    Changed(EnvironmentId),
    Stopping,
}

static SIGNALS: LazyLock<Sender<Signal>> = LazyLock::new(|| broadcast::channel(1024).0);

/// Tells who waits that an environment has another generation, or lost a runtime.
pub fn changed(environment: EnvironmentId) {
    // Nobody waits: nobody needs to know.
    let _ = SIGNALS.send(Signal::Changed(environment));
}

/// Lets nobody wait any longer: the server is about to stop.
pub fn stop() {
    let _ = SIGNALS.send(Signal::Stopping);
}

/// How many requests wait in this process.
pub fn waiting() -> usize {
    SIGNALS.receiver_count()
}

/// What one request waits with. Made before it reads, so that it misses nothing.
pub struct Waiting {
    signals: Receiver<Signal>,
    environment: EnvironmentId,
    until: Instant,
    asks_again: bool,
}

impl Waiting {
    /// Waits for changes of an environment, for so long.
    pub fn begin(db: &Db, environment: EnvironmentId, how_long: Duration) -> Self {
        Self {
            signals: SIGNALS.subscribe(),
            environment,
            until: Instant::now() + how_long,
            asks_again: db.kind() == "postgres",
        }
    }

    /// Waits until looking again is worth it. False when time is up.
    pub async fn goes_on(&mut self) -> bool {
        let tick = self.asks_again.then(|| Instant::now() + AGAIN);
        let until = tick.map_or(self.until, |tick| tick.min(self.until));
        loop {
            tokio::select! {
                signal = self.signals.recv() => match signal {
                    Ok(Signal::Changed(it)) if it == self.environment => return true,
                    Ok(Signal::Changed(_)) => {}
                    Ok(Signal::Stopping) | Err(RecvError::Closed) => return false,
                    Err(RecvError::Lagged(_)) => return true,
                },
                () = sleep_until(until) => return until < self.until,
            }
        }
    }
}
