//! The commands for authors: from the files of a project to an artifact.

use super::{LimitArgs, ListenArgs, OutputArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project
    ///
    /// It compiles as it is, and editors know its types, without installing anything.
    Init(Init),
    /// Serve a project and apply changes as you save them
    ///
    /// Compiles the project, serves it in its own runtime with pages and an API, and installs each
    /// change without a restart. Pages reload automatically. Errors are shown on the pages and on
    /// the terminal while the last good version keeps running.
    Dev(Box<Dev>),
    /// Compile a project to an artifact
    ///
    /// Needs no other program. The project's code runs in a sandbox without files, network, clock
    /// or random numbers: the same files always produce the same artifact.
    #[command(visible_alias = "build")]
    Compile(Compile),
    /// Check a project without writing anything
    Validate(ProjectArgs),
    /// Check a project and treat warnings as errors
    Lint(ProjectArgs),
    /// Show the contents of a project or an artifact
    Info(ProjectArgs),
    /// Compare two projects or artifacts
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
    /// Template
    #[arg(short, long, value_enum, default_value = "app")]
    pub template: TemplateArg,
    /// Only rewrite the types for editors
    #[arg(long, conflicts_with = "template")]
    pub types: bool,
    /// Accepted for compatibility; nothing needs to be installed
    #[arg(long, hide = true, overrides_with = "install")]
    pub no_install: bool,
    /// Accepted for compatibility
    #[arg(long, hide = true)]
    pub install: bool,
    /// Accepted for compatibility
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
    /// Only a manifest
    Empty,
}

#[derive(Debug, Args)]
pub struct Compile {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Artifact file to write [default: dist/objectstack.json in the project]
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub artifact: Option<PathBuf>,
    /// Compile again when a file changes
    #[arg(short, long)]
    pub watch: bool,
    /// Refuse handlers that use code outside of themselves, which an artifact holds by name only
    #[arg(long, alias = "no-runtime-bundle")]
    pub strict_body: bool,
    /// Write access-matrix.json from the permission sets instead of comparing it
    #[arg(long, conflicts_with = "watch")]
    pub update_access_matrix: bool,
    /// Accepted for compatibility; handlers are not bundled
    #[arg(long, hide = true)]
    pub runtime_bundle: bool,
}

#[derive(Debug, Args)]
pub struct Dev {
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub listen: ListenArgs<3000>,
    /// Data folder [default: .objectstack in the project]
    #[arg(long, value_name = "FOLDER", env = "OS_HOME", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…` [default: a file in the home folder]
    #[arg(short, long, value_name = "URL", env = "OS_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Sample data to load: production, development or test
    #[arg(
        long,
        value_name = "ENVIRONMENT",
        env = "NODE_ENV",
        default_value = "development",
        hide_env_values = true
    )]
    pub seeds: String,
    /// Email of the first account, created in an empty database
    #[arg(
        long,
        value_name = "EMAIL",
        env = "OS_ADMIN_EMAIL",
        default_value = "admin@objectos.ai",
        hide_env_values = true
    )]
    pub admin_email: String,
    /// Its password [default: admin123, or a random one, printed once, if other machines can connect]
    #[arg(long, value_name = "PASSWORD", env = "OS_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
    /// Other origins that may send cookies, separated by commas: the addresses of your own pages
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "OS_TRUSTED_ORIGINS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub trusted_origins: Vec<String>,
    /// Level: error, warn, info, debug, trace or off; per module: info,os_runtime=debug
    #[arg(
        long,
        value_name = "LEVEL",
        env = "OS_LOG",
        default_value = "warn",
        hide_env_values = true
    )]
    pub log: String,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The project and how to read it.
#[derive(Debug, Clone, Args)]
pub struct ProjectArgs {
    /// Folder or config file of the project
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// The `@objectstack/spec` to evaluate the project with
    #[arg(long, value_enum, default_value = "built-in")]
    pub spec: SpecArg,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpecArg {
    /// The one built into this program
    BuiltIn,
    /// The one in the project's `node_modules`
    Project,
}

impl ProjectCommand {
    /// Returns the options for its output.
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
