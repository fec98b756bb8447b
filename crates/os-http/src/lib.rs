//! What stands around a request in the control plane and in the runtime alike:
//! how a body is read, which credential it shows and from which site, how often
//! one may guess, how a password is kept, its id and its line in the log.
//!
//! A server names its error ([`Server`]), makes its codes with [`codes!`] and
//! its list of URLs of [`Endpoint`]s. Who somebody is, and what they may do, is
//! the server's to know.
//!
//! **Invariant:** nothing here knows a noun or a database. What is refused here is
//! a [`Refused`]; its code and its form are the server's.

mod code;
pub mod endpoint;
pub mod extract;
mod guess;
pub mod log;
mod origin;
mod password;
pub mod secret;
mod shown;

pub use endpoint::Endpoint;
pub use guess::Brake;
pub use origin::{Origins, own_origin};
pub use password::Passwords;
pub use shown::{SESSION_COOKIE, Shown};

use axum::http::HeaderMap;
/// For [`codes!`].
pub use axum::http::StatusCode;

/// A server whose handlers take what this crate reads.
pub trait Server: Send + Sync {
    /// What it refuses with.
    type Error: From<Refused> + axum::response::IntoResponse;
}

/// Why a request was refused before its server looked at what it is about.
/// The texts are for whoever sent it.
#[derive(Debug)]
pub enum Refused {
    /// It is not what the route takes.
    Invalid(String),
    /// A field that has to be there is not.
    MissingField(String),
    TooLarge(String),
    UnsupportedMediaType(String),
    /// A page of another site sent it.
    ForeignOrigin(String),
    /// There is another try after so many seconds.
    TooManyTries(u64),
    /// It is not the sender's fault; for the log only.
    Failed(anyhow::Error),
}

/// The text of a header, unless it is empty.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|it| !it.is_empty())
}
