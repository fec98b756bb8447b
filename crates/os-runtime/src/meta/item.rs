//! An item as readers see it: what the package wrote, in their language, with
//! what the runtime adds to it.

use super::locale::Texts;
use super::system_field;
use super::translate::translate;
use crate::kernel::{Item, Loaded, Origin};
use crate::object::ID;
use os_package::FieldType;
use serde_json::{Map, Value, json};

/// The item with its texts, its system fields and its provenance.
pub fn served(owner: &Loaded, item: &Item, texts: &Texts<'_>) -> Value {
    let mut value = item.value.as_ref().clone();
    match item.kind {
        "object" => {
            system_field::add(&mut value, texts.locale);
            name_its_records(&mut value);
        }
        "view" if value.get("name").is_none() => value["name"] = (*item.name).into(),
        _ => {}
    }
    translate(item.kind, &item.name, &mut value, texts);
    value["_packageId"] = owner.package.manifest.id.as_str().into();
    value["_provenance"] = "package".into();
    value["_diagnostics"] = json!({ "valid": true });
    value
}

/// The item as it stands in a list: a document without its text.
pub fn listed(owner: &Loaded, item: &Item, texts: &Texts<'_>) -> Value {
    let mut value = served(owner, item, texts);
    if let ("doc", Some(value)) = (item.kind, value.as_object_mut()) {
        value.remove("content");
    }
    value
}

/// The answer to who asks for one item (contract §3.15). It belongs to its
/// package, so nothing of it can be changed here.
pub fn enveloped(owner: &Loaded, item: &Item, texts: &Texts<'_>) -> Value {
    let value = served(owner, item, texts);
    let mut answer = json!({ "type": item.kind, "name": &*item.name });
    if item.kind == "object" {
        answer["sortability"] = sortability(&value);
    }
    answer["item"] = value;
    answer["lock"] = if owner.origin == Origin::System { "full" } else { "none" }.into();
    answer["provenance"] = "package".into();
    answer["packageId"] = owner.package.manifest.id.as_str().into();
    for act in ["editable", "deletable", "resettable"] {
        answer[act] = false.into();
    }
    answer
}

/// Fields that tell what a record is, the most telling first.
const TITLES: [&str; 6] = ["name", "title", "subject", "label", "full_name", "display_name"];

/// Types whose values people can read.
const TEXTS: [&str; 7] = ["text", "textarea", "email", "url", "markdown", "html", "richtext"];

/// Says which field people know a record by, where the package does not: one
/// with a telling name, else the first text of its own.
fn name_its_records(object: &mut Value) {
    if object.get("nameField").is_some_and(Value::is_string) {
        return;
    }
    let Some(fields) = object.get("fields").and_then(Value::as_object) else { return };
    let is_title = |field: &Value| {
        let kind = field["type"].as_str().unwrap_or_default();
        field["system"] != true && TEXTS.contains(&kind)
    };
    let texts: Vec<&String> =
        fields.iter().filter(|(_, field)| is_title(field)).map(|(name, _)| name).collect();
    let is_part = |name: &str| ["_name", "_title"].iter().any(|it| name.ends_with(it));
    let exact = TITLES.iter().find_map(|title| texts.iter().find(|name| name.as_str() == *title));
    let found = exact.or_else(|| texts.iter().find(|name| is_part(name))).or(texts.first());
    let declared = object.get("displayNameField").and_then(Value::as_str);
    if let Some(name) = declared.map(str::to_owned).or_else(|| found.map(|it| (*it).clone())) {
        object["nameField"] = name.into();
    }
}

/// Which fields a list can be sorted by: those that have a column.
fn sortability(object: &Value) -> Value {
    let named: Vec<(&str, &Value)> = match object.get("fields") {
        Some(Value::Object(map)) => map.iter().map(|(name, it)| (name.as_str(), it)).collect(),
        Some(Value::Array(list)) => {
            list.iter().filter_map(|it| Some((it["name"].as_str()?, it))).collect()
        }
        _ => Vec::new(),
    };
    let verdict = |(name, field): (&str, &Value)| {
        let kind = FieldType::of(field["type"].as_str().unwrap_or_default());
        let verdict = if kind.is_some_and(FieldType::is_computed) {
            json!({ "sortable": false, "reason": "virtual-type" })
        } else {
            json!({ "sortable": true })
        };
        (name.to_owned(), verdict)
    };
    let mut fields: Map<String, Value> = named.into_iter().map(verdict).collect();
    fields.entry(ID).or_insert(json!({ "sortable": true }));
    json!({ "fields": fields })
}
