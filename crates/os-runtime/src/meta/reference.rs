//! The places that name an item.

use crate::kernel::Item;
use os_api::runtime::metadata::Reference;
use os_package::kind;
use serde_json::Value;
use std::borrow::Cow;

/// Returns every place among these items that names an item, in their order.
pub fn find<'i>(
    items: impl Iterator<Item = Cow<'i, Item>>,
    kind: &str,
    name: &str,
) -> Vec<Reference> {
    let keys = kind::of(kind).map_or(&[][..], |kind| kind.named_by);
    let mut found = Vec::new();
    for item in items {
        let mut places = Vec::new();
        walk(&item.value, "", &mut |path, key, value| {
            if keys.contains(&key) && value == name && !(item.kind == kind && *item.name == *name) {
                places.push((path.to_owned(), key.to_owned()));
            }
        });
        found.extend(places.into_iter().map(|(path, key)| reference(&item, &path, &key)));
    }
    found
}

fn reference(item: &Item, path: &str, key: &str) -> Reference {
    Reference {
        item_kind: item.kind.to_owned(),
        name: item.name.to_string(),
        label: item.value.get("label").cloned().unwrap_or_default(),
        path: path.to_owned(),
        kind: format!("{} {key}", item.kind),
    }
}

/// Visits every string below a value, with its path and key.
fn walk<'v>(value: &'v Value, path: &str, visit: &mut impl FnMut(&str, &'v str, &'v str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match value {
                    Value::String(text) => visit(&path, key, text),
                    _ => walk(value, &path, visit),
                }
            }
        }
        Value::Array(list) => {
            list.iter().for_each(|value| walk(value, &format!("{path}[]"), visit));
        }
        _ => {}
    }
}
