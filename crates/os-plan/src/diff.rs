//! Compares two artifacts, item by item.
//!
//! **Invariant:** items are compared by name, never by their target in a list.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The difference of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is only in the second artifact.
    Added,
    /// It is only in the first.
    Removed,
    /// It is in both, with different content.
    Changed,
}

/// An item that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its difference.
    pub change: Change,
    /// The collection: `objects`; for a member that is no list, its key.
    pub collection: String,
    /// The item's name; empty for a member that is no list.
    pub name: String,
    /// The innermost keys that differ, of a changed item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// Returns the differences between two artifacts, in the order of the collections' names.
pub fn diff(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let (before, after) = (flat(before), flat(after));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for (collection, name) in keys {
        let key = (collection.clone(), name.clone());
        let (change, keys) = match (before.get(&key), after.get(&key)) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(a), Some(b)) => {
                let mut keys = Vec::new();
                differing(a, b, "", &mut keys);
                (Change::Changed, keys)
            }
            (None, _) => (Change::Added, Vec::new()),
            (Some(_), None) => (Change::Removed, Vec::new()),
        };
        found.push(Difference { change, collection: collection.clone(), name: name.clone(), keys });
    }
    found
}

/// Returns items by collection and name. Two items of one name are distinguished by their order.
fn flat(artifact: &Value) -> BTreeMap<(String, String), &Value> {
    let mut items = BTreeMap::new();
    for (key, value) in artifact.as_object().into_iter().flatten() {
        let Value::Array(list) = value else {
            items.insert((key.clone(), String::new()), value);
            continue;
        };
        for (index, item) in list.iter().enumerate() {
            let base = name_of(item).unwrap_or_else(|| format!("[{index}]"));
            let again = (2..).map(|count| format!("{base} ({count})"));
            let mut names = std::iter::once(base.clone()).chain(again);
            let free = names.find(|name| !items.contains_key(&(key.clone(), name.clone())));
            items.insert((key.clone(), free.unwrap_or_default()), item);
        }
    }
    items
}

/// Returns the name of an item; views and seeds have that of their object.
fn name_of(item: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of_view = || text(item.pointer("/list/data/object")?);
    text(item)
        .or_else(|| text(item.get("name")?))
        .or_else(|| text(item.get("object")?))
        .or_else(of_view)
        .or_else(|| item.as_object().and_then(|map| map.keys().next().cloned()))
}

fn differing(before: &Value, after: &Value, path: &str, found: &mut Vec<String>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let (x, y) = (a.get(key), b.get(key));
                if x != y {
                    let null = Value::Null;
                    differing(x.unwrap_or(&null), y.unwrap_or(&null), &join(key), found);
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (x, y)) in a.iter().zip(b).enumerate().filter(|(_, (x, y))| x != y) {
                differing(x, y, &format!("{path}[{index}]"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_compared_by_name() {
        let before = json!({
            "manifest": { "version": "1.0.0" },
            "objects": [{ "name": "a" }, { "name": "b", "fields": { "x": { "type": "text" } } }],
        });
        let after = json!({
            "manifest": { "version": "1.1.0" },
            "objects": [{ "name": "b", "fields": { "x": { "type": "number" } } }, { "name": "c" }],
        });
        let found: Vec<_> = diff(&before, &after)
            .into_iter()
            .map(|it| (it.change, it.collection, it.name, it.keys.join(",")))
            .collect();
        let of = |change, collection: &str, name: &str, keys: &str| {
            (change, collection.to_owned(), name.to_owned(), keys.to_owned())
        };
        let expected = [
            of(Change::Changed, "manifest", "", "version"),
            of(Change::Removed, "objects", "a", ""),
            of(Change::Changed, "objects", "b", "fields.x.type"),
            of(Change::Added, "objects", "c", ""),
        ];
        assert_eq!(found, expected);
        assert!(diff(&before, &before).is_empty());
    }
}
