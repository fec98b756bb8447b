//! A request on its way through a server: its id, its time limit, its line in
//! the log.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::response::Response;
use std::time::{Duration, Instant};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request may take; a publish or an install of the largest package
/// over a slow line stays below it.
pub const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A request that is being answered.
pub struct Passage {
    /// The caller's id where it is a sensible one, else a new one.
    pub id: String,
    method: Method,
    uri: Uri,
    started: Instant,
}

/// What the log says of a refusal beside its status.
pub struct Reason {
    pub code: &'static str,
    /// What went wrong inside.
    pub source: Option<String>,
}

impl Passage {
    pub fn of(request: &Request) -> Self {
        Self {
            id: request_id(request),
            method: request.method().clone(),
            uri: request.uri().clone(),
            started: Instant::now(),
        }
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Writes the line and gives the answer its headers; how long it took.
    pub fn end(self, response: &mut Response, reason: Option<Reason>) -> Duration {
        let elapsed = self.started.elapsed();
        self.log(response.status().as_u16(), elapsed, reason);
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::try_from(self.id) {
            headers.insert(REQUEST_ID, id);
        }
        elapsed
    }

    /// One line a request: reads that succeed only when somebody debugs. What we
    /// never do (501) is no failure.
    fn log(&self, status: u16, elapsed: Duration, reason: Option<Reason>) {
        let (method, path, request_id) = (&self.method, self.path(), &self.id);
        let ms = elapsed.as_secs_f64() * 1000.0;
        let code = reason.as_ref().map(|reason| reason.code);
        if status >= 500 && status != 501 {
            let source = reason.and_then(|reason| reason.source).unwrap_or_default();
            tracing::error!(%method, path, status, code, ms, request_id, source, "failed");
        } else if status >= 400 || !matches!(*method, Method::GET | Method::HEAD) {
            tracing::info!(%method, path, status, code, ms, request_id, "answered");
        } else {
            tracing::debug!(%method, path, status, ms, request_id, "answered");
        }
    }
}

fn request_id(request: &Request) -> String {
    let sensible = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(sensible)
        .map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned)
}
