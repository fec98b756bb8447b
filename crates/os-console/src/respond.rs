//! Responses of handlers that show a page.

use anyhow::Context;
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use os_http::Result;
use serde::Deserialize;

/// Renders a page. It is made for one person, so no cache may keep it.
///
/// # Errors
/// `INTERNAL_ERROR` when the template cannot be rendered.
pub fn page(template: &impl Template) -> Result<Response> {
    page_as(StatusCode::OK, template)
}

/// Renders a page with another status, such as a form that is shown again.
///
/// # Errors
/// As [`page`].
pub fn page_as(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = Html(template.render().context("rendering a page")?);
    Ok((status, [(CACHE_CONTROL, "no-store")], html).into_response())
}

/// The path that was requested before the sign-in page.
#[derive(Debug, Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    next: String,
}

impl Back {
    /// Returns a path of this server; any other address becomes the start page.
    pub fn path(&self) -> &str {
        own_path(&self.next)
    }
}

/// Returns `next` if it is a path of this server, else the start page.
pub fn own_path(next: &str) -> &str {
    let is_ours = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { next } else { "/" }
}

/// The URL of the next page of a list.
pub fn more(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    format!("{path}?{}", text.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert_eq!(own_path("/environments?a=b"), "/environments?a=b");
        for elsewhere in ["", "https://evil.test", "//evil.test", "/\\evil.test", "/a b", "x"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
