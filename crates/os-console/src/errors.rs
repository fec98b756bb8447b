//! Refusals as pages: one middleware around either server.
//!
//! The server leaves its error in the response. What programs asked for stays
//! JSON; people get a page, or the form to sign in.

use crate::flash;
use crate::frame::Frame;
use crate::respond::own_path;
use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    REFERER, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use os_http::Error;

/// The policy of a page: it loads and runs files of this server only.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// The request that an error page answers.
struct PageRequest {
    uri: Uri,
    is_get: bool,
    /// The page of this server that the request came from.
    from: Option<String>,
    wants_json: bool,
    had_flash: bool,
}

impl PageRequest {
    fn of(request: &Request) -> Self {
        let text = |name| request.headers().get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let accept = text(ACCEPT).unwrap_or_default();
        let from = text(REFERER).and_then(|it| it.parse::<Uri>().ok());
        Self {
            uri: request.uri().clone(),
            is_get: matches!(*request.method(), Method::GET | Method::HEAD),
            from: from.and_then(|it| it.path_and_query().map(ToString::to_string)),
            wants_json: accept.contains("json") && !accept.contains("html"),
            had_flash: flash::is_there(request.headers()),
        }
    }

    /// Returns whether the path is a page, not part of an API.
    fn is_page(&self) -> bool {
        let path = self.uri.path();
        !["/api/", "/.well-known/"].iter().any(|it| path.starts_with(it)) && !self.wants_json
    }

    /// The sign-in page, which leads back here.
    fn sign_in(&self) -> String {
        let wanted = self.uri.path_and_query().filter(|_| self.is_get).map(ToString::to_string);
        let next = wanted.or_else(|| self.from.clone()).filter(|next| next != "/");
        next.map_or_else(
            || "/sign-in".to_owned(),
            |next| {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                format!("/sign-in?next={next}")
            },
        )
    }

    /// The path behind the button of an error page.
    fn back(&self) -> &str {
        self.from.as_deref().filter(|_| !self.is_get).map_or("/", own_path)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame,
    status: u16,
    headline: &'static str,
    error: &'a Error,
    request: &'a str,
    back: &'a str,
    /// True if the button leads to the start page.
    is_start: bool,
}

/// The middleware of a server with pages.
pub async fn error_pages(request: Request, next: Next) -> Response {
    let asked = PageRequest::of(&request);
    let mut response = next.run(request).await;
    if asked.is_page()
        && let Some(error) = Error::of(&response).cloned()
    {
        response = answer(&asked, &error, response);
    }
    if protect(response.headers_mut()) && asked.had_flash {
        flash::forget(response.headers_mut());
    }
    response
}

/// Replaces the body of an error by a page, or redirects to the sign-in page.
fn answer(asked: &PageRequest, error: &Error, response: Response) -> Response {
    let status = error.code().status();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    if status == StatusCode::UNAUTHORIZED {
        parts.status = StatusCode::SEE_OTHER;
        if let Ok(to) = HeaderValue::from_str(&asked.sign_in()) {
            parts.headers.insert(LOCATION, to);
        }
        return Response::from_parts(parts, Body::empty());
    }
    let request = parts.headers.get("x-request-id").and_then(|it| it.to_str().ok());
    let page = Page {
        frame: Frame::default(),
        headline: headline(status),
        status: status.as_u16(),
        error,
        request: request.unwrap_or_default(),
        back: asked.back(),
        is_start: asked.back() == "/",
    };
    let html = page.render().unwrap_or_else(|_| error.code().as_str().to_owned());
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    parts.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(html))
}

fn headline(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::FORBIDDEN => "Access denied",
        StatusCode::CONFLICT => "Conflict",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
        StatusCode::INSUFFICIENT_STORAGE => "Out of storage",
        StatusCode::SERVICE_UNAVAILABLE => "Temporarily unavailable",
        it if it.is_server_error() => "Something went wrong",
        _ => "This did not work",
    }
}

/// Restricts the sources of a page and forbids to frame it. Returns whether the
/// response is a page.
fn protect(headers: &mut HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !content_type.is_some_and(|it| it.starts_with("text/html")) {
        return false;
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    true
}
