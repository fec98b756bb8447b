use clap::Args;
use clap::builder::BoolishValueParser;
use std::net::IpAddr;
use std::path::PathBuf;

/// The options of a control plane; `PORT` is the default port.
#[derive(Debug, Args)]
pub struct ServerArgs<const PORT: u16> {
    #[command(flatten)]
    pub listen: ListenArgs<PORT>,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub security: SecurityArgs,
    #[command(flatten)]
    pub service: ServiceArgs,
    #[command(flatten)]
    pub first_run: FirstRunArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub log: LogArgs,
}

/// The options of a control plane and a runtime on one port.
#[derive(Debug, Args)]
pub struct StartArgs {
    #[command(flatten)]
    pub control: ServerArgs<3000>,
    /// Database of the runtime [default: runtime.db beside the file, or the schema os_runtime in PostgreSQL]
    #[arg(long, value_name = "URL", env = "OS_BUSINESS_DB_URL", hide_env_values = true)]
    pub runtime_database: Option<String>,
    /// Id of the environment that the runtime follows [default: the first development environment of a new server]
    #[arg(long, value_name = "ID", env = "OS_ENVIRONMENT_ID", hide_env_values = true)]
    pub environment_id: Option<String>,
    #[command(flatten)]
    pub packages: PackagesArgs,
}

/// The options of a runtime.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub listen: ListenArgs<3000>,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub artifact: ArtifactArgs,
    #[command(flatten)]
    pub cloud: CloudArgs,
    #[command(flatten)]
    pub packages: PackagesArgs,
    #[command(flatten)]
    pub security: SecurityArgs,
    #[command(flatten)]
    pub first_run: FirstRunArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub log: LogArgs,
}

/// The address to listen on, and the public one.
#[derive(Debug, Args)]
pub struct ListenArgs<const PORT: u16> {
    /// Port to listen on; 0 picks a free one
    #[arg(short, long, env = "OS_PORT", default_value_t = PORT, hide_env_values = true)]
    pub port: u16,
    /// Address to listen on; 0.0.0.0 for all interfaces
    #[arg(long, env = "OS_HOST", default_value = "127.0.0.1", hide_env_values = true)]
    pub host: IpAddr,
    /// Public URL, if the server is behind a proxy or has another name
    #[arg(long, value_name = "URL", env = "OS_BASE_URL", hide_env_values = true)]
    pub base_url: Option<String>,
}

/// The location of all data.
#[derive(Debug, Args)]
pub struct DatabaseArgs {
    /// Data folder
    #[arg(
        long,
        value_name = "FOLDER",
        env = "OS_HOME",
        default_value = ".objectstack",
        hide_env_values = true
    )]
    pub home: PathBuf,
    /// `postgres://…` or `sqlite://…` [default: a file in the home folder]
    #[arg(short, long, value_name = "URL", env = "OS_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Security")]
pub struct SecurityArgs {
    /// Let anyone create an account; the first account is always allowed
    #[arg(long, env = "OS_OPEN_REGISTRATION", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub open_registration: bool,
    /// Other origins that may send cookies, separated by commas: consoles of runtimes
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "OS_TRUSTED_ORIGINS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub trusted_origins: Vec<String>,
    /// Send cookies over TLS only; set it if the server is reached over https
    #[arg(long, env = "OS_SECURE_COOKIES", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub secure_cookies: bool,
    /// Trust X-Forwarded-For, -Proto and -Host; only behind a proxy that sets them
    #[arg(long, env = "OS_BEHIND_PROXY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub behind_proxy: bool,
}

/// Security options of the control plane only.
#[derive(Debug, Args)]
#[command(next_help_heading = "Security")]
pub struct ServiceArgs {
    /// Shared secret of CI and runtimes; without it, service mode is off
    #[arg(long, value_name = "SECRET", env = "OS_CLOUD_SERVICE_KEY", hide_env_values = true)]
    pub service_key: Option<String>,
}

/// The source of packages of a runtime.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cloud")]
pub struct CloudArgs {
    /// Control plane to fetch packages from; `off` for none [default: none]
    #[arg(long, value_name = "URL", env = "OS_CLOUD_URL", hide_env_values = true)]
    pub cloud_url: Option<String>,
    /// Credential for the control plane: an API key or its service key
    #[arg(long, value_name = "KEY", env = "OS_CLOUD_API_KEY", hide_env_values = true)]
    pub cloud_key: Option<String>,
    /// Id of the environment that the runtime follows
    #[arg(long, value_name = "ID", env = "OS_ENVIRONMENT_ID", hide_env_values = true)]
    pub environment_id: Option<String>,
    /// Name of the runtime in the control plane [default: the name of this machine]
    #[arg(long, value_name = "NAME", env = "OS_RUNTIME_NAME", hide_env_values = true)]
    pub runtime_name: Option<String>,
    /// Static catalog to query before the control plane
    #[arg(
        long,
        value_name = "URL",
        env = "OS_MARKETPLACE_PUBLIC_BASE_URL",
        hide_env_values = true
    )]
    pub catalog_url: Option<String>,
    /// Cache pages of the catalog
    #[arg(
        long,
        value_enum,
        value_name = "WHETHER",
        env = "OS_MARKETPLACE_CACHE",
        default_value = "on",
        hide_env_values = true
    )]
    pub catalog_cache: Switch,
}

/// An artifact to start with, besides the installed packages.
#[derive(Debug, Args)]
#[command(next_help_heading = "Artifact")]
pub struct ArtifactArgs {
    /// Compiled artifact to start with: a file or a URL, which may end in `#sha256=…` [default: OS_ARTIFACT_PATH, then dist/objectstack.json here or in the home folder]
    #[arg(long, value_name = "FILE|URL", env = "OS_ARTIFACT_URL", hide_env_values = true)]
    pub artifact: Option<String>,
    /// Start without an artifact, even if one is found
    #[arg(long, env = "OS_BOOT_EMPTY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub empty: bool,
}

/// Package options of a runtime.
#[derive(Debug, Args)]
#[command(next_help_heading = "Packages")]
pub struct PackagesArgs {
    /// Sample data to load: production, development or test [default: all of it]
    #[arg(long, value_name = "ENVIRONMENT", env = "NODE_ENV", hide_env_values = true)]
    pub seeds: Option<String>,
    /// Treatment of two packages with one namespace: `warn` allows it
    #[arg(
        long,
        value_enum,
        value_name = "RULE",
        env = "OS_METADATA_COLLISION",
        default_value = "refuse",
        hide_env_values = true
    )]
    pub namespace_collision: Collision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    #[value(aliases = ["true", "1", "yes"])]
    On,
    #[value(aliases = ["false", "0", "no"])]
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Collision {
    #[value(alias = "error")]
    Refuse,
    Warn,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "First run")]
pub struct FirstRunArgs {
    /// Email of the first account, created in an empty database
    #[arg(long, value_name = "EMAIL", env = "OS_ADMIN_EMAIL", hide_env_values = true)]
    pub admin_email: Option<String>,
    /// Its password [default: a random one, printed once]
    #[arg(long, value_name = "PASSWORD", env = "OS_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
}

/// The limits of statements and connections.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Seconds that one statement of a request may take
    #[arg(long, value_name = "SECONDS", env = "OS_STATEMENT_TIMEOUT", default_value_t = 15, value_parser = seconds(), hide_env_values = true)]
    pub statement_timeout: u64,
    /// Seconds that one statement of an install may take, such as a migration of a large table
    #[arg(long, value_name = "SECONDS", env = "OS_INSTALL_TIMEOUT", default_value_t = 110, value_parser = seconds(), hide_env_values = true)]
    pub install_timeout: u64,
    /// Seconds that a client has for the head of a request
    #[arg(long, value_name = "SECONDS", env = "OS_HEADER_TIMEOUT", default_value_t = 10, value_parser = seconds(), hide_env_values = true)]
    pub header_timeout: u64,
    /// Seconds after which a connection without a request is closed
    #[arg(long, value_name = "SECONDS", env = "OS_IDLE_TIMEOUT", default_value_t = 75, value_parser = seconds(), hide_env_values = true)]
    pub idle_timeout: u64,
    /// Maximum number of open connections; more wait [default: 4096, at most three quarters of the files that may be open]
    #[arg(long, value_name = "NUMBER", env = "OS_MAX_CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..=1_000_000), hide_env_values = true)]
    pub max_connections: Option<u32>,
}

/// Accepts an hour at most.
fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=3600)
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Level: error, warn, info, debug, trace or off; per module: info,os_http=debug
    #[arg(
        long = "log",
        value_name = "LEVEL",
        env = "OS_LOG",
        default_value = "info",
        hide_env_values = true
    )]
    pub level: String,
    /// Format of log lines
    #[arg(
        long = "log-format",
        value_enum,
        env = "OS_LOG_FORMAT",
        default_value = "text",
        hide_env_values = true
    )]
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}
