use os_http::Origins;
use std::time::Duration;

/// What an operator decides about accounts and credentials, and what differs between
/// servers.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach the server, without a trailing slash. `None`: the address in
    /// the `Host` header of each request.
    pub base_url: Option<String>,
    /// Origins besides our own that may send cookies.
    pub trusted_origins: Vec<String>,
    /// Whether cookies only travel over TLS (and may cross sites).
    pub secure_cookies: bool,
    /// Whether a proxy in front sets `X-Forwarded-For`, `-Proto` and `-Host`.
    pub behind_proxy: bool,
    /// Whether anybody may create an account; the first one always can.
    pub open_registration: bool,
    /// Memory of one password hash, in KiB.
    pub password_memory_kib: u32,
    /// Whether guessing is limited per client address and per account.
    pub throttle: bool,
    /// The secret that signs in as the platform (docs/wire/authentication.md#principals); `None`
    /// turns it off.
    pub service_key: Option<String>,
    /// Whether the server has organizations and API keys ([`crate::ORGANIZATIONS`]).
    pub organizations: bool,
    /// How long a session that was found is believed without another look; zero looks
    /// each time.
    pub session_cache: Duration,
}

impl Config {
    /// The addresses of our own pages.
    pub fn origins(&self) -> Origins<'_> {
        Origins { base_url: self.base_url.as_deref(), trusted: &self.trusted_origins }
    }
}
