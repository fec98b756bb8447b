//! Every command and option, and nothing else.
//!
//! The help is the reference: `docs/configuration.md` is made from it.

mod package;
mod project;
#[cfg(test)]
mod reference;
mod runtime;
mod server;

pub use package::{
    Deprecate, Disable, Enable, History, Install, ListPackages, OnePackage, PackageCommand,
    Publish, Rollback, Uninstall, Upgrade, Versions, Visibility,
};
pub use project::{Compile, Dev, Init, ProjectArgs, ProjectCommand, SpecArg, TemplateArg};
pub use runtime::{
    DataCommand, FieldsArgs, MetaCommand, Query, Register, RuntimeAccount, RuntimeArgs,
    RuntimeCommon, RuntimeConnection, RuntimeLogin, SampleData,
};
pub use server::{
    ArtifactArgs, CloudArgs, Collision, DatabaseArgs, FirstRunArgs, ListenArgs, LogArgs, LogFormat,
    ServeArgs, ServerArgs, StartArgs, Switch,
};

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Publish, install, upgrade and roll back ObjectStack packages
#[derive(Debug, Parser)]
#[command(name = "os", version, styles = STYLES, max_term_width = 100, propagate_version = false)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the control plane, its Console and a runtime, with everything in one folder
    ///
    /// On an empty folder this needs no flag and no file: it makes the databases, the first
    /// account, an organization, and a production and a development environment, and says
    /// how to sign in.
    Start(StartArgs),
    /// Serve a runtime: installed packages become tables and an API
    ///
    /// It needs no control plane. On an empty folder it makes the database and the first
    /// account, and says how to sign in.
    Serve(ServeArgs),
    /// Serve or sign in to a control plane
    #[command(subcommand)]
    Cloud(CloudCommand),
    /// Sign in to a runtime
    ///
    /// The session is kept in `~/.objectstack/credentials.json`, readable by you alone.
    Login(RuntimeLogin),
    /// End the session of a runtime and forget it
    Logout {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show who you are to a runtime
    Whoami {
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Make an account in a runtime, and sign in with it
    ///
    /// The first account owns the runtime; others may be made where its operator allows it.
    Register(Register),
    /// Read and write the records of a runtime
    #[command(subcommand)]
    Data(DataCommand),
    /// Look at what installed packages are made of
    #[command(subcommand)]
    Meta(MetaCommand),
    /// Publish packages, and move them through environments
    #[command(subcommand, visible_alias = "packages")]
    Package(PackageCommand),
    /// The places packages are installed in
    #[command(subcommand, visible_alias = "environment")]
    Environments(EnvironmentCommand),
    /// Everything an environment ran, moment by moment
    #[command(subcommand, visible_alias = "generation")]
    Generations(GenerationCommand),
    #[command(flatten)]
    Project(ProjectCommand),
    /// Check that this machine can serve, and reach a server
    Doctor(Doctor),
    /// Print a script that completes commands in your shell
    ///
    /// For bash: `source <(os completions bash)`, best in `~/.bashrc`.
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub enum CloudCommand {
    /// Serve the control plane and its Console
    ///
    /// Like `os start`, on the port of a control plane that stands alone.
    Serve(ServerArgs<4000>),
    /// Sign in to a control plane
    ///
    /// Without a password this shows a code to confirm in a browser. The session is kept in
    /// `~/.objectstack/cloud.json`, readable by you alone.
    Login(Login),
    /// End the session and forget it
    Logout {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show who you are to the control plane
    Whoami {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        output: OutputArgs,
    },
}

#[derive(Debug, Args)]
pub struct Login {
    /// The control plane [default: http://localhost:3000]
    #[arg(
        short,
        long,
        visible_short_alias = 's',
        visible_alias = "server",
        env = "OS_CLOUD_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    #[command(flatten)]
    pub how: HowToLogin,
}

/// With a password, or in a browser.
#[derive(Debug, Args)]
pub struct HowToLogin {
    /// Sign in with this address and a password
    #[arg(short, long)]
    pub email: Option<String>,
    /// The password; `-` reads it from standard input. Asked for on a terminal
    #[arg(short, long)]
    pub password: Option<String>,
    /// Only show the page to open, do not open it
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in even if already signed in
    #[arg(short, long)]
    pub force: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which control plane, and who we are to it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// The control plane [default: where you signed in, else http://localhost:3000]
    #[arg(
        short,
        long,
        visible_short_alias = 'u',
        visible_alias = "url",
        env = "OS_CLOUD_URL",
        hide_env_values = true
    )]
    pub server: Option<String>,
    /// A session token or API key [default: $OS_TOKEN, else the session of `os cloud login`]
    #[arg(short, long, env = "OS_CLOUD_API_KEY", hide_env_values = true)]
    pub token: Option<String>,
    /// Milliseconds a request may take; 0 waits for ever
    #[arg(
        long,
        value_name = "MS",
        env = "OS_CLOUD_TIMEOUT_MS",
        default_value_t = 120_000,
        hide_env_values = true
    )]
    pub timeout: u64,
}

#[derive(Debug, Clone, Copy, Default, Args)]
pub struct OutputArgs {
    /// Print JSON, one value a line, for programs
    #[arg(long)]
    pub json: bool,
    /// The same choice, spelled as in the original CLI
    #[arg(long, value_enum, value_name = "FORMAT", hide = true)]
    pub format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Table,
}

/// The environment a command is about.
#[derive(Debug, Clone, Args)]
pub struct EnvironmentArg {
    /// Name or id of the environment [default: the one chosen by `os environments switch`]
    #[arg(
        long = "env",
        value_name = "ENVIRONMENT",
        env = "OS_ENVIRONMENT_ID",
        hide_env_values = true
    )]
    pub environment: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum EnvironmentCommand {
    /// List the environments you may see
    #[command(visible_alias = "ls")]
    List {
        /// Only those of this organization (its id)
        #[arg(long)]
        org: Option<String>,
        /// Only those in this status
        #[arg(long)]
        status: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Show one environment
    Show {
        /// Name or id
        environment: String,
        #[command(flatten)]
        common: Common,
    },
    /// Make an environment
    Create(CreateEnvironment),
    /// Choose the environment that later commands are about
    Switch {
        /// Name or id
        environment: String,
        /// Only remember it here, without telling the server
        #[arg(long)]
        no_remote: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Tell an environment which compiled artifact it runs
    ///
    /// What is sent is the file's path, so the server must share the disk.
    Bind {
        /// Name or id
        environment: String,
        /// The compiled artifact
        #[arg(long, value_name = "FILE", default_value = "dist/objectstack.json")]
        artifact: PathBuf,
        /// Load its initial records again
        #[arg(long)]
        reseed: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Delete an environment and what is installed in it
    Delete {
        /// Name or id
        environment: String,
        /// Even if it is the default one
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        confirm: Confirm,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
pub struct CreateEnvironment {
    /// Name for people
    #[arg(long)]
    pub name: String,
    /// Id of the organization it belongs to [default: the active one of your session]
    #[arg(long, env = "OS_ORG_ID", hide_env_values = true)]
    pub org: Option<String>,
    /// What it is for: production, sandbox, development, test, staging, preview or trial
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Plan it is on
    #[arg(long, default_value = "free")]
    pub plan: String,
    /// Database driver of its data
    #[arg(long)]
    pub driver: Option<String>,
    /// Compiled artifact it runs; the server must share the disk
    #[arg(long, value_name = "FILE")]
    pub artifact: Option<PathBuf>,
    /// Environment to copy, by id
    #[arg(long, value_name = "ENVIRONMENT")]
    pub clone_from: Option<String>,
    /// Leave the active environment as it is
    #[arg(long)]
    pub no_activate: bool,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Subcommand)]
pub enum GenerationCommand {
    /// List the generations of an environment, newest first
    #[command(visible_alias = "ls")]
    List {
        #[command(flatten)]
        limit: Limit,
        #[command(flatten)]
        environment: EnvironmentArg,
        #[command(flatten)]
        common: Common,
    },
    /// Show what ran in one generation
    Show {
        /// Its number
        number: u64,
        #[command(flatten)]
        environment: EnvironmentArg,
        #[command(flatten)]
        common: Common,
    },
    /// Show what changed between two generations
    Diff {
        /// The number of the older one
        from: u64,
        /// The number of the newer one
        to: u64,
        #[command(flatten)]
        environment: EnvironmentArg,
        #[command(flatten)]
        common: Common,
    },
    /// Make everything of an older generation current again
    ///
    /// All its packages move in one step, as a new generation; nothing is lost.
    Rollback {
        /// The generation to go back to
        number: u64,
        #[command(flatten)]
        confirm: Confirm,
        #[command(flatten)]
        environment: EnvironmentArg,
        #[command(flatten)]
        common: Common,
    },
}

/// How much of a list to show.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limit {
    /// Rows to show at most
    #[arg(long, value_name = "ROWS", default_value_t = 100)]
    pub limit: usize,
}

/// What nearly every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub connection: Connection,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Confirm {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub common: Common,
}

impl OutputArgs {
    /// Whether programs read the answer.
    pub fn is_json(self) -> bool {
        self.json || self.format == Some(Format::Json)
    }
}
