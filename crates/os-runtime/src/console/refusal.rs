//! The face of a refusal for people, and what every page leaves with.

use super::frame::{Frame, page_as};
use crate::{Code, Error};
use askama::Template;
use axum::extract::Request;
use axum::http::header::{LOCATION, REFERER};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame,
    status: u16,
    headline: &'static str,
    code: &'static str,
    message: &'a str,
    back: &'a str,
}

/// The middleware around every page.
pub async fn dress(request: Request, next: Next) -> Response {
    let had_flash = os_console::flash::is_there(request.headers());
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    let here = path_of(request.uri());
    let from = request.headers().get(REFERER).and_then(|it| it.to_str().ok());
    let from = from.and_then(|it| it.parse::<Uri>().ok()).map(|uri| path_of(&uri));
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions().get::<Error>().cloned() {
        let wanted = if is_get { Some(here) } else { from.clone() };
        response = if error.code() == Code::Unauthenticated {
            to_sign_in(wanted)
        } else {
            refused(&error, from.filter(|_| !is_get).as_deref().unwrap_or("/"))
        };
        response.extensions_mut().insert(error);
    }
    if os_console::protect(response.headers_mut()) && had_flash {
        os_console::flash::forget(response.headers_mut());
    }
    response
}

fn path_of(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// To the sign-in page, which leads back.
fn to_sign_in(wanted: Option<String>) -> Response {
    let next = wanted.filter(|next| next != "/");
    let next = next.map(|next| url::form_urlencoded::byte_serialize(next.as_bytes()).collect());
    let path = next.map_or("/sign-in".to_owned(), |next: String| format!("/sign-in?next={next}"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(&path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

fn refused(error: &Error, back: &str) -> Response {
    let status = error.code().status();
    let page = Page {
        frame: Frame::default(),
        status: status.as_u16(),
        headline: headline(status),
        code: error.code().as_str(),
        message: error.message(),
        back: os_console::own_path(back),
    };
    page_as(status, &page).unwrap_or_else(IntoResponse::into_response)
}

fn headline(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::FORBIDDEN => "You may not do this",
        StatusCode::CONFLICT => "This cannot be done now",
        StatusCode::SERVICE_UNAVAILABLE => "Not available right now",
        it if it.is_server_error() => "Something went wrong",
        _ => "This does not work yet",
    }
}
