//! Translates a metadata item.
//!
//! A bundle holds translations under `objects.<name>`, `apps.<name>`, `dashboards.<name>`
//! and so on; other texts stay as the package declares them.

use super::locale::Translations;
use os_package::kind;
use serde_json::Value;

/// Replaces the texts of an item by their translations.
pub fn translate(kind: &str, name: &str, item: &mut Value, translations: &Translations<'_>) {
    if let Some(place) = kind::of(kind).and_then(|kind| kind.texts) {
        own(item, translations, &[place.group, name], place.keys);
    }
    match kind {
        "object" => object(name, item, translations),
        "view" => view(name, item, translations),
        "action" => action(item, None, translations),
        "app" => navigation(item.get_mut("navigation"), name, translations),
        "dashboard" => dashboard(name, item, translations),
        "dataset" => dataset(name, item, translations),
        _ => {}
    }
}

/// Translates members that have the same key in the bundle.
fn own(item: &mut Value, translations: &Translations<'_>, place: &[&str], keys: &[&str]) {
    for key in keys {
        put(item, key, translations, &[place, &[*key]].concat());
    }
}

fn put(item: &mut Value, key: &str, translations: &Translations<'_>, place: &[&str]) {
    if let (Some(text), true) = (translations.at(place), item.is_object()) {
        item[key] = text.into();
    }
}

fn object(name: &str, item: &mut Value, translations: &Translations<'_>) {
    let field = |field_name: &str, field: &mut Value| {
        let place = ["objects", name, "fields", field_name];
        own(field, translations, &place, &["label", "help"]);
        for option in list(field.get_mut("options")) {
            if let Some(value) = scalar(option.get("value")) {
                put(option, "label", translations, &[&place[..], &["options", &value]].concat());
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
    list(item.get_mut("actions")).for_each(|it| action(it, Some(name), translations));
}

/// `objects.<object>._views.<key>`, where the name of the view is `<object>.<key>`.
fn view(name: &str, item: &mut Value, translations: &Translations<'_>) {
    let places = ["/objectName", "/object", "/data/object", "/config/data/object"];
    let object = places.iter().find_map(|it| item.pointer(it)?.as_str()).map(str::to_owned);
    if let Some(object) = object {
        let key = name.strip_prefix(&object).and_then(|rest| rest.strip_prefix('.'));
        let place = ["objects", &object, "_views", key.unwrap_or(name)];
        own(item, translations, &place, &["label", "description"]);
    }
    if item.get("label").is_none_or(Value::is_null) {
        item["label"] = name.into();
    }
}

/// `objects.<object>._actions.<name>`, or `globalActions.<name>`.
fn action(item: &mut Value, object: Option<&str>, translations: &Translations<'_>) {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let object = text("objectName").or_else(|| object.map(str::to_owned));
    let Some(name) = text("name") else { return };
    let global = ["globalActions", name.as_str()];
    let of_object = object.as_deref().map(|it| ["objects", it, "_actions", &name]);
    let places = [Some(&global[..]), of_object.as_ref().map(|it| &it[..])];
    for place in places.into_iter().flatten() {
        own(item, translations, place, &["label", "description", "confirmText", "successMessage"]);
        for param in list(item.get_mut("params")) {
            let Some(param_name) = param["name"].as_str().map(str::to_owned) else { continue };
            let place = [place, &["params", &param_name]].concat();
            own(param, translations, &place, &["label", "help", "placeholder"]);
        }
    }
}

fn navigation(nodes: Option<&mut Value>, app: &str, translations: &Translations<'_>) {
    for node in list(nodes) {
        if let Some(id) = node["id"].as_str().map(str::to_owned) {
            own(node, translations, &["apps", app, "navigation", &id], &["label"]);
        }
        navigation(node.get_mut("children"), app, translations);
    }
}

fn dashboard(name: &str, item: &mut Value, translations: &Translations<'_>) {
    for widget in list(item.get_mut("widgets")) {
        if let Some(id) = widget["id"].as_str().map(str::to_owned) {
            own(
                widget,
                translations,
                &["dashboards", name, "widgets", &id],
                &["title", "description"],
            );
        }
    }
}

fn dataset(name: &str, item: &mut Value, translations: &Translations<'_>) {
    for group in ["dimensions", "measures"] {
        for member in list(item.get_mut(group)) {
            if let Some(member_name) = member["name"].as_str().map(str::to_owned) {
                own(member, translations, &["datasets", name, group, &member_name], &["label"]);
            }
        }
    }
}

/// Returns the objects of a list; none of anything else.
fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let items = value.and_then(Value::as_array_mut).map(|it| it.iter_mut());
    items.into_iter().flatten().filter(|it| it.is_object())
}

/// Returns the value of an option as the key of a bundle.
fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}
