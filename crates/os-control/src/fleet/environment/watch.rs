//! Waking the requests that wait for an environment to change.
//!
//! The channel is the process's: an environment has the same id in every control
//! plane. Commits of other processes are found by polling (`POLL_INTERVAL`).

use crate::EnvironmentId;
use os_db::Db;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::time::{Instant, sleep_until};

/// The time between two reads of the generation when other processes may change it.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
enum Signal {
    Changed(EnvironmentId),
    Stopping,
}

static SIGNALS: LazyLock<Sender<Signal>> = LazyLock::new(|| broadcast::channel(1024).0);

/// Wakes the requests that wait for an environment: it has another generation, or lost a runtime.
pub fn changed(environment: EnvironmentId) {
    // Fails when no request waits, which is fine.
    let _ = SIGNALS.send(Signal::Changed(environment));
}

/// Ends all waits, because the server is about to stop.
pub fn stop() {
    let _ = SIGNALS.send(Signal::Stopping);
}

/// Returns the number of requests that wait in this process.
pub fn waiting() -> usize {
    SIGNALS.receiver_count()
}

/// The wait of one request. It begins before the request reads, so that no change is missed.
pub struct Waiting {
    signals: Receiver<Signal>,
    environment: EnvironmentId,
    until: Instant,
    polls: bool,
}

impl Waiting {
    /// Begins to wait for changes of an environment, for `timeout` at most.
    pub fn begin(db: &Db, environment: EnvironmentId, timeout: Duration) -> Self {
        Self {
            signals: SIGNALS.subscribe(),
            environment,
            until: Instant::now() + timeout,
            polls: db.kind() == "postgres",
        }
    }

    /// Waits until the environment may have changed. Returns false when the time is up.
    pub async fn goes_on(&mut self) -> bool {
        let tick = self.polls.then(|| Instant::now() + POLL_INTERVAL);
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
