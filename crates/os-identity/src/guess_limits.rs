//! The limits on guessing passwords and codes.
//!
//! Attempts are limited per client address, against trying many accounts, and per
//! account, against trying one from many addresses. The second also slows its owner
//! down while somebody else tries, which is the smaller harm; existing sessions are not
//! touched.
//!
//! **Invariant:** an account is counted only after its client's address passed.

use crate::Result;
use os_http::RateLimiter;
use std::net::IpAddr;
use std::time::Duration;

/// Attempts at once from one address, and the time until another one.
const ADDRESS_BURST: u32 = 20;
const ADDRESS_PERIOD: Duration = Duration::from_secs(1);

/// Attempts at once for one account, and the time until another one.
const ACCOUNT_BURST: u32 = 5;
const ACCOUNT_PERIOD: Duration = Duration::from_secs(10);

/// The limits of a process.
pub struct GuessLimits {
    is_enabled: bool,
    addresses: RateLimiter,
    accounts: RateLimiter,
}

impl GuessLimits {
    /// Limits that count, or let everything pass.
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

/// The key of an address. Who has one IPv6 address has at least the 64 bits below it.
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
