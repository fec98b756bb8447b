//! The bodies that only the control plane takes; the others are `os_http`'s.

use crate::{Code, Control, Error, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use bytes::BytesMut;
pub use os_http::extract::{Bare, Data, Form, Json, Path, Query, typed, without_nul};
use os_http::extract::{body, not_json};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::future::poll_fn;
use std::pin::Pin;

/// A body of a route that the original's clients use: keys in either spelling
/// (snake_case wins when both are there), unknown fields ignored.
pub struct Lenient<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Control> for Lenient<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, control: &Control) -> Result<Self> {
        let bytes = body(request, control).await?;
        Ok(Self(typed(Value::Object(object(&bytes)?))?))
    }
}

/// The bytes of a body, up to `LIMIT`. What is over the limit is read and
/// dropped for a while: a client that is still sending would never see the answer.
pub struct Raw<const LIMIT: usize>(pub Bytes);

impl<const LIMIT: usize> FromRequest<Control> for Raw<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _: &Control) -> Result<Self> {
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
        Err(error) => Err(not_json(&error).into()),
    }
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
}
