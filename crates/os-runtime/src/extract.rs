//! Axum's extractors, with our error when they refuse, and our envelope.
//!
//! **Invariant:** a body is parsed whole, into its type, before a rule sees it.
//! The message of a refusal names the field.

use crate::{Code, Error, Result};
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A body in JSON. Whether unknown fields are refused is said by its type.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        let bytes = Bytes::from_request(request, state).await?;
        without_nul(&bytes)?;
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        parse(&bytes).map(Self)
    }
}

/// Reads JSON text into its type.
///
/// # Errors
/// `VALIDATION_ERROR` or `MISSING_REQUIRED_FIELD`, naming the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(refuse)?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(parsed)
}

fn refuse(error: serde_path_to_error::Error<serde_json::Error>) -> Error {
    let path = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_syntax() || inner.is_eof() {
        return not_json(&inner);
    }
    let text = inner.to_string();
    let code = if text.starts_with("missing field") {
        Code::MissingRequiredField
    } else {
        Code::ValidationError
    };
    if path == "." { code.error(text) } else { code.error(format!("`{path}`: {text}")) }
}

fn not_json(error: &serde_json::Error) -> Error {
    Code::ValidationError.error(format!("the body is not JSON: {error}"))
}

/// Refuses a body with a character that no database keeps.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn without_nul(bytes: &[u8]) -> Result<()> {
    if has_nul(bytes) {
        return Err(Code::ValidationError
            .error("the body contains the character U+0000, which cannot be stored; remove it"));
    }
    Ok(())
}

/// Whether JSON text holds `\u0000`, as a character or as an escape.
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

/// An answer without an envelope.
pub struct Bare<T>(pub T);

impl<T: Serialize> IntoResponse for Bare<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

/// The fields of a form on a page.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Form), rejection(Error))]
pub struct Form<T>(pub T);

macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Error {
            fn from(rejection: $rejection) -> Self {
                let code = match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
                    _ => Code::ValidationError,
                };
                code.error(rejection.body_text())
            }
        }
    )*};
}
rejections!(BytesRejection, FormRejection, PathRejection, QueryRejection);
