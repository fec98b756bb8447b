//! Axum's extractors, refusing with the server's error, and the envelope of
//! answers.
//!
//! **Invariant:** a body is parsed whole, into its type, before a rule sees it.
//! The message of a refusal names the field. No database keeps U+0000, so a body
//! that holds it is refused.

use crate::{Refused, Server};
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

type Result<T, E = Refused> = std::result::Result<T, E>;

/// A body in JSON; an empty one stands for `{}`. Whether unknown fields are
/// refused is said by its type.
pub struct Json<T>(pub T);

impl<S: Server, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = S::Error;

    async fn from_request(request: Request, server: &S) -> Result<Self, S::Error> {
        Ok(Self(parse(&body(request, server).await?)?))
    }
}

/// The bytes of a JSON body; an empty one stands for `{}`.
///
/// # Errors
/// [`Refused::TooLarge`], or [`Refused::Invalid`] for U+0000.
pub async fn body<S: Send + Sync>(request: Request, server: &S) -> Result<Bytes> {
    let bytes = Bytes::from_request(request, server).await?;
    without_nul(&bytes)?;
    Ok(if bytes.iter().all(u8::is_ascii_whitespace) { Bytes::from_static(b"{}") } else { bytes })
}

/// Reads JSON text into its type.
///
/// # Errors
/// [`Refused::Invalid`] or [`Refused::MissingField`], naming the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(refuse)?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(parsed)
}

/// Reads a value that is already JSON into its type.
///
/// # Errors
/// [`Refused::Invalid`] or [`Refused::MissingField`], naming the field.
pub fn typed<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(refuse)
}

fn refuse(error: serde_path_to_error::Error<serde_json::Error>) -> Refused {
    let path = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_syntax() || inner.is_eof() {
        return not_json(&inner);
    }
    let text = inner.to_string();
    let is_missing = text.starts_with("missing field");
    let text = if path == "." { text } else { format!("`{path}`: {text}") };
    if is_missing { Refused::MissingField(text) } else { Refused::Invalid(text) }
}

/// Refuses text that is not JSON, or nested too deeply.
pub fn not_json(error: &serde_json::Error) -> Refused {
    let text = error.to_string();
    Refused::Invalid(if text.starts_with("recursion limit") {
        "the body is nested deeper than 128 levels; flatten it".to_owned()
    } else {
        format!("the body is not JSON: {text}")
    })
}

/// Refuses JSON text with a character that no database keeps.
///
/// # Errors
/// [`Refused::Invalid`].
pub fn without_nul(bytes: &[u8]) -> Result<()> {
    if has_nul(bytes) { Err(holds_nul("the body")) } else { Ok(()) }
}

/// Refuses an address with a character that no database keeps.
///
/// # Errors
/// [`Refused::Invalid`].
pub fn address_without_nul(address: &Uri) -> Result<()> {
    let text = address.path_and_query().map_or("", |it| it.as_str());
    if holds_encoded_nul(text.as_bytes()) { Err(holds_nul("the address")) } else { Ok(()) }
}

/// Whether an encoded form or address holds U+0000.
fn holds_encoded_nul(encoded: &[u8]) -> bool {
    memchr::memmem::find(encoded, b"%00").is_some()
}

fn holds_nul(what: &str) -> Refused {
    let text = "contains the character U+0000, which cannot be stored; remove it";
    Refused::Invalid(format!("{what} {text}"))
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

/// The fields of a form on a page.
pub struct Form<T>(pub T);

impl<S: Server, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = S::Error;

    async fn from_request(request: Request, server: &S) -> Result<Self, S::Error> {
        let (parts, body) = request.into_parts();
        let sent = Bytes::from_request(Request::new(body), server).await.map_err(Refused::from)?;
        if holds_encoded_nul(&sent) {
            return Err(holds_nul("the form").into());
        }
        let request = Request::from_parts(parts, Body::from(sent));
        let form = axum::Form::from_request(request, server).await.map_err(Refused::from)?;
        Ok(Self(form.0))
    }
}

/// Parameters in the path.
pub struct Path<T>(pub T);

/// Parameters behind `?`.
pub struct Query<T>(pub T);

macro_rules! of_the_address {
    ($($name:ident),*) => {$(
        impl<S: Server, T: DeserializeOwned + Send> FromRequestParts<S> for $name<T> {
            type Rejection = S::Error;

            async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self, S::Error> {
                let parsed = axum::extract::$name::from_request_parts(parts, server).await;
                Ok(Self(parsed.map_err(Refused::from)?.0))
            }
        }
    )*};
}
of_the_address!(Path, Query);

macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Refused {
            fn from(rejection: $rejection) -> Self {
                let text = rejection.body_text();
                match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge(text),
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType(text),
                    _ => Self::Invalid(text),
                }
            }
        }
    )*};
}
rejections!(BytesRejection, FormRejection, PathRejection, QueryRejection);

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
