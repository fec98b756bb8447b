//! How often somebody may try: the brake on guessing passwords and codes.
//!
//! Two brakes: one per client address, against trying many accounts, and one
//! per account, against trying one from many addresses. The second also slows
//! its owner down while somebody else tries, which is the smaller harm; sessions
//! that exist are not touched.
//!
//! **Invariant:** memory is bounded. A key is 16 bytes whatever the client sent,
//! an account is counted only after its client's address passed, and keys that
//! are at rest are forgotten.

use crate::client::Client;
use crate::{Code, Result};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Tries at once from one address, and how long until there is another.
const PER_ADDRESS: (u32, Duration) = (20, Duration::from_secs(1));
/// Tries at once for one account, and how long until there is another.
const PER_ACCOUNT: (u32, Duration) = (5, Duration::from_secs(10));
/// After so many tries, keys that are at rest are forgotten.
const FORGET_EVERY: u32 = 1024;

type Key = [u8; 16];

/// The brakes of a process.
pub struct Throttle {
    enabled: bool,
    addresses: DefaultKeyedRateLimiter<Key>,
    accounts: DefaultKeyedRateLimiter<Key>,
    tries: AtomicU32,
}

impl Throttle {
    pub fn new(enabled: bool) -> Self {
        Self {
            enabled,
            addresses: RateLimiter::keyed(quota(PER_ADDRESS)),
            accounts: RateLimiter::keyed(quota(PER_ACCOUNT)),
            tries: AtomicU32::new(0),
        }
    }

    /// Counts a try from this client, for this account where one is named.
    ///
    /// # Errors
    /// `RATE_LIMIT_EXCEEDED` with the seconds to wait.
    pub fn count(&self, client: &Client, account: Option<&str>) -> Result<()> {
        if !self.enabled {
            return Ok(());
        }
        if self.tries.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.addresses.retain_recent();
            self.accounts.retain_recent();
        }
        check(&self.addresses, &key(&site(client.address)))?;
        match account {
            Some(account) => check(&self.accounts, &key(&account.trim().to_lowercase())),
            None => Ok(()),
        }
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<Key>, key: &Key) -> Result<()> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Code::RateLimitExceeded
            .error(format!("too many tries; try again in {seconds} s"))
            .with_retry_after(seconds.max(1))
    })
}

fn quota((burst, period): (u32, Duration)) -> Quota {
    let burst = NonZeroU32::new(burst).expect("the burst is not zero");
    Quota::with_period(period).expect("the period is not zero").allow_burst(burst)
}

/// Whoever has one IPv6 address has at least the 64 bits below it.
fn site(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V6(it)) if it.to_ipv4_mapped().is_none() => {
            format!("{:x?}", &it.segments()[..4])
        }
        Some(it) => it.to_canonical().to_string(),
        None => String::new(),
    }
}

fn key(text: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&Sha256::digest(text)[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client {
            address: Some(address.parse().unwrap()),
            user_agent: None,
            base_url: String::new(),
            request: String::new(),
        }
    }

    #[test]
    fn one_address_cannot_try_many_accounts_and_another_is_not_held_up() {
        let throttle = Throttle::new(true);
        let tries = |address: &str| {
            let client = client(address);
            (0..30).filter(|n| throttle.count(&client, Some(&format!("{n}@x"))).is_ok()).count()
        };
        assert_eq!(tries("192.0.2.1"), 20);
        assert_eq!(tries("2001:db8::1"), 20);
        assert_eq!(tries("2001:db8::2"), 0, "the same /64 is the same site");
    }

    #[test]
    fn one_account_cannot_be_tried_from_many_addresses() {
        let throttle = Throttle::new(true);
        let tries = (0..30).filter(|n| {
            throttle.count(&client(&format!("192.0.2.{n}")), Some(" Ada@Example.com")).is_ok()
        });
        assert_eq!(tries.count(), 5);
    }

    #[test]
    fn keys_at_rest_are_forgotten() {
        let brake = RateLimiter::keyed(quota((1, Duration::from_millis(1))));
        for n in 0..100 {
            let _ = brake.check_key(&key(&n.to_string()));
        }
        std::thread::sleep(Duration::from_millis(20));
        brake.retain_recent();
        assert_eq!(brake.len(), 0);
    }
}
