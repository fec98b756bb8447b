//! The one clock: what time it is, for the database and for what is kept in memory.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

tokio::task_local! {
    static CLOCK: Clock;
}

/// A clock that can be set ahead of the system's. Clones share it.
///
/// It holds for the futures it [scopes](Clock::scope) and for no others, so that
/// tests that run beside each other have a time of their own each. Servers scope
/// nothing: they follow the system's clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// The microseconds by which it is ahead of the system's.
    ahead: Arc<AtomicU64>,
}

impl Clock {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        self.ahead.fetch_add(micros, Ordering::Relaxed);
    }

    /// Runs a future in which [`now`] and [`instant`] follow this clock. Tasks that
    /// it spawns do not.
    pub async fn scope<F: Future>(&self, future: F) -> F::Output {
        CLOCK.scope(self.clone(), future).await
    }
}

/// Makes a future that is spawned follow the clock of the task that spawns it.
pub fn keep_clock<F: Future>(future: F) -> impl Future<Output = F::Output> {
    CLOCK.scope(CLOCK.try_with(Clock::clone).unwrap_or_default(), future)
}

/// Returns the time by which the clock of this task is ahead of the system's.
fn ahead() -> Duration {
    let micros = CLOCK.try_with(|clock| clock.ahead.load(Ordering::Relaxed)).unwrap_or(0);
    Duration::from_micros(micros)
}

/// Returns the current time, cut to microseconds: what PostgreSQL keeps, so that a
/// value read back equals the value written.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub fn now() -> DateTime<Utc> {
    let ahead = TimeDelta::from_std(ahead()).unwrap_or_default();
    (Utc::now() + ahead).trunc_subsecs(6)
}

/// Returns a point in time that never goes back, for the age of what is kept in memory.
pub fn instant() -> Instant {
    Instant::now() + ahead()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn time_passes_in_the_scope_of_a_clock_and_nowhere_else() {
        let (clock, before, began) = (Clock::default(), now(), instant());
        clock.advance(Duration::from_secs(60));
        clock
            .scope(async {
                assert!(now() - before >= TimeDelta::seconds(60));
                assert!(instant() - began >= Duration::from_secs(60));
            })
            .await;
        assert!(now() - before < TimeDelta::seconds(60));
    }
}
