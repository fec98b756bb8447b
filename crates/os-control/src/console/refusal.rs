//! The face of a refusal for people, and what every page leaves with.

use super::frame::Frame;
use crate::{Code, Error};
use askama::Template;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, LOCATION, REFERER};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

/// What a refusal needs to know of the request it answers.
pub struct Asked {
    uri: Uri,
    is_get: bool,
    back: Option<String>,
    wants_json: bool,
    had_flash: bool,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let text = |name| request.headers().get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let accept = text(ACCEPT).unwrap_or_default();
        let back = text(REFERER).and_then(|it| it.parse::<Uri>().ok());
        Self {
            uri: request.uri().clone(),
            is_get: matches!(*request.method(), Method::GET | Method::HEAD),
            back: back.and_then(|it| it.path_and_query().map(ToString::to_string)),
            wants_json: accept.contains("json") && !accept.contains("html"),
            had_flash: os_console::flash::is_there(request.headers()),
        }
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Whether people look at this path, not programs.
    pub fn is_page(&self) -> bool {
        !self.uri.path().starts_with("/api/") && !self.wants_json
    }

    /// The sign-in page, which leads back here.
    fn sign_in(&self) -> String {
        let wanted = self.uri.path_and_query().filter(|_| self.is_get).map(ToString::to_string);
        let next = wanted.or_else(|| self.back.clone()).filter(|next| next != "/");
        next.map_or_else(
            || "/sign-in".to_owned(),
            |next| {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                format!("/sign-in?next={next}")
            },
        )
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame,
    status: u16,
    headline: &'static str,
    code: &'static str,
    message: &'a str,
    violations: &'a [String],
    request: &'a str,
    back: String,
}

/// A refusal as a page; who is not signed in is sent to do so.
pub fn page_of(error: &Error, asked: &Asked, request: &str) -> Response {
    if error.code() == Code::Unauthenticated {
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(to) = HeaderValue::from_str(&asked.sign_in()) {
            response.headers_mut().insert(LOCATION, to);
        }
        return response;
    }
    let status = error.code().status();
    let page = Page {
        frame: Frame::default(),
        status: status.as_u16(),
        headline: headline(status),
        code: error.code().as_str(),
        message: error.message(),
        violations: error.violations(),
        request,
        back: if asked.is_get {
            "/".to_owned()
        } else {
            asked.back.clone().unwrap_or("/".to_owned())
        },
    };
    let html = page.render().unwrap_or_else(|_| error.code().as_str().to_owned());
    (status, [(CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

fn headline(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::FORBIDDEN => "You may not do this",
        StatusCode::CONFLICT => "This cannot be done now",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
        StatusCode::SERVICE_UNAVAILABLE => "Not available right now",
        it if it.is_server_error() => "Something went wrong",
        _ => "This does not work yet",
    }
}

/// What a page may load and who may frame it; and its flash is shown once.
pub fn finish(asked: &Asked, response: &mut Response) {
    let headers = response.headers_mut();
    if os_console::protect(headers) && asked.had_flash {
        os_console::flash::forget(headers);
    }
}
