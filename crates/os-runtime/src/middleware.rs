//! The middleware of every request: its time limit, its line in the log, and the form of its
//! error.

use crate::error::render_error;
use crate::{Code, Error};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use os_api::client::FORWARDED_HEADER;
use os_http::RequestLog;

/// Logs a request, limits its time, and gives an error the form of its path.
pub async fn log_request(request: Request, next: Next) -> Response {
    let log = RequestLog::start(&request);
    let changes = "and may still change something; look before you try again";
    let response = log.run(request, next, changes).await;
    let mut response = render_error(log.path(), response);
    log.finish(&mut response);
    response
}

/// Refuses a request that a runtime sent to its control plane and that arrived at a runtime: it
/// would be sent on and on (docs/wire/runtime-connection.md#loops).
pub async fn refuse_loop(request: Request, next: Next) -> Response {
    if request.headers().contains_key(FORWARDED_HEADER) {
        let refusal = "this is a runtime, and the request of a runtime belongs to a control plane; correct its `OS_CLOUD_URL`";
        return Code::RequestLoop.error(refusal).into_response();
    }
    next.run(request).await
}

/// Answers a path that has no endpoint.
pub async fn no_such_endpoint(request: Request) -> Error {
    let (method, path) = (request.method(), request.uri().path());
    Code::EndpointNotFound.error(format!("there is no endpoint {method} {path}"))
}

/// Answers a path that does not accept the method. The catalog is read-only: no other method
/// has an endpoint there (docs/wire/catalog.md#browse-proxy).
pub async fn no_such_method(request: Request) -> Error {
    let (method, path) = (request.method(), request.uri().path());
    let catalog = path.strip_prefix("/api/v1/marketplace/");
    if catalog.is_some_and(|rest| !rest.starts_with("install-local")) {
        return no_such_endpoint(request).await;
    }
    Code::MethodNotAllowed.error(format!("{path} does not accept {method}"))
}
