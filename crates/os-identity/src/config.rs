use os_http::Origins;
use std::time::Duration;

/// The operator's settings for accounts and credentials, and the differences between servers.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL of the server, without a trailing slash. Defaults to the address in the `Host`
    /// header of each request.
    pub base_url: Option<String>,
    /// Origins besides our own that may send cookies.
    pub trusted_origins: Vec<String>,
    /// Sends cookies over TLS only, and lets them cross sites.
    pub secure_cookies: bool,
    /// Trusts a proxy in front that sets `X-Forwarded-For`, `-Proto` and `-Host`.
    pub behind_proxy: bool,
    /// Lets anybody create an account. The first account can always be created.
    pub open_registration: bool,
    /// The memory of one password hash, in KiB.
    pub password_memory_kib: u32,
    /// Limits guesses per client address and per account.
    pub throttle: bool,
    /// The secret that signs in as the platform (docs/wire/authentication.md#principals); `None`
    /// turns it off.
    pub service_key: Option<String>,
    /// True if the server has organizations and API keys ([`crate::ORGANIZATIONS`]).
    pub organizations: bool,
    /// The time for which a session is cached; zero looks it up for each request.
    pub session_cache: Duration,
}

/// The memory of one password hash by default, in KiB.
pub const PASSWORD_MEMORY_KIB: u32 = 19 * 1024;

impl Config {
    /// The settings of a command on the machine of a server: nobody guesses, and nobody signs in.
    pub(crate) fn of_command(organizations: bool) -> Self {
        Self {
            base_url: None,
            trusted_origins: Vec::new(),
            secure_cookies: false,
            behind_proxy: false,
            open_registration: false,
            password_memory_kib: PASSWORD_MEMORY_KIB,
            throttle: false,
            service_key: None,
            organizations,
            session_cache: Duration::ZERO,
        }
    }

    /// The addresses of our own pages.
    pub fn origins(&self) -> Origins<'_> {
        Origins { base_url: self.base_url.as_deref(), trusted: &self.trusted_origins }
    }
}
