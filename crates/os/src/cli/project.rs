//! The commands of authors: from a project's files to an artifact.

use super::{ListenArgs, OutputArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Make a new project
    ///
    /// It compiles at once, and its types are complete in an editor, without installing anything.
    Init(Init),
    /// Run a project while you write it
    ///
    /// Compiles it, serves it in a runtime of its own with pages and an API, and installs each
    /// change within moments, without a restart. Pages reload by themselves; what is wrong is
    /// shown there and on the terminal, and the last good version goes on running.
    Dev(Box<Dev>),
    /// Compile a project to an artifact
    ///
    /// Nothing but this program is needed. The project's code runs in a sandbox without files,
    /// network, clock or chance: the same files always give the same artifact.
    #[command(visible_alias = "build")]
    Compile(Compile),
    /// Check a project without writing anything
    Validate(ProjectArgs),
    /// Check a project, and count warnings as errors
    Lint(ProjectArgs),
    /// Show what a project or an artifact consists of
    Info(ProjectArgs),
    /// Show what changed between two projects or artifacts
    Diff {
        /// The older one: a folder, a config or an artifact
        before: PathBuf,
        /// The newer one
        after: PathBuf,
        #[command(flatten)]
        output: OutputArgs,
    },
}

#[derive(Debug, Args)]
pub struct Init {
    /// Name of the project, and of its folder [default: this folder]
    pub name: Option<String>,
    /// What to begin with
    #[arg(short, long, value_enum, default_value = "app")]
    pub template: TemplateArg,
    /// Write the types for editors anew, and nothing else
    #[arg(long, conflicts_with = "template")]
    pub types: bool,
    /// Accepted for the original's scripts; nothing needs to be installed
    #[arg(long, hide = true, overrides_with = "install")]
    pub no_install: bool,
    /// The same
    #[arg(long, hide = true)]
    pub install: bool,
    /// The same
    #[arg(short, long, hide = true, value_name = "NAME")]
    pub package_manager: Option<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateArg {
    /// An app with one object
    App,
    /// A plugin with one object
    Plugin,
    /// A manifest alone
    Empty,
}

#[derive(Debug, Args)]
pub struct Compile {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The artifact to write [default: dist/objectstack.json of the project]
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub artifact: Option<PathBuf>,
    /// Compile again whenever a file changes
    #[arg(short, long)]
    pub watch: bool,
    /// Refuse handlers that need code from outside of themselves, which would be there by name only
    #[arg(long, alias = "no-runtime-bundle")]
    pub strict_body: bool,
    /// Write access-matrix.json as the permission sets are now, in place of comparing it
    #[arg(long, conflicts_with = "watch")]
    pub update_access_matrix: bool,
    /// Accepted for the original's scripts; there is no bundle of handlers
    #[arg(long, hide = true)]
    pub runtime_bundle: bool,
}

#[derive(Debug, Args)]
pub struct Dev {
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub listen: ListenArgs<3000>,
    /// The folder everything is kept in [default: .objectstack in the project]
    #[arg(long, value_name = "FOLDER", env = "OS_HOME", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…` [default: a file in the home folder]
    #[arg(short, long, value_name = "URL", env = "OS_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Which sample data is loaded: production, development or test
    #[arg(
        long,
        value_name = "ENVIRONMENT",
        env = "NODE_ENV",
        default_value = "development",
        hide_env_values = true
    )]
    pub seeds: String,
    /// Address of the first account, made on an empty database
    #[arg(
        long,
        value_name = "EMAIL",
        env = "OS_ADMIN_EMAIL",
        default_value = "admin@objectos.ai",
        hide_env_values = true
    )]
    pub admin_email: String,
    /// Its password [default: admin123; a random one, printed once, where other machines reach us]
    #[arg(long, value_name = "PASSWORD", env = "OS_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
    /// Other origins that may send our cookies, separated by commas: where your own pages are
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "OS_TRUSTED_ORIGINS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub trusted_origins: Vec<String>,
    /// error, warn, info, debug, trace or off; also by module: info,os_runtime=debug
    #[arg(
        long,
        value_name = "LEVEL",
        env = "OS_LOG",
        default_value = "warn",
        hide_env_values = true
    )]
    pub log: String,
}

/// Which project, and how it is read.
#[derive(Debug, Clone, Args)]
pub struct ProjectArgs {
    /// Folder or config file of the project
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Which `@objectstack/spec` the project is evaluated with
    #[arg(long, value_enum, default_value = "built-in")]
    pub spec: SpecArg,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpecArg {
    /// The one that is part of this program
    BuiltIn,
    /// The one in the project's `node_modules`
    Project,
}

impl ProjectCommand {
    /// How its answer is to be printed.
    pub fn output(&self) -> OutputArgs {
        match self {
            Self::Init(it) => it.output,
            Self::Dev(it) => it.project.output,
            Self::Compile(it) => it.project.output,
            Self::Validate(it) | Self::Lint(it) | Self::Info(it) => it.output,
            Self::Diff { output, .. } => *output,
        }
    }
}
