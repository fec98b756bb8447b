use axum::http::request::Parts;
use std::fmt;
use std::sync::Arc;

/// The id of a request in the log, in events and in the header `x-request-id` of the
/// response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    pub(crate) fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// Makes the id of a task that the server starts by itself.
    pub fn of_task(name: &'static str) -> Self {
        Self::new(name)
    }

    /// Returns the id that the middleware gave to a request.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_default()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
