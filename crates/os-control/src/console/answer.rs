//! How handlers answer: a page, or a redirect with a sentence.

use super::frame::flash_cookie;
use crate::Result;
use askama::Template;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

/// A page. It is made for one person, so nobody in between may keep it.
pub fn page(template: &impl Template) -> Result<Response> {
    page_as(StatusCode::OK, template)
}

/// The same with another status: a form that is shown again with what is wrong.
pub fn page_as(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = Html(template.render()?);
    Ok((status, [(CACHE_CONTROL, "no-store")], html).into_response())
}

/// The answer to a form that changed something: on to `path`, which says so.
pub fn done(path: &str, sentence: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(path) = HeaderValue::from_str(path) {
        headers.insert(LOCATION, path);
    }
    if let Ok(cookie) = HeaderValue::from_str(&flash_cookie(sentence)) {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

/// Where somebody wanted to go before they were asked to sign in.
#[derive(Debug, Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    next: String,
}

impl Back {
    /// A path of ours; anything else leads to the start page.
    pub fn path(&self) -> &str {
        let next = self.next.as_str();
        let is_ours = next.starts_with('/')
            && !next[1..].starts_with(['/', '\\'])
            && next.bytes().all(|byte| byte.is_ascii_graphic());
        if is_ours { next } else { "/" }
    }
}
