//! A server whose sessions this one accepts.

use os_api::session::CurrentSession;
use std::pin::Pin;

/// Another server whose sessions this one accepts. It responds in types of the wire; the
/// implementation chooses the transport.
pub trait SessionAuthority: Send + Sync {
    /// Looks up the session of a token; `None` if it is not valid.
    fn session(&self, token: String) -> AuthorityAnswer;
}

/// A session of another server, and the right to enter this one.
#[derive(Debug, Clone)]
pub struct RemoteSession {
    pub current: CurrentSession,
    /// False for a user of the other server who has no business on this one.
    pub is_admitted: bool,
}

/// The response of a [`SessionAuthority`], as a future.
pub type AuthorityAnswer =
    Pin<Box<dyn Future<Output = anyhow::Result<Option<RemoteSession>>> + Send>>;
