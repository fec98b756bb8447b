//! Views: a package declares those of an object in one container, and readers read each of them.
//!
//! **Invariant:** the name of a view is `<object>.<key>`, and no two views of a
//! container share one.

use crate::kernel::Item;
use os_api::runtime::view::{
    FormField, FormSection, GeneratedForm, GeneratedList, GeneratedView, ListColumn, ListSort,
};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Returns whether an item is a container of views.
pub fn is_container(item: &Value) -> bool {
    let has = |key: &str| item.get(key).is_some_and(Value::is_object);
    item.get("viewKind").is_none()
        && ["list", "form", "listViews", "formViews"].into_iter().any(has)
}

/// Returns the views of a container, lists before forms, in the order of the package.
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
    /// Adds the views of one kind. The unnamed view is the default, unless it repeats a named one;
    /// without it, the first view is.
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

/// Returns whether two views show the same columns under the same label.
fn is_same(one: &Value, other: &Value) -> bool {
    ["type", "label", "columns"].into_iter().all(|key| one.get(key) == other.get(key))
}

/// Fields that a generated list shows before all others.
const PREFERRED_FIELDS: [&str; 9] =
    ["name", "title", "label", "subject", "email", "status", "type", "category", "created_at"];

/// The number of columns of a generated list, where the object has no more preferred fields.
const MIN_LIST_COLUMNS: usize = 5;

/// Generates a list of an object with its most descriptive fields.
pub fn generated_list(object: &Value) -> GeneratedView {
    let fields = visible(object);
    let (preferred, others): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(name, _)| PREFERRED_FIELDS.contains(name));
    let missing = MIN_LIST_COLUMNS.saturating_sub(preferred.len());
    let shown: Vec<_> = preferred.into_iter().chain(others.into_iter().take(missing)).collect();
    let column = |(name, field): &(&str, &Value)| ListColumn {
        field: (*name).to_owned(),
        label: label(name, field),
        sortable: true,
    };
    let list = GeneratedList {
        kind: "grid".to_owned(),
        label: label(object["name"].as_str().unwrap_or_default(), object),
        columns: shown.iter().map(column).collect(),
        sort: vec![ListSort { field: "created_at".to_owned(), order: "desc".to_owned() }],
        searchable_fields: shown.iter().map(|(name, _)| (*name).to_owned()).take(3).collect(),
    };
    GeneratedView { object: object["name"].clone(), list: Some(list), form: None }
}

/// Generates a form of an object with all its fields in one section.
pub fn generated_form(object: &Value) -> GeneratedView {
    let is_stamp = |name: &str| ["created_at", "updated_at"].contains(&name);
    let input = |(name, field): &(&str, &Value)| {
        let kind = field["type"].as_str().unwrap_or("text");
        let flag = |key: &str| field.get(key).is_some_and(|it| *it == true);
        FormField {
            field: (*name).to_owned(),
            label: label(name, field),
            required: flag("required"),
            readonly: flag("readonly"),
            kind: kind.to_owned(),
            col_span: if ["textarea", "html"].contains(&kind) { 2 } else { 1 },
            span: "auto".to_owned(),
        }
    };
    let fields = visible(object);
    let section = FormSection {
        label: "General Information".to_owned(),
        columns: 2,
        collapsible: false,
        collapsed: false,
        fields: fields.iter().filter(|(name, _)| !is_stamp(name)).map(input).collect(),
    };
    let form = GeneratedForm { kind: "simple".to_owned(), sections: vec![section] };
    GeneratedView { object: object["name"].clone(), list: None, form: Some(form) }
}

fn label(name: &str, of: &Value) -> Value {
    of.get("label").cloned().unwrap_or_else(|| name.into())
}

/// Returns the fields that people see, with their names.
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
