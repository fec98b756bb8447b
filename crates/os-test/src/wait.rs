//! Waiting for what another task or process does at a time of its own.

use std::time::{Duration, Instant};

/// After so long a test gives up.
const LIMIT: Duration = Duration::from_secs(30);

/// The pause between two probes.
const PAUSE: Duration = Duration::from_millis(1);

/// Probes until there is an answer, and returns it.
///
/// # Panics
/// When there is none after half a minute.
pub async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = probe().await {
            return answer;
        }
        assert!(started.elapsed() < LIMIT, "in vain for 30 s: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// [`eventually`] for tests without an async runtime.
///
/// # Panics
/// When there is no answer after half a minute.
pub fn eventually_blocking<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return answer;
        }
        assert!(started.elapsed() < LIMIT, "in vain for 30 s: {what}");
        std::thread::sleep(PAUSE);
    }
}
