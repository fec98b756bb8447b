//! What surrounds every request: its time limit, its line in the log, and the
//! form of its refusal.

use crate::Code;
use crate::error::{self, Error};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use os_http::log::{Passage, TIME_LIMIT};

/// The middleware around every endpoint.
pub async fn observe(request: Request, next: Next) -> Response {
    let passage = Passage::of(&request);
    let response = match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Code::Timeout
            .error(format!(
                "the request took longer than {} s; a change may still be made: look before you try again",
                TIME_LIMIT.as_secs()
            ))
            .into_response(),
    };
    let mut response = error::face(passage.path(), response);
    let reason = response.extensions().get().map(Error::reason);
    passage.end(&mut response, reason);
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
