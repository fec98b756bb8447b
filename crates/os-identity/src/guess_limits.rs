//! The limits on guessing passwords and codes.
//!
//! Attempts are limited per client address, against one client that tries many accounts, and
//! per account, against many clients that try one account. The second also delays the owner of
//! the account during an attack, which is the smaller harm; open sessions continue.
//!
//! **Invariant:** the limit of an account counts only attempts that the limit of the address let pass.

use crate::Result;
use os_http::RateLimiter;
use std::net::IpAddr;
use std::time::Duration;

/// Attempts from one address without a wait, and then the time between two.
const ADDRESS_BURST: u32 = 20;
const ADDRESS_PERIOD: Duration = Duration::from_secs(1);

/// Attempts for one account without a wait, and then the time between two.
const ACCOUNT_BURST: u32 = 5;
const ACCOUNT_PERIOD: Duration = Duration::from_secs(10);

/// The limits of a process.
pub struct GuessLimits {
    is_enabled: bool,
    addresses: RateLimiter,
    accounts: RateLimiter,
}

impl GuessLimits {
    /// Makes limits that count, or let every attempt pass.
    pub fn new(is_enabled: bool) -> Self {
        Self {
            is_enabled,
            addresses: RateLimiter::new(ADDRESS_BURST, ADDRESS_PERIOD),
            accounts: RateLimiter::new(ACCOUNT_BURST, ACCOUNT_PERIOD),
        }
    }

    /// Counts an attempt from this address, for this account where one is named.
    ///
    /// # Errors
    /// `RATE_LIMIT_EXCEEDED` with the seconds to wait.
    pub fn count(&self, address: Option<IpAddr>, account: Option<&str>) -> Result<()> {
        if !self.is_enabled {
            return Ok(());
        }
        self.addresses.count(&site(address))?;
        if let Some(account) = account {
            self.accounts.count(&account.trim().to_lowercase())?;
        }
        Ok(())
    }
}

/// Returns the key of an address: of IPv6 the first 64 bits, because one client has them all.
fn site(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V6(it)) if it.to_ipv4_mapped().is_none() => {
            format!("{:x?}", &it.segments()[..4])
        }
        Some(it) => it.to_canonical().to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn one_address_cannot_try_many_accounts_and_another_is_not_held_up() {
        let limits = GuessLimits::new(true);
        let passed = |from: &str| {
            let from = address(from);
            (0..30).filter(|n| limits.count(from, Some(&format!("{n}@x"))).is_ok()).count()
        };
        assert_eq!(passed("192.0.2.1"), 20);
        assert_eq!(passed("2001:db8::1"), 20);
        assert_eq!(passed("2001:db8::2"), 0, "the same /64 is the same site");
    }

    #[test]
    fn one_account_cannot_be_tried_from_many_addresses() {
        let limits = GuessLimits::new(true);
        let passed = (0..30).filter(|n| {
            limits.count(address(&format!("192.0.2.{n}")), Some(" Ada@Example.com")).is_ok()
        });
        assert_eq!(passed.count(), 5);
    }
}
