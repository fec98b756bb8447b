use os_package::{ArtifactReader, InvalidArtifact};
use std::time::Duration;

/// The settings of an operator; `os` reads them from flags and environment variables.
#[derive(Debug, Clone)]
pub struct Config {
    /// The public address, without a trailing slash: `https://packages.acme.com`.
    /// `None`: the one in the `Host` header of each request.
    pub base_url: Option<String>,
    /// The shared secret of service mode (docs/wire/authentication.md#principals); `None` turns it
    /// off.
    pub service_key: Option<String>,
    /// Lets anybody create an account; the first account can always be created.
    pub open_registration: bool,
    /// Origins besides the own one that may send cookies: consoles of runtimes.
    pub trusted_origins: Vec<String>,
    /// Marks cookies `Secure` and `SameSite=None`.
    pub secure_cookies: bool,
    /// The platform version that `minPlatformVersion` is compared with.
    pub platform_version: String,
    /// The protocol major that `engines.protocol` must admit (docs/wire/dependencies.md#platform).
    pub protocol_major: u64,
    /// Memory of one password hash, in KiB. The default costs about 40 ms.
    pub password_memory_kib: u32,
    /// Limits sign-in attempts per client address and per account.
    pub throttle: bool,
    /// Trusts `X-Forwarded-For`, `-Proto` and `-Host`, which a proxy in front sets.
    pub behind_proxy: bool,
    /// The packages that a new server offers to publish.
    pub examples: &'static [Example],
    /// Decides which artifacts are published: the reader of the runtimes that follow this control
    /// plane. By default none are.
    pub reader: ArtifactReader,
}

/// A package that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// `listing.json`: its texts in the marketplace.
    pub listing: &'static str,
    /// Markdown.
    pub readme: &'static str,
    /// SVG.
    pub icon: &'static str,
    /// Its compiled artifacts, oldest version first.
    pub artifacts: &'static [&'static str],
}

impl Config {
    /// The part that identity needs.
    pub(crate) fn identity(&self) -> os_identity::Config {
        os_identity::Config {
            base_url: self.base_url.clone(),
            trusted_origins: self.trusted_origins.clone(),
            secure_cookies: self.secure_cookies,
            behind_proxy: self.behind_proxy,
            open_registration: self.open_registration,
            password_memory_kib: self.password_memory_kib,
            throttle: self.throttle,
            service_key: self.service_key.clone(),
            organizations: true,
            // There may be several processes: a session that ends, ends in all of them.
            session_cache: Duration::ZERO,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: None,
            service_key: None,
            open_registration: false,
            trusted_origins: Vec::new(),
            secure_cookies: false,
            platform_version: os_api::PLATFORM_VERSION.to_owned(),
            protocol_major: 17,
            password_memory_kib: os_identity::PASSWORD_MEMORY_KIB,
            throttle: true,
            behind_proxy: false,
            examples: &[],
            reader: |_, _, _| {
                let message = "cannot be published: this control plane knows no runtime";
                Err(InvalidArtifact::at("artifact", message))
            },
        }
    }
}
