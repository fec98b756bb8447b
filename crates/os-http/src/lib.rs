//! The part of a request that both servers share: reading its body, finding the credential
//! it presents and the site it comes from, limiting guesses, hashing passwords, its id, its
//! line in the log, and its errors.
//!
//! A server lists its error codes with [`codes!`] and its URLs as [`Endpoint`]s.
//! Identity and rights of a caller are decided elsewhere.
//!
//! **Invariant:** nothing here knows a noun or runs a statement. Only the errors of the
//! database are known, because their conversion into [`Error`] can live nowhere else.

mod background;
mod body_memory;
mod code;
mod credential;
pub mod endpoint;
mod error;
pub mod extract;
pub mod lenient;
pub mod openapi;
mod origin;
mod password;
mod rate_limit;
mod request_id;
mod request_log;
pub mod secret;
mod unknown;
mod unread;

pub use background::in_background;
pub use body_memory::JsonValues;
pub use code::ErrorCode;
pub use credential::{API_KEY_PREFIX, PresentedCredential, SESSION_COOKIE};
pub use endpoint::Endpoint;
pub use error::{Code, Error, Form, Result};
pub use lenient::Lenient;
pub use origin::{Origins, own_origin};
pub use password::{PASSWORD_CHARS, Passwords};
pub use rate_limit::RateLimiter;
pub use request_id::RequestId;
pub use request_log::{REQUEST_TIMEOUT, RequestLog};

use axum::http::HeaderMap;
/// For [`codes!`].
pub use axum::http::StatusCode;

/// Returns the text of a header, trimmed; `None` if it is empty.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|it| !it.is_empty())
}
