//! What surrounds every request: its id, its time limit, its line in the log,
//! and the form of its refusal.

use crate::Code;
use crate::error::{self, Error};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::{Duration, Instant};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request may take; an install of the largest package stays below it.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The middleware around every endpoint.
pub async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Code::Timeout
            .error(format!(
                "the request took longer than {} s; a change may still be made: look before you try again",
                TIME_LIMIT.as_secs()
            ))
            .into_response(),
    };
    let mut response = error::face(uri.path(), response);
    log(&method, uri.path(), &id, started.elapsed(), &response);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The caller's id where it is a sensible one, else a new one.
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

/// One line a request: reads that succeed only when somebody debugs.
fn log(method: &Method, path: &str, request_id: &str, elapsed: Duration, response: &Response) {
    let ms = elapsed.as_secs_f64() * 1000.0;
    let error = response.extensions().get::<Error>();
    let code = error.map(|error| error.code().as_str());
    let status = response.status().as_u16();
    if status >= 500 && code != Some(Code::NotImplemented.as_str()) {
        let source = error.and_then(Error::source).unwrap_or_default();
        tracing::error!(%method, path, status, code, ms, request_id, source, "failed");
    } else if status >= 400 || !matches!(*method, Method::GET | Method::HEAD) {
        tracing::info!(%method, path, status, code, ms, request_id, "answered");
    } else {
        tracing::debug!(%method, path, status, ms, request_id, "answered");
    }
}

/// What a path without an endpoint is told.
pub async fn no_such_endpoint(request: Request) -> Error {
    let (method, path) = (request.method(), request.uri().path());
    Code::EndpointNotFound.error(format!("there is nothing at {method} {path}"))
}

/// What a known path is told when the method is wrong. The catalog is only read:
/// no other method leads anywhere there (contract §3.11).
pub async fn no_such_method(request: Request) -> Error {
    let (method, path) = (request.method(), request.uri().path());
    let catalog = path.strip_prefix("/api/v1/marketplace/");
    if catalog.is_some_and(|rest| !rest.starts_with("install-local")) {
        return no_such_endpoint(request).await;
    }
    Code::MethodNotAllowed.error(format!("{path} does not take {method}"))
}
