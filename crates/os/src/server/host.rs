//! The name of the host in a request: what is trusted about an origin depends on it.

use axum::extract::Request;
use axum::http::{Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use os_runtime::Code;

/// Refuses a request with several `Host` headers, or with none in HTTP/1.1 (RFC 9112, section
/// 3.2): a proxy before us may read another one than we do.
pub async fn one_host(request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let needs_one = request.version() == Version::HTTP_11;
    if hosts > 1 || (hosts == 0 && needs_one) {
        let message = format!("the request has {hosts} `Host` headers; send one");
        return Code::InvalidRequest.error(message).into_response();
    }
    next.run(request).await
}
