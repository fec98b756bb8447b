use std::path::PathBuf;
use std::time::Duration;

/// The configuration of a runtime; `os` fills it from flags and the environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// The public address, without a trailing slash. `None`: that of the `Host` header of each
    /// request.
    pub base_url: Option<String>,
    /// Other origins that may send cookies.
    pub trusted_origins: Vec<String>,
    /// `true` if cookies only travel over TLS (and may cross sites).
    pub secure_cookies: bool,
    /// `true` if a proxy in front sets `X-Forwarded-For`, `-Proto` and `-Host`.
    pub behind_proxy: bool,
    /// `true` if guessing is limited per client address and per account.
    pub throttle: bool,
    /// `true` if anybody may create an account; the first account is always possible.
    pub open_registration: bool,
    /// Memory of one password hash, in KiB.
    pub password_memory_kib: u32,
    /// The data folder.
    pub home: PathBuf,
    /// The largest file that may be uploaded, in bytes.
    pub max_file_bytes: u64,
    /// The control plane to fetch packages from and to follow.
    pub cloud_url: Option<String>,
    /// A static catalog that is read before the control plane.
    pub catalog_url: Option<String>,
    /// The longest response time of the catalog for an artifact.
    pub catalog_timeout: Duration,
    /// The credential for the control plane: a key of the operator, or a runtime token.
    pub cloud_key: Option<String>,
    /// The environment of the control plane that this runtime is for.
    pub environment_id: Option<String>,
    /// The name of this runtime at the control plane.
    pub name: String,
    /// Its version, as the control plane shows it.
    pub runtime_version: String,
    /// The client id of its device codes.
    pub client_id: String,
    /// The platform version that `minPlatformVersion` is compared with.
    pub platform_version: String,
    /// The protocol major that `engines.protocol` must admit (docs/wire/dependencies.md#platform).
    pub protocol_major: u64,
    /// The environment whose seeds are loaded: `prod`, `dev` or `test`; `None`: all seeds.
    pub seed_environment: Option<String>,
    /// `true` if two packages may share a namespace (`OS_METADATA_COLLISION=warn`).
    pub shared_namespaces: bool,
    /// The longest time that a page of the catalog is cached; zero: never
    /// (`OS_MARKETPLACE_CACHE=off`).
    pub browse_cache: Duration,
    /// The longest response time of the catalog for a page.
    pub browse_timeout: Duration,
}

/// The time for which a session is cached.
const SESSION_CACHE_TTL: Duration = Duration::from_secs(1);

impl Config {
    /// Returns the part that identity needs.
    pub(crate) fn identity(&self) -> os_identity::Config {
        os_identity::Config {
            base_url: self.base_url.clone(),
            trusted_origins: self.trusted_origins.clone(),
            secure_cookies: self.secure_cookies,
            behind_proxy: self.behind_proxy,
            open_registration: self.open_registration,
            password_memory_kib: self.password_memory_kib,
            throttle: self.throttle,
            service_key: None,
            organizations: false,
            session_cache: SESSION_CACHE_TTL,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: None,
            trusted_origins: Vec::new(),
            secure_cookies: false,
            behind_proxy: false,
            throttle: true,
            open_registration: false,
            password_memory_kib: os_identity::PASSWORD_MEMORY_KIB,
            home: PathBuf::from(".objectstack"),
            max_file_bytes: 100 * 1024 * 1024,
            cloud_url: None,
            catalog_url: None,
            catalog_timeout: Duration::from_secs(60),
            cloud_key: None,
            environment_id: None,
            name: "runtime".to_owned(),
            runtime_version: env!("CARGO_PKG_VERSION").to_owned(),
            client_id: "objectstack-cli".to_owned(),
            platform_version: os_api::PLATFORM_VERSION.to_owned(),
            protocol_major: 17,
            seed_environment: None,
            shared_namespaces: false,
            browse_cache: Duration::from_secs(24 * 60 * 60),
            browse_timeout: Duration::from_secs(15),
        }
    }
}
