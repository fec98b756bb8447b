//! A server whose sessions this one accepts.

use os_api::session::CurrentSession;
use std::pin::Pin;

/// Another server whose sessions this one accepts. It responds in types of the wire; the
/// implementation chooses the transport.
pub trait SessionAuthority: Send + Sync {
    /// Looks up the session of a token; `None` if it is not valid.
    fn session(&self, token: String) -> AuthorityAnswer;
}

/// The response of a [`SessionAuthority`], as a future.
pub type AuthorityAnswer =
    Pin<Box<dyn Future<Output = anyhow::Result<Option<CurrentSession>>> + Send>>;
