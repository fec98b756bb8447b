use clap::Args;
use clap::builder::BoolishValueParser;
use std::net::IpAddr;
use std::path::PathBuf;

/// How to serve; `PORT` is the default one.
#[derive(Debug, Args)]
pub struct ServerArgs<const PORT: u16> {
    /// The port to listen on; 0 takes any free one
    #[arg(short, long, env = "OS_PORT", default_value_t = PORT, hide_env_values = true)]
    pub port: u16,
    /// The address to listen on; 0.0.0.0 for all
    #[arg(long, env = "OS_HOST", default_value = "127.0.0.1", hide_env_values = true)]
    pub host: IpAddr,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Where people reach the server, when a proxy or another name is in front of it
    #[arg(long, value_name = "URL", env = "OS_BASE_URL", hide_env_values = true)]
    pub base_url: Option<String>,
    #[command(flatten)]
    pub security: SecurityArgs,
    #[command(flatten)]
    pub first_run: FirstRunArgs,
    #[command(flatten)]
    pub log: LogArgs,
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
    /// `postgres://…` or `sqlite://…` [default: control.db in the home folder]
    #[arg(short, long, value_name = "URL", env = "OS_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Security")]
pub struct SecurityArgs {
    /// The shared secret of CI and runtimes; without it there is no service mode
    #[arg(long, value_name = "SECRET", env = "OS_CLOUD_SERVICE_KEY", hide_env_values = true)]
    pub service_key: Option<String>,
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
    /// Believe X-Forwarded-For, -Proto and -Host; only behind a proxy that sets them
    #[arg(long, env = "OS_BEHIND_PROXY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub behind_proxy: bool,
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
    /// error, warn, info, debug, trace or off; also by module: info,os_control=debug
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
