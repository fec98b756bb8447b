//! The pause before the next attempt.

use std::time::Duration;

/// The first pause.
const MIN_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// A pause that doubles with every failure, up to half a minute. A random part of it keeps many
/// runtimes from asking at once when their control plane is back.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Returns the pause after one more failure.
    pub fn next(&mut self) -> Duration {
        let longest = MIN_PAUSE.saturating_mul(1 << self.failures.min(16)).min(MAX_PAUSE);
        self.failures += 1;
        let mut byte = [0];
        getrandom::fill(&mut byte).expect("the operating system has randomness");
        longest / 2 + longest * u32::from(byte[0]) / 512
    }

    /// Starts over after a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_never_vanish() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Duration> = (0..100).map(|_| backoff.next()).collect();
        assert!(pauses[0] >= MIN_PAUSE / 2 && pauses[0] <= MIN_PAUSE, "{:?}", pauses[0]);
        assert!(pauses[20..].iter().all(|it| (MAX_PAUSE / 2..=MAX_PAUSE).contains(it)));
        backoff.reset();
        assert!(backoff.next() <= MIN_PAUSE);
    }
}
