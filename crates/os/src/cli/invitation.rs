use super::Common;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum InvitationCommand {
    /// Invite an email address and print the link to send there
    ///
    /// The server sends no mail and shows the link only now. It is valid for 48 hours; the
    /// account of that address joins by it.
    #[command(visible_alias = "invite")]
    Create {
        /// Email of the person
        email: String,
        /// Role in the organization
        #[arg(long, value_enum, default_value_t = Role::Member)]
        role: Role,
        #[command(flatten)]
        organization: OrganizationArg,
        #[command(flatten)]
        common: Common,
    },
    /// List the invitations of an organization, newest first
    #[command(visible_alias = "ls")]
    List {
        /// Include those that are answered, canceled or expired
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        organization: OrganizationArg,
        #[command(flatten)]
        common: Common,
    },
    /// Revoke an invitation: its link stops working
    #[command(visible_alias = "cancel")]
    Revoke {
        /// Email or id
        invitation: String,
        #[command(flatten)]
        organization: OrganizationArg,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
pub struct OrganizationArg {
    /// Id of the organization [default: the active one of your session]
    #[arg(long, env = "OS_ORG_ID", hide_env_values = true)]
    pub org: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Role {
    Member,
    DelegatedAdmin,
    Admin,
    Owner,
}

impl Role {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::DelegatedAdmin => "delegated_admin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl InvitationCommand {
    /// Returns the options that every command has.
    pub fn common(&self) -> &Common {
        match self {
            Self::Create { common, .. }
            | Self::List { common, .. }
            | Self::Revoke { common, .. } => common,
        }
    }
}
