//! A sentence that a change leaves for the next page, in a cookie.

use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const COOKIE_NAME: &str = "os_flash";

/// Returns the sentence that the last change left.
pub fn read(headers: &HeaderMap) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cookie(headers)?).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.len() <= 500)
}

/// Returns whether the request carries a sentence that is to be removed.
pub fn is_there(headers: &HeaderMap) -> bool {
    cookie(headers).is_some()
}

/// The value of the cookie, as it came.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    cookies
        .flat_map(|it| it.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == COOKIE_NAME && !value.is_empty()).then_some(value))
}

/// Redirects to `path`, which shows the sentence.
pub fn done(path: &str, sentence: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(path) = HeaderValue::from_str(path) {
        headers.insert(LOCATION, path);
    }
    let value = URL_SAFE_NO_PAD.encode(sentence);
    let cookie = format!("{COOKIE_NAME}={value}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

/// Forgets the sentence once it was shown.
pub fn forget(headers: &mut HeaderMap) {
    let cookie = format!("{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}
