use super::{Format, OutputArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The runtime and the credential for it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct RuntimeConnection {
    /// The runtime [default: $OS_CLOUD_URL, where `os login` signed in, else http://localhost:3000]
    #[arg(
        short,
        long,
        visible_short_alias = 'r',
        visible_alias = "runtime",
        env = "OS_RUNTIME_URL",
        hide_env_values = true
    )]
    pub url: Option<String>,
    /// A session token [default: the session of `os login`]
    #[arg(short, long, env = "OS_TOKEN", hide_env_values = true)]
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

#[derive(Debug, Args)]
pub struct RuntimeLogin {
    /// The runtime [default: http://localhost:3000]
    #[arg(short, long, env = "OS_RUNTIME_URL", hide_env_values = true)]
    pub url: Option<String>,
    #[command(flatten)]
    pub how: super::HowToLogin,
}

#[derive(Debug, Args)]
pub struct Register {
    /// The runtime [default: $OS_CLOUD_URL, else http://localhost:3000]
    #[arg(short, long, env = "OS_RUNTIME_URL", hide_env_values = true)]
    pub url: Option<String>,
    /// Email of the account
    #[arg(short, long)]
    pub email: Option<String>,
    /// Display name [default: the first part of the email]
    #[arg(short, long)]
    pub name: Option<String>,
    /// The password; `-` reads it from standard input. On a terminal it is asked for
    #[arg(short, long)]
    pub password: Option<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// A runtime instead of an environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Runtime")]
pub struct RuntimeArgs {
    /// Use this runtime, without a control plane
    #[arg(short, long, value_name = "URL")]
    pub runtime: Option<String>,
    #[command(flatten)]
    pub account: RuntimeAccount,
}

/// An account of a runtime, signed in only for this command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Runtime")]
pub struct RuntimeAccount {
    /// Sign in to the runtime with this email [default: the session of `os login`]
    #[arg(long, env = "OS_RUNTIME_EMAIL", hide_env_values = true)]
    pub email: Option<String>,
    /// Password for --email
    #[arg(long, env = "OS_RUNTIME_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

#[derive(Debug, Args)]
pub struct SampleData {
    /// Package, for example com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub account: RuntimeAccount,
    #[command(flatten)]
    pub connection: RuntimeConnection,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The options of commands about records and metadata.
#[derive(Debug, Clone, Args)]
pub struct RuntimeCommon {
    /// Print JSON for programs, one value per line
    #[arg(long)]
    pub json: bool,
    /// The same choice, as the original CLI spells it
    #[arg(short, long, value_enum, value_name = "FORMAT", hide = true)]
    pub format: Option<Format>,
    #[command(flatten)]
    pub connection: RuntimeConnection,
}

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// List the records of an object
    #[command(visible_alias = "list")]
    Query(Query),
    /// Show a record
    Get {
        #[command(flatten)]
        record: RecordArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Create a record
    Create {
        /// Object, for example crm_account
        object: String,
        #[command(flatten)]
        fields: FieldsArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Update fields of a record
    Update {
        #[command(flatten)]
        record: RecordArgs,
        #[command(flatten)]
        fields: FieldsArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Delete a record
    Delete {
        #[command(flatten)]
        record: RecordArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
}

#[derive(Debug, Args)]
pub struct Query {
    /// Object, for example crm_account
    pub object: String,
    /// Filter, as a JSON object: '{"status":"open"}'
    #[arg(long, value_name = "JSON")]
    pub filter: Option<String>,
    /// Fields to show, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "FIELDS")]
    pub fields: Vec<String>,
    /// Field to sort by; a leading `-` sorts in descending order
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Maximum number of records
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    pub limit: u64,
    /// Number of records to skip
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub offset: u64,
    #[command(flatten)]
    pub common: RuntimeCommon,
}

#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Object, for example crm_account
    pub object: String,
    /// Id of the record
    pub id: String,
}

#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Fields, as a JSON object: '{"name":"Acme"}'
    #[arg(value_name = "JSON")]
    pub fields: Option<String>,
    /// JSON file with the fields; `-` reads standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "fields")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum MetaCommand {
    /// List the kinds of metadata, or the items of one kind
    #[command(visible_alias = "ls")]
    List {
        /// Kind, for example object or view
        #[arg(value_name = "TYPE")]
        kind: Option<String>,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Print one metadata item as JSON
    Get {
        /// Kind, for example object or view
        #[arg(value_name = "TYPE")]
        kind: String,
        /// Name, for example crm_account
        name: String,
        #[command(flatten)]
        common: RuntimeCommon,
    },
}

impl RuntimeCommon {
    /// Returns the options for the output.
    pub fn output(&self) -> OutputArgs {
        OutputArgs { json: self.json, format: self.format }
    }
}

impl DataCommand {
    pub fn common(&self) -> &RuntimeCommon {
        match self {
            Self::Query(it) => &it.common,
            Self::Get { common, .. }
            | Self::Create { common, .. }
            | Self::Update { common, .. }
            | Self::Delete { common, .. } => common,
        }
    }
}

impl MetaCommand {
    pub fn common(&self) -> &RuntimeCommon {
        match self {
            Self::List { common, .. } | Self::Get { common, .. } => common,
        }
    }
}
