//! Requests for a change name no parameter that is not read: where an endpoint takes no query, none is
//! accepted (docs/wire/README.md#unknown-members).

use crate::error::{Code, Error};
use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request with a query.
pub async fn refuse_query(request: Request, next: Next) -> Response {
    match first_parameter(request.uri()) {
        None => next.run(request).await,
        Some(name) => not_read(&name).into_response(),
    }
}

fn first_parameter(uri: &Uri) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(name, _)| name.into_owned())
}

fn not_read(name: &str) -> Error {
    let name: String = name.chars().take(80).collect();
    let message =
        format!("`{}` is not a parameter here; remove it: this takes none", name.escape_debug());
    Code::ValidationError.error(message)
}
