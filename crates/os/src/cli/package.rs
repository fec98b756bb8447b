use super::{Common, Confirm, EnvironmentArg, Limit, RuntimeArgs, SampleData};
use clap::{Args, Subcommand, ValueEnum};
use std::fmt;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum PackageCommand {
    /// Publish a project or an artifact as a new version of its package
    Publish(Box<Publish>),
    /// Install a package in an environment, or a project or artifact in a runtime
    Install(Install),
    /// List the packages you can see, or those installed in an environment or runtime
    #[command(visible_alias = "ls")]
    List(ListPackages),
    /// Show a package
    Show(OnePackage),
    /// List the versions of a package, highest first
    Versions(Versions),
    /// Upgrade an installation to a newer version
    Upgrade(Upgrade),
    /// Roll an installation back to an earlier version
    Rollback(Rollback),
    /// Uninstall a package from an environment or runtime; its data is kept
    Uninstall(Uninstall),
    /// Enable an installed package
    Enable(Enable),
    /// Disable a package without uninstalling it
    Disable(Disable),
    /// Show the history of an installation
    History(History),
    /// Deprecate a version; existing installations keep running
    Deprecate(Deprecate),
    /// Reload the sample data of a package in a runtime
    Reseed(SampleData),
    /// Delete the sample data of a package in a runtime
    Purge(SampleData),
}

#[derive(Debug, Args)]
pub struct Publish {
    /// A project to compile, or an artifact [default: the project here, else dist/objectstack.json]
    #[arg(value_name = "PROJECT|ARTIFACT")]
    pub artifact: Option<PathBuf>,
    /// Manifest id, for example com.acme.crm [default: from objectstack.manifest.json or the artifact]
    #[arg(long, value_name = "ID", env = "OS_PACKAGE_MANIFEST_ID", hide_env_values = true)]
    pub manifest_id: Option<String>,
    /// Version number [default: from the artifact]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Release notes
    #[arg(short, long)]
    pub note: Option<String>,
    /// Mark it as a pre-release, whatever its version number
    #[arg(long)]
    pub pre_release: bool,
    /// Id of the owning organization; required with the service key
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
    /// Install the new version in --env
    #[arg(long)]
    pub install: bool,
    /// With --install, load the sample data
    #[arg(long)]
    pub seed_sample_data: bool,
    /// Show the request without sending it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub common: Common,
}

/// The listing of the package.
#[derive(Debug, Args)]
#[command(next_help_heading = "Listing")]
pub struct ListingArgs {
    /// Visibility of the package
    #[arg(long, value_enum, default_value_t = Visibility::Org)]
    pub visibility: Visibility,
    /// Display name
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// Description, one paragraph
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Marketplace category, for example crm or productivity
    #[arg(long)]
    pub category: Option<String>,
    /// License, as an SPDX identifier
    #[arg(long)]
    pub license: Option<String>,
    /// Homepage
    #[arg(long, value_name = "URL")]
    pub homepage_url: Option<String>,
    /// Readme, in Markdown
    #[arg(long, value_name = "TEXT", conflicts_with = "readme_file")]
    pub readme: Option<String>,
    /// Readme file
    #[arg(long, value_name = "FILE")]
    pub readme_file: Option<PathBuf>,
    /// Icon URL
    #[arg(long, value_name = "URL", conflicts_with = "icon_file")]
    pub icon_url: Option<String>,
    /// Icon file to upload: png, jpeg, webp or svg, at most 256 kB
    #[arg(long, value_name = "FILE")]
    pub icon_file: Option<PathBuf>,
    /// Submit the version for review, to list it in the marketplace
    #[arg(long)]
    pub submit: bool,
    /// Approve it at once; platform administrators only
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
    /// Package, for example com.acme.crm or com.acme.crm@1.2.0; for a runtime also an artifact or a project
    #[arg(value_name = "ID[@VERSION]|FILE|FOLDER")]
    pub package: String,
    /// Version [default: the latest one that the environment can run]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Allow drafts and pre-releases; not in production
    #[arg(long)]
    pub allow_draft: bool,
    /// Settings, as JSON or as a JSON file
    #[arg(long, value_name = "JSON|FILE")]
    pub settings: Option<String>,
    /// Install it disabled
    #[arg(long)]
    pub disabled: bool,
    /// Load its sample data; the default in a runtime
    #[arg(long)]
    pub sample_data: bool,
    /// Do not load its sample data
    #[arg(long, conflicts_with = "sample_data")]
    pub no_sample_data: bool,
    /// Allow `unique: global` constraints, which apply to all tenants of the runtime
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
    /// Only packages installed in this environment, by name or id
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// Only packages whose name or description contains this text
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
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Versions {
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub limit: Limit,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Upgrade {
    /// Package, for example com.acme.crm or com.acme.crm@1.2.0
    #[arg(value_name = "ID[@VERSION]")]
    pub package: String,
    /// Version [default: the latest one that the environment can run]
    #[arg(short, long)]
    pub version: Option<String>,
    /// Allow drafts and pre-releases; not in production
    #[arg(long)]
    pub allow_draft: bool,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Rollback {
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// Version to roll back to [default: the previous one]
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    #[command(flatten)]
    pub environment: EnvironmentArg,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Uninstall {
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// Ignore packages that depend on it
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
    /// Package, for example com.acme.crm
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
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    /// Ignore packages that depend on it
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
    /// Package, for example com.acme.crm
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
    /// Version, for example com.acme.crm@1.2.0
    #[arg(value_name = "ID@VERSION")]
    pub version: String,
    /// Reason, shown to its users
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub common: Common,
}
