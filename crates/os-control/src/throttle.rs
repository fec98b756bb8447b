//! How often somebody may try: the brake on guessing passwords and codes.
//!
//! Two brakes: one per client address, against trying many accounts, and one
//! per account, against trying one from many addresses. The second also slows
//! its owner down while somebody else tries, which is the smaller harm; sessions
//! that exist are not touched.
//!
//! **Invariant:** an account is counted only after its client's address passed.

use crate::Result;
use crate::client::Client;
use os_http::RateLimiter;
use std::net::IpAddr;
use std::time::Duration;

/// The brakes of a process.
pub struct Throttle {
    enabled: bool,
    addresses: RateLimiter,
    accounts: RateLimiter,
}

impl Throttle {
    pub fn new(enabled: bool) -> Self {
        Self {
            enabled,
            addresses: RateLimiter::new(20, Duration::from_secs(1)),
            accounts: RateLimiter::new(5, Duration::from_secs(10)),
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
        self.addresses.count(&site(client.address))?;
        if let Some(account) = account {
            self.accounts.count(&account.trim().to_lowercase())?;
        }
        Ok(())
    }
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
}
