//! Axum's extractors, with our error when they refuse, and our envelope.
//!
//! **Invariant:** a body is parsed whole, into its type, before a rule sees it.
//! The message of a refusal names the field.

use crate::{Code, Error, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::future::poll_fn;
use std::pin::Pin;

/// A body of our own routes: unknown fields are refused by its type.
pub struct Json<T>(pub T);

/// A body of a route that the original's clients use: keys in either spelling
/// (snake_case wins when both are there), unknown fields ignored.
pub struct Lenient<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        let bytes = body(request, state).await?;
        parse(serde_json::Deserializer::from_slice(&bytes)).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Lenient<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        let bytes = body(request, state).await?;
        typed(Value::Object(object(&bytes)?)).map(Self)
    }
}

/// The bytes of a body, up to `LIMIT`. What is over the limit is read and
/// dropped for a while: a client that is still sending would never see the answer.
pub struct Raw<const LIMIT: usize>(pub Bytes);

impl<S: Send + Sync, const LIMIT: usize> FromRequest<S> for Raw<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self> {
        let mut body = request.into_body();
        let expected = usize::try_from(body.size_hint().lower()).unwrap_or(LIMIT).min(LIMIT);
        let mut bytes = BytesMut::with_capacity(expected);
        let mut length = 0;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|_| Code::ValidationError.error("the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            length += data.len();
            if length <= LIMIT {
                bytes.extend_from_slice(&data);
            } else if length > 4 * LIMIT {
                break;
            }
        }
        if length > LIMIT {
            return Err(Code::PayloadTooLarge
                .error(format!("the body is larger than the limit of {LIMIT} bytes")));
        }
        Ok(Self(bytes.freeze()))
    }
}

/// The JSON object in a body, its keys in snake_case.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(in_snake_case(map)),
        Ok(_) => Err(Code::ValidationError.error("the body must be a JSON object")),
        Err(error) => Err(not_json(&error)),
    }
}

/// The body; an empty one stands for `{}`.
async fn body<S: Send + Sync>(request: Request<Body>, state: &S) -> Result<Bytes> {
    let bytes = Bytes::from_request(request, state).await?;
    without_nul(&bytes)?;
    Ok(if bytes.iter().all(u8::is_ascii_whitespace) { Bytes::from_static(b"{}") } else { bytes })
}

fn parse<'de, T, R>(mut deserializer: serde_json::Deserializer<R>) -> Result<T>
where
    T: serde::Deserialize<'de>,
    R: serde_json::de::Read<'de>,
{
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(refuse)?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(parsed)
}

/// Reads a value that is already JSON into its type.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(refuse)
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
    let text = error.to_string();
    Code::ValidationError.error(if text.starts_with("recursion limit") {
        "the body is nested deeper than 128 levels; flatten it".to_owned()
    } else {
        format!("the body is not JSON: {text}")
    })
}

/// `displayName` becomes `display_name`, at the top level only.
fn in_snake_case(map: Map<String, Value>) -> Map<String, Value> {
    if !map.keys().any(|key| key.bytes().any(|byte| byte.is_ascii_uppercase())) {
        return map;
    }
    let (snake, camel): (Vec<_>, Vec<_>) =
        map.into_iter().partition(|(key, _)| !key.bytes().any(|byte| byte.is_ascii_uppercase()));
    let mut map: Map<String, Value> = snake.into_iter().collect();
    for (key, value) in camel {
        let mut name = String::with_capacity(key.len() + 4);
        for c in key.chars() {
            if c.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        map.entry(name).or_insert(value);
    }
    map
}

/// Refuses a body with a character that no database keeps.
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

/// The body that the form of a page posts.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::new(body), state).await?;
        if bytes.windows(3).any(|it| it == b"%00") {
            return Err(without_nul(&[0]).expect_err("it is the refused character"));
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        Ok(Self(axum::Form::from_request(request, state).await?.0))
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn either_spelling_is_read_and_snake_case_wins() {
        let Value::Object(map) = json!({"displayName": "a", "display_name": "b", "envType": "c"})
        else {
            unreachable!()
        };
        assert_eq!(
            Value::Object(in_snake_case(map)),
            json!({"display_name": "b", "env_type": "c"})
        );
    }

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
