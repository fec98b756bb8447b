//! Accounts, sessions, API keys, the device flow, organizations and the audit log, for
//! the control plane and for a runtime alike.
//!
//! A server holds an [`Identity`] and implements [`HasIdentity`]; it then mounts the
//! handlers of [`http`] and names [`SignedIn`] and its siblings in the handlers of its
//! own. Each server has its own database; the tables are those of [`ACCOUNTS`] and
//! [`ORGANIZATIONS`].
//!
//! **Invariant:** only this crate makes an [`Actor`] or a [`Principal`], and it knows
//! nothing of packages, environments and objects. What a principal may do with those
//! is decided by the servers.

pub mod account;
mod actor;
pub mod administration;
pub mod api_key;
pub mod audit;
mod authenticate;
mod authority;
mod client;
mod config;
pub mod device;
mod error;
mod extract;
pub mod first_run;
mod guess_limits;
pub mod http;
mod ids;
pub mod organization;
pub mod pagination;
pub mod password;
pub mod password_reset;
mod remote;
pub mod session;
mod state;
pub mod text;
pub mod user;
mod visible;

pub use actor::{
    Actor, Principal, RuntimePrincipal, Scope, Scopes, SystemPrincipal, UserPrincipal,
};
pub use authenticate::{authenticate, authenticate_token};
pub use authority::{AuthorityAnswer, RemoteSession, SessionAuthority};
pub use client::Client;
pub use config::{Config, PASSWORD_MEMORY_KIB};
pub use error::{Code, Error, Result};
pub use extract::{Administrator, MaybeSignedIn, Presented, SignedIn, SignedInUser};
pub use guess_limits::GuessLimits;
pub use ids::{
    ApiKeyId, DeviceCodeId, EventId, InvitationId, MemberId, OrganizationId, SessionId, UserId,
};
pub use state::{HasIdentity, Identity, RuntimeToken};
pub use visible::Visible;

use os_db::Migration;

/// The tables of accounts, sessions and the audit log.
pub const ACCOUNTS: Migration =
    Migration::shared("identity_0001_accounts", include_str!("../migrations/0001_accounts.sql"));

/// The tables of organizations, API keys and the device flow. A runtime has none.
pub const ORGANIZATIONS: Migration = Migration::shared(
    "identity_0002_organizations",
    include_str!("../migrations/0002_organizations.sql"),
);

/// The secrets of invitations.
pub const INVITATION_SECRETS: Migration = Migration::shared(
    "identity_0003_invitation_secret",
    include_str!("../migrations/0003_invitation_secret.sql"),
);

/// The links by which people choose a new password.
pub const PASSWORD_RESETS: Migration = Migration::shared(
    "identity_0004_password_reset",
    include_str!("../migrations/0004_password_reset.sql"),
);
