//! What the pages of the control plane and of the runtime have in common: the
//! stylesheet and its neighbours, small pieces, a sentence that outlives a
//! redirect, the file of a form, and what every page leaves with.
//!
//! **Invariant:** nothing runs on a page that is not a file of ours, and each
//! piece escapes what it is given.

pub mod assets;
pub mod flash;
pub mod parts;
mod upload;

pub use upload::file_of;

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};

const POLICY: &str = "default-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// Says what a page may load and who may frame it; whether it is a page.
pub fn protect(headers: &mut HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !content_type.is_some_and(|it| it.starts_with("text/html")) {
        return false;
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    true
}

/// Where to go next: a path of ours; anything else leads to the start page.
pub fn own_path(next: &str) -> &str {
    let is_ours = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_to_paths_of_ours_only() {
        assert_eq!(own_path("/environments?a=b"), "/environments?a=b");
        for elsewhere in ["", "https://evil.test", "//evil.test", "/\\evil.test", "/a b", "x"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
