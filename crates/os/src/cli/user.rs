use super::{DatabaseArgs, OutputArgs};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List accounts, newest first
    #[command(visible_alias = "ls")]
    List {
        /// Only those whose name or email contains this
        search: Option<String>,
        #[command(flatten)]
        accounts: Accounts,
    },
    /// Show an account with its sessions, API keys and organizations
    Show(OneUser),
    /// Print a link by which a person chooses a new password
    ///
    /// The link works once and for 24 hours; creating another one ends it. Using it ends all
    /// sessions of the account. API keys stay as they are; the command names them.
    ResetPassword(ResetPassword),
    /// Lock an account: its password, sessions and API keys are refused
    #[command(visible_alias = "lock")]
    Ban(OneUser),
    /// Unlock an account
    #[command(visible_alias = "unlock")]
    Unban(OneUser),
    /// Make an account an administrator of the whole server
    MakeAdmin(OneUser),
    /// Take administration of the server from an account
    RemoveAdmin(OneUser),
    /// End all sessions of an account; API keys stay as they are
    EndSessions(OneUser),
}

/// The accounts of a server, in its database.
#[derive(Debug, Args)]
pub struct Accounts {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct OneUser {
    /// Email or id
    pub user: String,
    #[command(flatten)]
    pub accounts: Accounts,
}

#[derive(Debug, Args)]
pub struct ResetPassword {
    /// Email or id
    pub user: String,
    /// Set the password on the first line of standard input instead of printing a link
    #[arg(long)]
    pub password_stdin: bool,
    /// The address at which people reach the server
    #[arg(
        long,
        value_name = "URL",
        env = "OS_BASE_URL",
        default_value = "http://localhost:3000",
        hide_env_values = true
    )]
    pub base_url: String,
    #[command(flatten)]
    pub accounts: Accounts,
}

impl UserCommand {
    /// Returns the options that every command has.
    pub fn accounts(&self) -> &Accounts {
        match self {
            Self::List { accounts, .. } => accounts,
            Self::ResetPassword(it) => &it.accounts,
            Self::Show(it)
            | Self::Ban(it)
            | Self::Unban(it)
            | Self::MakeAdmin(it)
            | Self::RemoveAdmin(it)
            | Self::EndSessions(it) => &it.accounts,
        }
    }
}
