//! What surrounds every request: its time limit, its line in the log, and the
//! form of its refusal.

use crate::error::render_error;
use crate::{Code, Error};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use os_http::RequestLog;

/// The middleware around every endpoint.
pub async fn observe(request: Request, next: Next) -> Response {
    let log = RequestLog::start(&request);
    let changes = "and may still change something; look before you try again";
    let response = log.run(request, next, changes).await;
    let mut response = render_error(log.path(), response);
    log.finish(&mut response);
    response
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
