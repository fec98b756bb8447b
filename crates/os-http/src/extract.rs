//! Axum's extractors, failing with [`Error`], and the envelope of responses.
//!
//! **Invariant:** a body is parsed whole, into its type, before a rule sees it.
//! The message of an error names the field. PostgreSQL does not store U+0000, so a
//! body that contains it is refused.

use crate::error::{Code, Error, Result};
use crate::unknown::{self, not_json};
use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

/// A JSON body; an empty one stands for `{}`. Its type decides whether unknown
/// fields are refused.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, server: &S) -> Result<Self> {
        Ok(Self(read_apart(body(request, server).await?, parse_object).await?))
    }
}

/// The bytes of a JSON body; an empty one stands for `{}`.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`; `VALIDATION_ERROR` for U+0000.
pub async fn body<S: Send + Sync>(request: Request, server: &S) -> Result<Bytes> {
    let bytes = Bytes::from_request(request, server).await?;
    without_nul(&bytes)?;
    Ok(if bytes.iter().all(u8::is_ascii_whitespace) { Bytes::from_static(b"{}") } else { bytes })
}

/// The longest body that is read on the thread that serves its request.
const MAX_READ_HERE_BYTES: usize = 64 * 1024;

/// The bodies that are read at once on other threads: values in memory are many times as large
/// as their text.
static READING_APART: Semaphore = Semaphore::const_new(2);

/// Reads a body; a long one on another thread, so that other requests are served meanwhile.
///
/// # Errors
/// Those of `read`.
pub async fn read_apart<T: Send + 'static>(
    body: Bytes,
    read: impl FnOnce(&[u8]) -> Result<T> + Send + 'static,
) -> Result<T> {
    if body.len() <= MAX_READ_HERE_BYTES {
        return read(&body);
    }
    let permit = READING_APART.acquire().await.expect("it is never closed");
    let reading = tokio::task::spawn_blocking(move || read(&body)).await;
    drop(permit);
    reading.context("reading a body")?
}

/// Reads JSON text into its type.
///
/// # Errors
/// `VALIDATION_ERROR` or `MISSING_REQUIRED_FIELD`, naming the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer);
    let parsed = parsed.map_err(|error| unknown::invalid(error, |_| false))?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(parsed)
}

/// Reads the JSON of an object into its type: serde would read a list of its members as well.
fn parse_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Code::ValidationError.error("the body must be a JSON object"));
    }
    parse(bytes)
}

/// Reads a value that is already JSON into its type.
///
/// # Errors
/// `VALIDATION_ERROR` or `MISSING_REQUIRED_FIELD`, naming the field.
pub fn typed<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| unknown::invalid(error, |_| false))
}

/// Checks that JSON text does not contain U+0000, which PostgreSQL does not store.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn without_nul(bytes: &[u8]) -> Result<()> {
    if has_nul(bytes) { Err(nul_error("the body")) } else { Ok(()) }
}

/// Checks that the address of a request does not contain U+0000.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn uri_without_nul(uri: &Uri) -> Result<()> {
    let text = uri.path_and_query().map_or("", |it| it.as_str());
    if has_encoded_nul(text.as_bytes()) { Err(nul_error("the address")) } else { Ok(()) }
}

/// Returns whether an encoded form or address contains U+0000.
fn has_encoded_nul(encoded: &[u8]) -> bool {
    memchr::memmem::find(encoded, b"%00").is_some()
}

fn nul_error(subject: &str) -> Error {
    let text = "contains the character U+0000, which cannot be stored; remove it";
    Code::ValidationError.error(format!("{subject} {text}"))
}

/// Returns whether JSON text contains U+0000, as a character or as an escape.
fn has_nul(text: &[u8]) -> bool {
    if memchr::memchr(0, text).is_some() {
        return true;
    }
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, b"\\u0000") {
        let backslashes = rest[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return true;
        }
        rest = &rest[at + 6..];
    }
    false
}

/// `{"success": true, "data": …}`.
pub struct Data<T>(pub T);

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        axum::Json(os_api::Envelope::new(self.0)).into_response()
    }
}

/// The headers of a response that contains a secret, or depends on one: no cache stores it
/// (docs/wire/envelopes-and-errors.md#headers).
pub const NO_STORE: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];

/// A response without an envelope.
pub struct Bare<T>(pub T);

impl<T: Serialize> IntoResponse for Bare<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The fields of a form on a page.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, server: &S) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let sent = Bytes::from_request(Request::new(body), server).await?;
        if has_encoded_nul(&sent) {
            return Err(nul_error("the form"));
        }
        let request = Request::from_parts(parts, Body::from(sent));
        let form = axum::Form::from_request(request, server).await?;
        Ok(Self(form.0))
    }
}

/// Parameters in the path.
pub struct Path<T>(pub T);

/// Parameters in the query string.
pub struct Query<T>(pub T);

macro_rules! from_uri {
    ($($name:ident),*) => {$(
        impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for $name<T> {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
                Ok(Self(axum::extract::$name::from_request_parts(parts, server).await?.0))
            }
        }
    )*};
}
from_uri!(Path, Query);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_and_an_escaped_backslash_is_not_mistaken_for_one() {
        for (text, found) in [
            (r#""\u0000""#, true),
            (r#""\\u0000""#, false),
            (r#""\\\u0000""#, true),
            (r#""\\u0000 \u0000""#, true),
            ("\"plain\"", false),
        ] {
            assert_eq!(has_nul(text.as_bytes()), found, "{text}");
        }
    }
}
