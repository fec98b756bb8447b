use super::{Common, Confirm, EnvironmentArg, Limit, RuntimeArgs, SampleData};
use clap::{Args, Subcommand, ValueEnum};
use std::fmt;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum PackageCommand {
    /// Publish a project, or an artifact, as a new version of its package
    Publish(Box<Publish>),
    /// Install a package into an environment, or a project or artifact into a runtime
    Install(Install),
    /// List the packages you may see, or those of an environment or runtime
    #[command(visible_alias = "ls")]
    List(ListPackages),
    /// Show a package
    Show(OnePackage),
    /// List the versions of a package, highest first
    Versions(Versions),
    /// Move an installation to a newer version
    Upgrade(Upgrade),
    /// Move an installation back to an older version
    Rollback(Rollback),
    /// Remove a package from an environment or runtime; its data is kept
    Uninstall(Uninstall),
    /// Load an installed package again
    Enable(Enable),
    /// Keep a package installed, but do not load it
    Disable(Disable),
    /// Show every move of an installation
    History(History),
    /// Advise against a version; it keeps running where it is installed
    Deprecate(Deprecate),
    /// Load the sample data of a package in a runtime again
    Reseed(SampleData),
    /// Delete the sample data of a package in a runtime
    Purge(SampleData),
}

#[derive(Debug, Args)]
pub struct Publish {
    /// A project, which is compiled, or an artifact [default: the project here, else dist/objectstack.json]
    #[arg(value_name = "PROJECT|ARTIFACT")]
    pub artifact: Option<PathBuf>,
    /// What it is called, like com.acme.crm [default: as objectstack.manifest.json or the artifact says]
    #[arg(long, value_name = "ID", env = "OS_PACKAGE_MANIFEST_ID", hide_env_values = true)]
    pub manifest_id: Option<String>,
    /// Its version number [default: as the artifact says]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Notes for this version
    #[arg(short, long)]
    pub note: Option<String>,
    /// Not for production, whatever the version number says
    #[arg(long)]
    pub pre_release: bool,
    /// Id of the organization that owns it; needed with the service key
    #[arg(long, env = "OS_ORG_ID", hide_env_values = true)]
    pub org: Option<String>,
    #[command(flatten)]
    pub listing: ListingArgs,
    /// Environment for --install, by name or id
    #[arg(
        long = "env",
        value_name = "ENVIRONMENT",
        env = "OS_ENVIRONMENT_ID",
        hide_env_values = true
    )]
    pub environment: Option<String>,
    /// Install the new version into --env
    #[arg(long)]
    pub install: bool,
    /// With --install, load its sample data
    #[arg(long)]
    pub seed_sample_data: bool,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub common: Common,
}

/// How the package appears to others.
#[derive(Debug, Args)]
#[command(next_help_heading = "Listing")]
pub struct ListingArgs {
    /// Who may see it
    #[arg(long, value_enum, default_value_t = Visibility::Org)]
    pub visibility: Visibility,
    /// Name for people
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// What it is, in a paragraph
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Where a marketplace shows it, like crm or productivity
    #[arg(long)]
    pub category: Option<String>,
    /// License, as an SPDX identifier
    #[arg(long)]
    pub license: Option<String>,
    /// Where people read more
    #[arg(long, value_name = "URL")]
    pub homepage_url: Option<String>,
    /// Readme text, in Markdown
    #[arg(long, value_name = "TEXT", conflicts_with = "readme_file")]
    pub readme: Option<String>,
    /// Readme file
    #[arg(long, value_name = "FILE")]
    pub readme_file: Option<PathBuf>,
    /// Where its icon is
    #[arg(long, value_name = "URL", conflicts_with = "icon_file")]
    pub icon_url: Option<String>,
    /// Icon to upload: png, jpeg, webp or svg, at most 256 kB
    #[arg(long, value_name = "FILE")]
    pub icon_file: Option<PathBuf>,
    /// Ask for its review, for the marketplace
    #[arg(long)]
    pub submit: bool,
    /// Approve it at once; for administrators of the platform
    #[arg(long)]
    pub auto_approve: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Visibility {
    Private,
    Org,
    Marketplace,
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Private => "private",
            Self::Org => "org",
            Self::Marketplace => "marketplace",
        })
    }
}

#[derive(Debug, Args)]
pub struct Install {
    /// The package, like com.acme.crm or com.acme.crm@1.2.0; for a runtime also an artifact, or a project
    #[arg(value_name = "ID[@VERSION]|FILE|FOLDER")]
    pub package: String,
    /// The version [default: the latest one that the environment may run]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Allow drafts and pre-releases, outside production
    #[arg(long)]
    pub allow_draft: bool,
    /// Settings, as JSON or as a file of it
    #[arg(long, value_name = "JSON|FILE")]
    pub settings: Option<String>,
    /// Install it without loading it
    #[arg(long)]
    pub disabled: bool,
    /// Load its sample data; a runtime does so anyway
    #[arg(long)]
    pub sample_data: bool,
    /// Do not load its sample data
    #[arg(long, conflicts_with = "sample_data")]
    pub no_sample_data: bool,
    /// Its constraints that are `unique: global` are meant for all tenants of the runtime
    #[arg(long)]
    pub confirm_global_uniques: bool,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct ListPackages {
    /// What is installed in this environment, by name or id
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// Only packages whose name or description has this text
    #[arg(long, value_name = "TEXT", conflicts_with = "environment")]
    pub search: Option<String>,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct OnePackage {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Versions {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Upgrade {
    /// The package, like com.acme.crm or com.acme.crm@1.2.0
    #[arg(value_name = "ID[@VERSION]")]
    pub package: String,
    /// The version [default: the latest one that the environment may run]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Allow drafts and pre-releases, outside production
    #[arg(long)]
    pub allow_draft: bool,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Rollback {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// The version to go back to [default: the one that ran before]
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Uninstall {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// Even if other packages depend on it
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub confirm: Confirm,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Enable {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Disable {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// Even if other packages depend on it
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub runtime: RuntimeArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct History {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Deprecate {
    /// The version, like com.acme.crm@1.2.0
    #[arg(value_name = "ID@VERSION")]
    pub version: String,
    /// Why, for those who run it
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub common: Common,
}
