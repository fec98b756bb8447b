//! Who knows sessions besides this server.

use os_api::session::CurrentSession;
use std::pin::Pin;

/// Another server whose sessions this one accepts. It is asked in the types of the wire;
/// the implementation decides how it is reached.
pub trait SessionAuthority: Send + Sync {
    /// Looks up whom a token stands for; `None` when it stands for nobody.
    fn session(&self, token: String) -> AuthorityAnswer;
}

/// The future answer of a [`SessionAuthority`].
pub type AuthorityAnswer =
    Pin<Box<dyn Future<Output = anyhow::Result<Option<CurrentSession>>> + Send>>;
