use crate::Refused;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// After so many tries, keys that are at rest are forgotten.
const FORGET_EVERY: u32 = 1024;

/// How often one may try, for each key: an account, or where somebody comes from.
///
/// **Invariant:** memory is bounded. A key is 16 bytes whatever was sent, and
/// keys that are at rest are forgotten.
pub struct Brake {
    keys: DefaultKeyedRateLimiter<[u8; 16]>,
    tries: AtomicU32,
}

impl Brake {
    /// Allows this many tries at once, and then one in each `period`.
    ///
    /// # Panics
    /// When one of them is zero.
    pub fn new(burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).expect("the burst is not zero");
        let quota = Quota::with_period(period).expect("the period is not zero");
        Self { keys: RateLimiter::keyed(quota.allow_burst(burst)), tries: AtomicU32::new(0) }
    }

    /// Counts a try for this key.
    ///
    /// # Errors
    /// [`Refused::TooManyTries`], with the seconds to wait.
    pub fn count(&self, key: &str) -> Result<(), Refused> {
        if self.tries.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.keys.retain_recent();
        }
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(key)[..16]);
        self.keys.check_key(&short).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Refused::TooManyTries(seconds.max(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_and_another_does_not() {
        let brake = Brake::new(3, Duration::from_secs(60));
        let passed = (0..10).filter(|_| brake.count("ada").is_ok()).count();
        assert_eq!(passed, 3);
        assert!(matches!(brake.count("ada"), Err(Refused::TooManyTries(1..=60))));
        assert!(brake.count("bob").is_ok());
    }

    #[test]
    fn keys_at_rest_are_forgotten() {
        let brake = Brake::new(1, Duration::from_millis(1));
        for n in 0..FORGET_EVERY - 1 {
            let _ = brake.count(&n.to_string());
        }
        std::thread::sleep(Duration::from_millis(20));
        assert!(brake.count("the last one").is_ok());
        assert_eq!(brake.keys.len(), 1);
    }
}
