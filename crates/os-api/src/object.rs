//! Members that are objects, and nothing else: serde reads a list of its members as a struct, too.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Reads a member that must be an object.
pub fn required<'d, D: Deserializer<'d>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    of(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Reads a list of objects.
pub fn list<'d, D: Deserializer<'d>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let values = Vec::<Value>::deserialize(deserializer)?;
    values.into_iter().map(of).collect::<Result<_, _>>().map_err(D::Error::custom)
}

fn of<T: DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    match value {
        Value::Object(_) => serde_json::from_value(value),
        _ => Err(serde_json::Error::custom("an object is needed here")),
    }
}
