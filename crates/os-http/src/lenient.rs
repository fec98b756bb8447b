//! Bodies with keys in either spelling.

use crate::error::{Code, Error, Result};
use crate::extract::{body, not_json, read_apart, typed};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A body of a route that ObjectStack's clients use: keys in snake_case or camelCase
/// (snake_case wins if both are present), unknown fields ignored.
pub struct Lenient<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for Lenient<T> {
    type Rejection = Error;

    async fn from_request(request: Request, server: &S) -> Result<Self> {
        let read = |bytes: &[u8]| typed(Value::Object(object(bytes)?));
        Ok(Self(read_apart(body(request, server).await?, read).await?))
    }
}

/// Reads the JSON object in a body, with its keys in snake_case.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(in_snake_case(map)),
        Ok(_) => Err(Code::ValidationError.error("the body must be a JSON object")),
        Err(error) => Err(not_json(&error)),
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
