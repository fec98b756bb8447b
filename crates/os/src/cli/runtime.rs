use super::{Format, OutputArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Which runtime, and who we are to it.
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
    /// Address of the account
    #[arg(short, long)]
    pub email: Option<String>,
    /// Name of its person [default: the first part of the address]
    #[arg(short, long)]
    pub name: Option<String>,
    /// The password; `-` reads it from standard input. Asked for on a terminal
    #[arg(short, long)]
    pub password: Option<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// A runtime in place of an environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Runtime")]
pub struct RuntimeArgs {
    /// Do it in this runtime, without a control plane
    #[arg(short, long, value_name = "URL")]
    pub runtime: Option<String>,
    #[command(flatten)]
    pub account: RuntimeAccount,
}

/// An account of a runtime, for a session that ends with the command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Runtime")]
pub struct RuntimeAccount {
    /// Sign in to the runtime with this address [default: the session of `os login`]
    #[arg(long, env = "OS_RUNTIME_EMAIL", hide_env_values = true)]
    pub email: Option<String>,
    /// And with this password
    #[arg(long, env = "OS_RUNTIME_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

#[derive(Debug, Args)]
pub struct SampleData {
    /// The package, like com.acme.crm
    #[arg(value_name = "ID")]
    pub package: String,
    #[command(flatten)]
    pub account: RuntimeAccount,
    #[command(flatten)]
    pub connection: RuntimeConnection,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What commands about records and metadata take.
#[derive(Debug, Clone, Args)]
pub struct RuntimeCommon {
    /// Print JSON, one value a line, for programs
    #[arg(long)]
    pub json: bool,
    /// The same choice, spelled as in the original CLI
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
    /// Make a record
    Create {
        /// The object, like crm_account
        object: String,
        #[command(flatten)]
        fields: FieldsArgs,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Change fields of a record
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
    /// The object, like crm_account
    pub object: String,
    /// Only records like this, as a JSON object: '{"status":"open"}'
    #[arg(long, value_name = "JSON")]
    pub filter: Option<String>,
    /// Only these fields, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "FIELDS")]
    pub fields: Vec<String>,
    /// Sorted by this field; with `-` before it, the highest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Records to show at most
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    pub limit: u64,
    /// Records to leave out first
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub offset: u64,
    #[command(flatten)]
    pub common: RuntimeCommon,
}

#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The object, like crm_account
    pub object: String,
    /// Id of the record
    pub id: String,
}

#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// The fields, as a JSON object: '{"name":"Acme"}'
    #[arg(value_name = "JSON")]
    pub fields: Option<String>,
    /// A file of them; `-` reads standard input
    #[arg(short, long, value_name = "FILE", conflicts_with = "fields")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum MetaCommand {
    /// List the kinds of metadata, or all of one kind
    #[command(visible_alias = "ls")]
    List {
        /// The kind, like object or view
        #[arg(value_name = "TYPE")]
        kind: Option<String>,
        #[command(flatten)]
        common: RuntimeCommon,
    },
    /// Print one piece of metadata, as JSON
    Get {
        /// The kind, like object or view
        #[arg(value_name = "TYPE")]
        kind: String,
        /// Its name, like crm_account
        name: String,
        #[command(flatten)]
        common: RuntimeCommon,
    },
}

impl RuntimeCommon {
    /// How the answer is to be printed.
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
