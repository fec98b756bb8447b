//! How long to wait before something is tried again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);

/// Doubles with every failure, up to half a minute. A random part of it keeps many
/// runtimes from asking at once when their control plane is back.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure.
    pub fn next(&mut self) -> Duration {
        let longest = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures += 1;
        let mut byte = [0];
        getrandom::fill(&mut byte).expect("the operating system has randomness");
        longest / 2 + longest * u32::from(byte[0]) / 512
    }

    /// Begins again: it went well.
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
        assert!(pauses[0] >= FIRST / 2 && pauses[0] <= FIRST, "{:?}", pauses[0]);
        assert!(pauses[20..].iter().all(|it| (LONGEST / 2..=LONGEST).contains(it)));
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
