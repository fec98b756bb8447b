//! Normalises the ways of writing a stack into one form.
//!
//! **Invariant:** each collection is a list; a value that is neither list nor map is left for the
//! validator to refuse.

use crate::diagnostic::Diagnostic;
use crate::evaluate::LOCATION_KEY;
use crate::lower;
use os_package::kind;
use serde_json::{Map, Value};

/// A stack as its author wrote it.
#[derive(Debug)]
pub struct Written {
    /// Its members.
    pub stack: Map<String, Value>,
    /// Diagnostics so far.
    pub found: Vec<Diagnostic>,
    /// Its files.
    pub files: Vec<String>,
}

/// The key that `defineStack` adds, to tell a stack from a plain object.
pub const STACK_KEY: &str = "\u{0}stack";

/// Normalises a stack.
pub fn normalise(stack: &mut Map<String, Value>) {
    for (name, _) in kind::in_artifacts().filter(|(_, kind)| kind.map) {
        if let Some(Value::Object(map)) = stack.get_mut(name) {
            let list = std::mem::take(map).into_iter().filter(|(key, _)| key != LOCATION_KEY);
            let list = list.map(|(key, item)| with_name(key, item)).collect();
            stack.insert(name.to_owned(), Value::Array(list));
        }
    }
    move_seeds(stack);
    drop_plugins(stack);
    if stack.shift_remove(STACK_KEY).is_some() {
        share_actions(stack);
    }
}

fn with_name(key: String, mut item: Value) -> Value {
    if let Value::Object(item) = &mut item
        && item.get("name").is_none()
    {
        item.insert("name".to_owned(), key.into());
    }
    item
}

/// Removes plugins created by packages that run in servers; plugins written as data stay.
fn drop_plugins(stack: &mut Map<String, Value>) {
    let Some(Value::Array(plugins)) = stack.get_mut("plugins") else { return };
    let all = plugins.len();
    plugins.retain(|plugin| lower::number(plugin).is_none() && !plugin.is_null());
    if plugins.is_empty() && all > 0 {
        stack.shift_remove("plugins");
    }
}

/// Moves initial records written with `defineDataset` to `data`.
fn move_seeds(stack: &mut Map<String, Value>) {
    let Some(Value::Array(datasets)) = stack.get_mut("datasets") else { return };
    let is_seed = |it: &Value| it["records"].is_array() && it["object"].is_string();
    let (seeds, rest): (Vec<_>, Vec<_>) = std::mem::take(datasets).into_iter().partition(is_seed);
    *datasets = rest;
    if seeds.is_empty() {
        return;
    }
    if datasets.is_empty() {
        stack.shift_remove("datasets");
    }
    let data = stack.entry("data").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(data) = data {
        data.extend(seeds);
    }
}

/// Copies an action that names an object to that object's actions.
fn share_actions(stack: &mut Map<String, Value>) {
    let mut actions = match stack.get_mut("actions") {
        Some(Value::Array(actions)) => std::mem::take(actions),
        _ => Vec::new(),
    };
    if let Some(Value::Array(objects)) = stack.get_mut("objects") {
        for object in objects.iter_mut().filter_map(Value::as_object_mut) {
            let name = object.get("name").cloned().unwrap_or_default();
            let own = |action: &&Value| name.is_string() && action["objectName"] == name;
            let shared: Vec<_> = actions.iter().filter(own).cloned().collect();
            match object.get_mut("actions") {
                Some(Value::Array(list)) => {
                    list.extend(shared);
                    sort_by_order(list);
                }
                None if !shared.is_empty() => {
                    let mut list = shared;
                    sort_by_order(&mut list);
                    object.insert("actions".to_owned(), Value::Array(list));
                }
                _ => {}
            }
        }
    }
    sort_by_order(&mut actions);
    if let Some(Value::Array(list)) = stack.get_mut("actions") {
        *list = actions;
    }
}

fn sort_by_order(actions: &mut [Value]) {
    let order = |action: &Value| action["order"].as_f64();
    if actions.iter().any(|action| order(action).is_some()) {
        let key = |action: &Value| order(action).unwrap_or(0.0);
        actions.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn normalised(stack: Value) -> Value {
        let Value::Object(mut stack) = stack else { panic!("a stack is an object") };
        normalise(&mut stack);
        Value::Object(stack)
    }

    #[test]
    fn maps_become_lists_with_names() {
        let stack = json!({ "objects": { "a_b": { "label": "B" }, "a_c": { "name": "own" } }, "views": {} });
        let expected =
            json!({ "objects": [{ "label": "B", "name": "a_b" }, { "name": "own" }], "views": {} });
        assert_eq!(normalised(stack), expected);
    }

    #[test]
    fn an_action_of_a_stack_is_shared_with_its_object() {
        let stack = json!({
            STACK_KEY: true,
            "objects": [{ "name": "a_b" }, { "name": "a_c" }],
            "actions": [{ "name": "x", "objectName": "a_b", "order": 2 }, { "name": "y", "order": 1 }],
        });
        let shared = normalised(stack);
        assert_eq!(shared["objects"][0]["actions"][0]["name"], "x");
        assert!(shared["objects"][1].get("actions").is_none());
        assert_eq!(shared["actions"][0]["name"], "y");
    }

    #[test]
    fn seeds_among_datasets_are_data() {
        let seed = json!({ "object": "a_b", "records": [] });
        let moved = normalised(json!({ "datasets": [seed], "data": [] }));
        assert_eq!(moved, json!({ "data": [seed] }));
    }
}
