//! How often somebody may try a password.
//!
//! **Invariant:** memory is bounded: a key is 16 bytes whatever was sent, and
//! accounts that are at rest are forgotten.

use crate::{Code, Result};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::time::Duration;

/// Tries at once for one account, and how long until there is another.
const BURST: NonZeroU32 = NonZeroU32::new(20).expect("it is not zero");
const PERIOD: Duration = Duration::from_secs(6);
/// With so many accounts, those that are at rest are forgotten.
const MANY: usize = 10_000;

/// The brake on guessing passwords.
pub struct Throttle(DefaultKeyedRateLimiter<[u8; 16]>);

impl Throttle {
    pub fn new() -> Self {
        let quota = Quota::with_period(PERIOD).expect("the period is not zero");
        Self(RateLimiter::keyed(quota.allow_burst(BURST)))
    }

    /// Counts a try for the account of this address.
    ///
    /// # Errors
    /// `RATE_LIMIT_EXCEEDED`, with the seconds to wait.
    pub fn count(&self, email: &str) -> Result<()> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let digest = Sha256::digest(email.as_bytes());
        let key = digest[..16].try_into().expect("a digest has 32 bytes");
        self.0.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = wait.as_secs() + 1;
            Code::RateLimitExceeded
                .error(format!("too many tries for this account; try again in {seconds} s"))
        })
    }
}
