use clap::Args;
use clap::builder::BoolishValueParser;
use std::net::IpAddr;
use std::path::PathBuf;

/// How to serve a control plane; `PORT` is the default one.
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
    pub log: LogArgs,
}

/// How to serve a control plane and a runtime on one port.
#[derive(Debug, Args)]
pub struct StartArgs {
    #[command(flatten)]
    pub control: ServerArgs<3000>,
    /// Where the runtime keeps records [default: runtime.db beside a file, schema os_runtime in PostgreSQL]
    #[arg(long, value_name = "URL", env = "OS_BUSINESS_DB_URL", hide_env_values = true)]
    pub runtime_database: Option<String>,
    /// The environment that the runtime runs [default: the first for development, when it is new]
    #[arg(long, value_name = "ID", env = "OS_ENVIRONMENT_ID", hide_env_values = true)]
    pub environment_id: Option<String>,
    #[command(flatten)]
    pub packages: PackagesArgs,
}

/// How to serve a runtime.
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
    pub log: LogArgs,
}

/// Where to listen, and under which name.
#[derive(Debug, Args)]
pub struct ListenArgs<const PORT: u16> {
    /// The port to listen on; 0 takes any free one
    #[arg(short, long, env = "OS_PORT", default_value_t = PORT, hide_env_values = true)]
    pub port: u16,
    /// The address to listen on; 0.0.0.0 for all
    #[arg(long, env = "OS_HOST", default_value = "127.0.0.1", hide_env_values = true)]
    pub host: IpAddr,
    /// Where people reach the server, when a proxy or another name is in front of it
    #[arg(long, value_name = "URL", env = "OS_BASE_URL", hide_env_values = true)]
    pub base_url: Option<String>,
}

/// Where everything is kept.
#[derive(Debug, Args)]
pub struct DatabaseArgs {
    /// The folder everything is kept in
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
    /// Let anybody make an account; the first one always can
    #[arg(long, env = "OS_OPEN_REGISTRATION", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub open_registration: bool,
    /// Other origins that may send our cookies, separated by commas: consoles of runtimes
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "OS_TRUSTED_ORIGINS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub trusted_origins: Vec<String>,
    /// Send cookies over TLS only; set it whenever people come by https
    #[arg(long, env = "OS_SECURE_COOKIES", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub secure_cookies: bool,
}

/// What only a control plane trusts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Security")]
pub struct ServiceArgs {
    /// The shared secret of CI and runtimes; without it there is no service mode
    #[arg(long, value_name = "SECRET", env = "OS_CLOUD_SERVICE_KEY", hide_env_values = true)]
    pub service_key: Option<String>,
    /// Believe X-Forwarded-For, -Proto and -Host; only behind a proxy that sets them
    #[arg(long, env = "OS_BEHIND_PROXY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub behind_proxy: bool,
}

/// Where a runtime gets packages from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cloud")]
pub struct CloudArgs {
    /// The control plane to get packages from [default: none, as `off` says]
    #[arg(long, value_name = "URL", env = "OS_CLOUD_URL", hide_env_values = true)]
    pub cloud_url: Option<String>,
    /// What to show the control plane: an API key, or its service key
    #[arg(long, value_name = "KEY", env = "OS_CLOUD_API_KEY", hide_env_values = true)]
    pub cloud_key: Option<String>,
    /// The environment of the control plane that the runtime is for: it runs what is installed there
    #[arg(long, value_name = "ID", env = "OS_ENVIRONMENT_ID", hide_env_values = true)]
    pub environment_id: Option<String>,
    /// What the runtime is called there [default: the name of this machine]
    #[arg(long, value_name = "NAME", env = "OS_RUNTIME_NAME", hide_env_values = true)]
    pub runtime_name: Option<String>,
    /// A static catalog that is asked before the control plane
    #[arg(
        long,
        value_name = "URL",
        env = "OS_MARKETPLACE_PUBLIC_BASE_URL",
        hide_env_values = true
    )]
    pub catalog_url: Option<String>,
    /// Whether pages of the catalog are kept: `off` asks each time
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

/// What a runtime is started with, besides what is installed in it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Artifact")]
pub struct ArtifactArgs {
    /// A compiled artifact to start with: a file, or an address, which may end in `#sha256=…` [default: OS_ARTIFACT_PATH, then dist/objectstack.json here or in the home folder]
    #[arg(long, value_name = "FILE|URL", env = "OS_ARTIFACT_URL", hide_env_values = true)]
    pub artifact: Option<String>,
    /// Start without an artifact, even where one is found
    #[arg(long, env = "OS_BOOT_EMPTY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub empty: bool,
}

/// How a runtime treats packages.
#[derive(Debug, Args)]
#[command(next_help_heading = "Packages")]
pub struct PackagesArgs {
    /// Which sample data is loaded: production, development or test [default: all of it]
    #[arg(long, value_name = "ENVIRONMENT", env = "NODE_ENV", hide_env_values = true)]
    pub seeds: Option<String>,
    /// Whether a namespace may belong to two packages: `warn` says that it may
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
    /// Address of the first account, made on an empty database
    #[arg(long, value_name = "EMAIL", env = "OS_ADMIN_EMAIL", hide_env_values = true)]
    pub admin_email: Option<String>,
    /// Its password; without one a random one is printed once
    #[arg(long, value_name = "PASSWORD", env = "OS_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// error, warn, info, debug, trace or off; also by module: info,os_http=debug
    #[arg(
        long = "log",
        value_name = "LEVEL",
        env = "OS_LOG",
        default_value = "info",
        hide_env_values = true
    )]
    pub level: String,
    /// Lines for people or for programs
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
