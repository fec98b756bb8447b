//! Views: a package gathers those of an object in one container, and readers
//! ask for each of them.
//!
//! **Invariant:** the name of a view is `<object>.<key>`, and no two views of a
//! container share one.

use crate::kernel::Item;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Whether an item gathers views rather than being one.
pub fn is_container(item: &Value) -> bool {
    let has = |key: &str| item.get(key).is_some_and(Value::is_object);
    item.get("viewKind").is_none()
        && ["list", "form", "listViews", "formViews"].into_iter().any(has)
}

/// The views of a container, lists before forms, in the order of the package.
pub fn expand(container: &Item) -> Vec<Item> {
    let mut views = Views { object: &container.name, found: Vec::new(), names: HashMap::new() };
    views.gather(&container.value, "list", "listViews", "default");
    views.gather(&container.value, "form", "formViews", "form");
    views.found
}

struct Views<'c> {
    object: &'c str,
    found: Vec<Item>,
    names: HashMap<String, usize>,
}

impl Views<'_> {
    /// Those of one kind. The one beside the named ones is the default, unless it
    /// repeats one of them; without it, the first is.
    fn gather(&mut self, container: &Value, kind: &str, named: &str, key: &str) {
        let first = self.found.len();
        for (key, view) in container.get(named).and_then(Value::as_object).into_iter().flatten() {
            self.add(kind, key, view);
        }
        let own = container.get(kind).filter(|view| view.is_object());
        let repeated = own.and_then(|own| {
            self.found[first..].iter().position(|it| is_same(&it.value["config"], own))
        });
        let default = match (own, repeated) {
            (Some(_), Some(at)) => first + at,
            (Some(view), None) => {
                let key = view.get("name").and_then(Value::as_str).unwrap_or(key);
                self.add(kind, key, view);
                self.found.len() - 1
            }
            (None, _) => first,
        };
        if let Some(item) = self.found.get_mut(default) {
            let mut value = item.value.as_ref().clone();
            value["isDefault"] = true.into();
            item.value = Arc::new(value);
        }
    }

    fn add(&mut self, kind: &str, key: &str, view: &Value) {
        if !view.is_object() {
            return;
        }
        let wanted = format!("{}.{key}", self.object);
        let times = self.names.entry(wanted.clone()).or_default();
        *times += 1;
        let name = if *times == 1 { wanted } else { format!("{wanted}_{times}") };
        let mut value = Map::new();
        value.insert("name".to_owned(), name.as_str().into());
        value.insert("object".to_owned(), self.object.into());
        value.insert("viewKind".to_owned(), kind.into());
        if let Some(label) = view.get("label") {
            value.insert("label".to_owned(), label.clone());
        }
        value.insert("config".to_owned(), view.clone());
        value.insert("order".to_owned(), self.found.len().into());
        value.insert("scope".to_owned(), "package".into());
        let value = Arc::new(Value::Object(value));
        self.found.push(Item { kind: "view", name: name.into(), value });
    }
}

/// Whether two views show the same under the same label.
fn is_same(one: &Value, other: &Value) -> bool {
    ["type", "label", "columns"].into_iter().all(|key| one.get(key) == other.get(key))
}

/// Fields that a list shows before all others.
const TELLING: [&str; 9] =
    ["name", "title", "label", "subject", "email", "status", "type", "category", "created_at"];

/// A list of an object that nobody designed: its telling fields.
pub fn list_of(object: &Value) -> Value {
    let fields = visible(object);
    let (telling, others): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(name, _)| TELLING.contains(name));
    let missing = 5_usize.saturating_sub(telling.len());
    let shown: Vec<_> = telling.into_iter().chain(others.into_iter().take(missing)).collect();
    let column = |(name, field): &(&str, &Value)| json!({ "field": name, "label": label(name, field), "sortable": true });
    json!({
        "object": object["name"],
        "list": {
            "type": "grid",
            "label": label(object["name"].as_str().unwrap_or_default(), object),
            "columns": shown.iter().map(column).collect::<Vec<_>>(),
            "sort": [{ "field": "created_at", "order": "desc" }],
            "searchableFields": shown.iter().map(|(name, _)| *name).take(3).collect::<Vec<_>>(),
        },
    })
}

/// A form of an object that nobody designed: all its fields in one section.
pub fn form_of(object: &Value) -> Value {
    let is_stamp = |name: &str| ["created_at", "updated_at"].contains(&name);
    let input = |(name, field): &(&str, &Value)| {
        let kind = field["type"].as_str().unwrap_or("text");
        let flag = |key: &str| field.get(key).is_some_and(|it| *it == true);
        json!({
            "field": name,
            "label": label(name, field),
            "required": flag("required"),
            "readonly": flag("readonly"),
            "type": kind,
            "colSpan": if ["textarea", "html"].contains(&kind) { 2 } else { 1 },
            "span": "auto",
        })
    };
    let fields = visible(object);
    let inputs: Vec<_> = fields.iter().filter(|(name, _)| !is_stamp(name)).map(input).collect();
    json!({
        "object": object["name"],
        "form": {
            "type": "simple",
            "sections": [{
                "label": "General Information",
                "columns": 2,
                "collapsible": false,
                "collapsed": false,
                "fields": inputs,
            }],
        },
    })
}

fn label(name: &str, of: &Value) -> Value {
    of.get("label").cloned().unwrap_or_else(|| name.into())
}

/// The fields that people see, with their names.
fn visible(object: &Value) -> Vec<(&str, &Value)> {
    let all: Vec<(&str, &Value)> = match object.get("fields") {
        Some(Value::Object(fields)) => {
            fields.iter().map(|(name, it)| (name.as_str(), it)).collect()
        }
        Some(Value::Array(fields)) => {
            fields.iter().filter_map(|it| Some((it["name"].as_str()?, it))).collect()
        }
        _ => Vec::new(),
    };
    let is_seen = |(name, field): &(&str, &Value)| {
        *name != "id" && !field.get("hidden").is_some_and(|it| *it == true)
    };
    all.into_iter().filter(is_seen).collect()
}
