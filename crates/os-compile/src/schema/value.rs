//! Reading of JSON values by key.

use serde_json::Value;

/// Returns the string under a key; empty where there is none.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Returns the entries of a list; none where there is no list.
pub fn entries<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns the members of a map; none where there is no map.
pub fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value[key].as_object().into_iter().flatten()
}

/// Returns whether a key is present, whatever its value.
pub fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}
