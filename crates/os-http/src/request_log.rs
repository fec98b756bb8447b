//! The id, the time limit and the log line of a request.

use crate::error::{Code, Error};
use crate::extract::uri_without_nul;
use crate::request_id::RequestId;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::{Duration, Instant};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest a request may take; a publish or an install of the largest package
/// over a slow line stays below it.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// A request from its arrival to its response.
pub struct RequestLog {
    /// The id that the caller sent, if it is up to 64 of `A-Za-z0-9-_.`; otherwise a new one.
    pub id: RequestId,
    method: Method,
    uri: Uri,
    started: Instant,
}

impl RequestLog {
    /// Starts the clock of a request.
    pub fn start(request: &Request) -> Self {
        Self {
            id: request_id(request),
            method: request.method().clone(),
            uri: request.uri().clone(),
            started: Instant::now(),
        }
    }

    /// The path of the request.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Passes the request on, within [`REQUEST_TIMEOUT`]. `on_timeout` completes the
    /// message of a timeout with what became of the changes. An address that contains U+0000 is
    /// refused.
    pub async fn run(&self, mut request: Request, next: Next, on_timeout: &str) -> Response {
        request.extensions_mut().insert(self.id.clone());
        let handled = async {
            match uri_without_nul(request.uri()) {
                Ok(()) => next.run(request).await,
                Err(error) => error.into_response(),
            }
        };
        match tokio::time::timeout(REQUEST_TIMEOUT, handled).await {
            Ok(response) => response,
            Err(_) => {
                let seconds = REQUEST_TIMEOUT.as_secs();
                let message = format!("the request took longer than {seconds} s {on_timeout}");
                Code::Timeout.error(message).into_response()
            }
        }
    }

    /// Writes the line and gives the response its headers; returns how long it took.
    pub fn finish(self, response: &mut Response) -> Duration {
        let elapsed = self.started.elapsed();
        self.log(response, elapsed);
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::try_from(self.id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        elapsed
    }

    /// Logs one line for each request, for successful reads at the level `debug`. A 501 is
    /// no failure of the server.
    fn log(&self, response: &Response, elapsed: Duration) {
        let (method, path, request_id) = (&self.method, self.path(), self.id.as_str());
        let (status, error) = (response.status().as_u16(), Error::of(response));
        let ms = elapsed.as_secs_f64() * 1000.0;
        let code = error.map(|error| error.code().as_str());
        if status >= 500 && status != 501 {
            let source = error.and_then(Error::cause).unwrap_or_default();
            tracing::error!(%method, path, status, code, ms, request_id, source, "failed");
        } else if status >= 400 || !matches!(*method, Method::GET | Method::HEAD) {
            tracing::info!(%method, path, status, code, ms, request_id, "answered");
        } else {
            tracing::debug!(%method, path, status, ms, request_id, "answered");
        }
    }
}

fn request_id(request: &Request) -> RequestId {
    let sensible = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(sensible)
        .map_or_else(|| RequestId::new(&uuid::Uuid::now_v7().simple().to_string()), RequestId::new)
}
