use std::path::PathBuf;
use std::time::Duration;

/// What an operator decides; `os` fills it from flags and the environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach us, without a trailing slash. `None`: what the `Host`
    /// header of each request says.
    pub base_url: Option<String>,
    /// Origins besides our own that may send cookies.
    pub trusted_origins: Vec<String>,
    /// Whether cookies only travel over TLS (and may cross sites).
    pub secure_cookies: bool,
    /// Whether a proxy in front sets `X-Forwarded-For`, `-Proto` and `-Host`.
    pub behind_proxy: bool,
    /// Whether guessing is limited per client address and per account.
    pub throttle: bool,
    /// Whether anybody may create an account; the first one always can.
    pub open_registration: bool,
    /// Memory of one password hash, in KiB.
    pub password_memory_kib: u32,
    /// The data folder, as answers of an install name it.
    pub home: PathBuf,
    /// The largest file that may be uploaded, in bytes.
    pub largest_file: u64,
    /// The control plane to fetch packages from; `None`: there is none.
    pub cloud_url: Option<String>,
    /// A static catalog that is asked before the control plane.
    pub catalog_url: Option<String>,
    /// How long the catalog may take for an artifact.
    pub catalog_patience: Duration,
    /// What we show the control plane, where it asks.
    pub cloud_key: Option<String>,
    /// The environment of the control plane that this runtime is for.
    pub environment_id: Option<String>,
    /// What this runtime is called where it is bound: the name of the machine.
    pub name: String,
    /// Its version, as it tells the control plane.
    pub runtime_version: String,
    /// Under which name it asks for device codes.
    pub client_id: String,
    /// The platform version that `minPlatformVersion` is compared with.
    pub platform_version: String,
    /// The protocol major that `engines.protocol` must admit (contract §4.4).
    pub protocol_major: u64,
    /// Which seeds are loaded: `prod`, `dev` or `test`; `None`: all of them.
    pub seed_environment: Option<String>,
    /// Whether two packages may share a namespace (`OS_METADATA_COLLISION=warn`).
    pub shared_namespaces: bool,
    /// How long a page of the catalog is kept at most; zero: never
    /// (`OS_MARKETPLACE_CACHE=off`).
    pub browse_cache: Duration,
    /// How long a page of the catalog may take.
    pub browse_timeout: Duration,
}

/// How long a session that was found is believed without another look.
const SESSION_CACHE_TTL: Duration = Duration::from_secs(1);

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
            password_memory_kib: 19 * 1024,
            home: PathBuf::from(".objectstack"),
            largest_file: 100 * 1024 * 1024,
            cloud_url: None,
            catalog_url: None,
            catalog_patience: Duration::from_secs(60),
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
