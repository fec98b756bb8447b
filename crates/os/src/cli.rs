//! Every command and option.
//!
//! The help is the reference: `docs/configuration.md` is generated from it.

mod invitation;
mod package;
mod project;
#[cfg(test)]
mod reference;
mod runtime;
mod server;
mod user;

pub use invitation::InvitationCommand;
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
    ArtifactArgs, CloudArgs, Collision, DatabaseArgs, FirstRunArgs, LimitArgs, ListenArgs, LogArgs,
    LogFormat, ServeArgs, ServerArgs, StartArgs, Switch,
};

pub use user::{Accounts, ResetPassword, UserCommand};

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
    /// An empty folder needs no flag and no file: the command creates the databases, the first
    /// account, an organization, and a production and a development environment, and prints
    /// how to sign in.
    Start(StartArgs),
    /// Serve a runtime: installed packages become tables and an API
    ///
    /// No control plane is needed. In an empty folder the command creates the database and the
    /// first account, and prints how to sign in.
    Serve(ServeArgs),
    /// Serve or sign in to a control plane
    #[command(subcommand)]
    Cloud(CloudCommand),
    /// Sign in to a runtime
    ///
    /// The session is stored in `~/.objectstack/credentials.json`, which only you can read.
    Login(RuntimeLogin),
    /// End the session with a runtime and delete the stored token
    Logout {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show which account you use in a runtime
    Whoami {
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Change your password in a runtime
    ///
    /// Your other sessions end. In a runtime of `os start` passwords belong to the control plane:
    /// use `os cloud change-password`.
    ChangePassword {
        #[command(flatten)]
        passwords: PasswordArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Manage the accounts of a server on its machine: reset passwords, lock, appoint
    ///
    /// These commands open the database of the server, which may run or not, so they need no
    /// sign-in: run them as the user that the server runs as.
    #[command(subcommand, visible_alias = "users")]
    User(UserCommand),
    /// Invite people to an organization
    #[command(subcommand, visible_alias = "invitation")]
    Invitations(InvitationCommand),
    /// Create an account in a runtime and sign in with it
    ///
    /// The first account owns the runtime. Others can register if the operator allows it.
    Register(Register),
    /// Read and write the records of a runtime
    #[command(subcommand)]
    Data(DataCommand),
    /// Show the metadata of installed packages
    #[command(subcommand)]
    Meta(MetaCommand),
    /// Publish packages and manage their installations
    #[command(subcommand, visible_alias = "packages")]
    Package(PackageCommand),
    /// Manage environments
    #[command(subcommand, visible_alias = "environment")]
    Environments(EnvironmentCommand),
    /// Show and restore the generations of an environment
    #[command(subcommand, visible_alias = "generation")]
    Generations(GenerationCommand),
    #[command(flatten)]
    Project(ProjectCommand),
    /// Check that this machine can run a server and reach one
    Doctor(Doctor),
    /// Print a completion script for your shell
    ///
    /// For bash, add `source <(os completions bash)` to `~/.bashrc`.
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
    /// Like `os start`, but without a runtime and on another default port.
    Serve(ServerArgs<4000>),
    /// Sign in to a control plane
    ///
    /// Without a password, the command shows a code to confirm in a browser. The session is stored
    /// in `~/.objectstack/cloud.json`, which only you can read.
    Login(Login),
    /// End the session and delete the stored token
    Logout {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Change your password in the control plane
    ///
    /// Your other sessions end; API keys stay as they are.
    ChangePassword {
        #[command(flatten)]
        passwords: PasswordArgs,
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show which account you use in the control plane
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

/// The way to sign in: with a password or in a browser.
#[derive(Debug, Args)]
pub struct HowToLogin {
    /// Sign in with this address and a password
    #[arg(short, long)]
    pub email: Option<String>,
    /// The password; `-` reads it from standard input. On a terminal it is asked for
    #[arg(short, long)]
    pub password: Option<String>,
    /// Print the address of the page instead of opening it
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in again even if already signed in
    #[arg(short, long)]
    pub force: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// A change of one's own password.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// The current password; `-` reads it from standard input. On a terminal it is asked for
    #[arg(long, value_name = "PASSWORD")]
    pub current_password: Option<String>,
    /// The new password; `-` reads it from standard input, after the current one
    #[arg(long, value_name = "PASSWORD")]
    pub new_password: Option<String>,
}

/// The control plane and the credential for it.
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
    /// Timeout of a request in milliseconds; 0 disables it
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
    /// Print JSON for programs, one value per line
    #[arg(long)]
    pub json: bool,
    /// The same choice, as the original CLI spells it
    #[arg(long, value_enum, value_name = "FORMAT", hide = true)]
    pub format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Table,
}

/// The environment a command applies to.
#[derive(Debug, Clone, Args)]
pub struct EnvironmentArg {
    /// Name or id of the environment [default: the one selected with `os environments switch`]
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
    /// List the environments you can see
    #[command(visible_alias = "ls")]
    List {
        /// Only those of this organization, by id
        #[arg(long)]
        org: Option<String>,
        /// Only those with this status
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
    /// Create an environment
    Create(CreateEnvironment),
    /// Select the environment for later commands
    Switch {
        /// Name or id
        environment: String,
        /// Store the selection on this machine only
        #[arg(long)]
        no_remote: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Set the compiled artifact that an environment runs
    ///
    /// Only the path is sent, so the server must share the disk.
    Bind {
        /// Name or id
        environment: String,
        /// The compiled artifact
        #[arg(long, value_name = "FILE", default_value = "dist/objectstack.json")]
        artifact: PathBuf,
        /// Load its seeds again
        #[arg(long)]
        reseed: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Delete an environment and its installations
    Delete {
        /// Name or id
        environment: String,
        /// Delete it even if it is the default one
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
    /// Display name
    #[arg(long)]
    pub name: String,
    /// Id of the organization that owns it [default: the active one of your session]
    #[arg(long, env = "OS_ORG_ID", hide_env_values = true)]
    pub org: Option<String>,
    /// Type: production, sandbox, development, test, staging, preview or trial
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Plan
    #[arg(long, default_value = "free")]
    pub plan: String,
    /// Database driver for its data
    #[arg(long)]
    pub driver: Option<String>,
    /// Compiled artifact to run; the server must share the disk
    #[arg(long, value_name = "FILE")]
    pub artifact: Option<PathBuf>,
    /// Id of an environment to copy
    #[arg(long, value_name = "ENVIRONMENT")]
    pub clone_from: Option<String>,
    /// Do not select it for later commands
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
    /// Show one generation
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
    /// Restore an earlier generation
    ///
    /// All packages move in one step, which creates a new generation; no data is lost.
    Rollback {
        /// The generation to restore
        number: u64,
        #[command(flatten)]
        confirm: Confirm,
        #[command(flatten)]
        environment: EnvironmentArg,
        #[command(flatten)]
        common: Common,
    },
}

/// The length of a list.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limit {
    /// Maximum number of rows
    #[arg(long, value_name = "ROWS", default_value_t = 100)]
    pub limit: usize,
}

/// The options of nearly every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub connection: Connection,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Confirm {
    /// Do not ask for confirmation
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
    /// Returns whether to print JSON.
    pub fn is_json(self) -> bool {
        self.json || self.format == Some(Format::Json)
    }
}
