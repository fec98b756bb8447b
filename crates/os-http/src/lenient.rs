//! Bodies with keys in either spelling.

use crate::error::{Code, Error, Result};
use crate::extract::{body, read_apart};
use crate::unknown::{self, not_json};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A body of a route that ObjectStack's clients use: keys in snake_case or camelCase
/// (snake_case wins if both are present).
pub struct Lenient<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send + 'static> FromRequest<S> for Lenient<T> {
    type Rejection = Error;

    async fn from_request(request: Request, server: &S) -> Result<Self> {
        let read = |bytes: &[u8]| Members::read(bytes)?.typed();
        Ok(Self(read_apart(body(request, server).await?, read).await?))
    }
}

/// The members of a body, with their names in snake_case.
pub struct Members {
    members: Map<String, Value>,
    /// The names that were sent in camelCase.
    camel: Vec<String>,
}

impl Members {
    /// Reads the JSON object in a body.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(map)) => Ok(Self::of(map)),
            Ok(_) => Err(Code::ValidationError.error("the body must be a JSON object")),
            Err(error) => Err(not_json(&error)),
        }
    }

    /// `displayName` becomes `display_name`, at the top level only.
    fn of(map: Map<String, Value>) -> Self {
        let is_camel = |key: &str| key.bytes().any(|byte| byte.is_ascii_uppercase());
        if !map.keys().any(|key| is_camel(key)) {
            return Self { members: map, camel: Vec::new() };
        }
        let (camel, snake): (Vec<_>, Vec<_>) = map.into_iter().partition(|(key, _)| is_camel(key));
        let mut members: Map<String, Value> = snake.into_iter().collect();
        let mut names = Vec::new();
        for (key, value) in camel {
            let name = snake_case(&key);
            names.push(name.clone());
            members.entry(name).or_insert(value);
        }
        Self { members, camel: names }
    }

    /// Takes a member out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.members.shift_remove(name)
    }

    /// Reads the members into their type.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` or `MISSING_REQUIRED_FIELD`, naming the member as it was sent.
    pub fn typed<T: DeserializeOwned>(self) -> Result<T> {
        let Self { members, camel } = self;
        serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
            let is_camel = |name: &str| camel.iter().any(|it| it == name);
            unknown::invalid(error, is_camel)
        })
    }
}

/// `displayName` and `callbackURL` become `display_name` and `callback_url`.
fn snake_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    let mut before = '_';
    for c in key.chars() {
        if c.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
        before = c;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn either_spelling_is_read_and_snake_case_wins() {
        let Value::Object(map) = json!({
            "displayName": "a", "display_name": "b", "envType": "c", "callbackURL": "d",
        }) else {
            unreachable!()
        };
        assert_eq!(
            Value::Object(Members::of(map).members),
            json!({"display_name": "b", "env_type": "c", "callback_url": "d"})
        );
    }
}
