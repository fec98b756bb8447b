//! A limit on the frequency of attempts.

use crate::error::{Code, Result};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The number of attempts after which idle keys are forgotten.
const FORGET_EVERY: u32 = 1024;

/// Limits attempts for each key: an account, or a client address.
///
/// **Invariant:** memory is bounded. A key takes 16 bytes whatever was sent, and
/// idle keys are forgotten.
pub struct RateLimiter {
    keys: DefaultKeyedRateLimiter<[u8; 16]>,
    attempts: AtomicU32,
}

impl RateLimiter {
    /// Allows this many attempts at once, and then one in each `period`.
    ///
    /// # Panics
    /// If `burst` or `period` is zero.
    pub fn new(burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).expect("the burst is not zero");
        let quota = Quota::with_period(period).expect("the period is not zero");
        Self {
            keys: governor::RateLimiter::keyed(quota.allow_burst(burst)),
            attempts: AtomicU32::new(0),
        }
    }

    /// Counts an attempt for this key.
    ///
    /// # Errors
    /// `RATE_LIMIT_EXCEEDED`, with the seconds to wait.
    pub fn count(&self, key: &str) -> Result<()> {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.keys.retain_recent();
        }
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(key)[..16]);
        self.keys.check_key(&short).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
            Code::RateLimitExceeded
                .error(format!("too many attempts; try again in {seconds} s"))
                .with_retry_after(seconds)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_limited_and_another_is_not() {
        let limiter = RateLimiter::new(3, Duration::from_secs(60));
        let passed = (0..10).filter(|_| limiter.count("ada").is_ok()).count();
        assert_eq!(passed, 3);
        let error = limiter.count("ada").unwrap_err();
        assert!(matches!(error.retry_after(), Some(1..=60)), "{error}");
        assert!(limiter.count("bob").is_ok());
    }

    #[test]
    fn idle_keys_are_forgotten() {
        // A key is idle again before the next one is counted.
        let limiter = RateLimiter::new(1, Duration::from_nanos(1));
        for n in 0..FORGET_EVERY - 1 {
            let _ = limiter.count(&n.to_string());
        }
        assert!(limiter.count("the last one").is_ok());
        assert_eq!(limiter.keys.len(), 1);
    }
}
