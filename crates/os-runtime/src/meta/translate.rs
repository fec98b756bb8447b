//! The texts of an item in the language of its reader.
//!
//! A bundle says them under `objects.<name>`, `apps.<name>`, `dashboards.<name>`
//! and so on; what it does not say stays as the package wrote it.

use super::locale::Texts;
use os_package::kind;
use serde_json::Value;

/// Puts the texts of a locale into an item.
pub fn translate(kind: &str, name: &str, item: &mut Value, texts: &Texts<'_>) {
    if let Some(place) = kind::of(kind).and_then(|kind| kind.texts) {
        own(item, texts, &[place.group, name], place.keys);
    }
    match kind {
        "object" => object(name, item, texts),
        "view" => view(name, item, texts),
        "action" => action(item, None, texts),
        "app" => navigation(item.get_mut("navigation"), name, texts),
        "dashboard" => dashboard(name, item, texts),
        "dataset" => dataset(name, item, texts),
        _ => {}
    }
}

/// Puts texts where they are said under the same keys.
fn own(item: &mut Value, texts: &Texts<'_>, place: &[&str], keys: &[&str]) {
    for key in keys {
        put(item, key, texts, &[place, &[*key]].concat());
    }
}

fn put(item: &mut Value, key: &str, texts: &Texts<'_>, place: &[&str]) {
    if let (Some(text), true) = (texts.at(place), item.is_object()) {
        item[key] = text.into();
    }
}

fn object(name: &str, item: &mut Value, texts: &Texts<'_>) {
    let field = |field_name: &str, field: &mut Value| {
        let place = ["objects", name, "fields", field_name];
        own(field, texts, &place, &["label", "help"]);
        for option in list(field.get_mut("options")) {
            if let Some(value) = scalar(option.get("value")) {
                put(option, "label", texts, &[&place[..], &["options", &value]].concat());
            }
        }
    };
    match item.get_mut("fields") {
        Some(Value::Object(fields)) => fields.iter_mut().for_each(|(name, it)| field(name, it)),
        Some(Value::Array(fields)) => {
            for it in fields {
                let name = it["name"].as_str().unwrap_or_default().to_owned();
                field(&name, it);
            }
        }
        _ => {}
    }
    list(item.get_mut("actions")).for_each(|it| action(it, Some(name), texts));
}

/// `objects.<object>._views.<key>`, where the name of the view is `<object>.<key>`.
fn view(name: &str, item: &mut Value, texts: &Texts<'_>) {
    let places = ["/objectName", "/object", "/data/object", "/config/data/object"];
    let object = places.iter().find_map(|it| item.pointer(it)?.as_str()).map(str::to_owned);
    if let Some(object) = object {
        let key = name.strip_prefix(&object).and_then(|rest| rest.strip_prefix('.'));
        let place = ["objects", &object, "_views", key.unwrap_or(name)];
        own(item, texts, &place, &["label", "description"]);
    }
    if item.get("label").is_none_or(Value::is_null) {
        item["label"] = name.into();
    }
}

/// `objects.<object>._actions.<name>`, or `globalActions.<name>`.
fn action(item: &mut Value, object: Option<&str>, texts: &Texts<'_>) {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let object = text("objectName").or_else(|| object.map(str::to_owned));
    let Some(name) = text("name") else { return };
    let global = ["globalActions", name.as_str()];
    let of_object = object.as_deref().map(|it| ["objects", it, "_actions", &name]);
    let places = [Some(&global[..]), of_object.as_ref().map(|it| &it[..])];
    for place in places.into_iter().flatten() {
        own(item, texts, place, &["label", "description", "confirmText", "successMessage"]);
        for param in list(item.get_mut("params")) {
            let Some(param_name) = param["name"].as_str().map(str::to_owned) else { continue };
            let place = [place, &["params", &param_name]].concat();
            own(param, texts, &place, &["label", "help", "placeholder"]);
        }
    }
}

fn navigation(nodes: Option<&mut Value>, app: &str, texts: &Texts<'_>) {
    for node in list(nodes) {
        if let Some(id) = node["id"].as_str().map(str::to_owned) {
            own(node, texts, &["apps", app, "navigation", &id], &["label"]);
        }
        navigation(node.get_mut("children"), app, texts);
    }
}

fn dashboard(name: &str, item: &mut Value, texts: &Texts<'_>) {
    for widget in list(item.get_mut("widgets")) {
        if let Some(id) = widget["id"].as_str().map(str::to_owned) {
            own(widget, texts, &["dashboards", name, "widgets", &id], &["title", "description"]);
        }
    }
}

fn dataset(name: &str, item: &mut Value, texts: &Texts<'_>) {
    for group in ["dimensions", "measures"] {
        for member in list(item.get_mut(group)) {
            if let Some(member_name) = member["name"].as_str().map(str::to_owned) {
                own(member, texts, &["datasets", name, group, &member_name], &["label"]);
            }
        }
    }
}

/// The maps of a list; none where it is no list.
fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let items = value.and_then(Value::as_array_mut).map(|it| it.iter_mut());
    items.into_iter().flatten().filter(|it| it.is_object())
}

/// The value of an option, as the keys of a bundle spell it.
fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}
