//! A metadata item as readers see it: in their language, with the members that the runtime adds.

use super::locale::Translations;
use super::translate::translate;
use super::{any, json, system_field};
use crate::kernel::{Item, Loaded, Origin};
use crate::object::ID;
use os_api::runtime::metadata as wire;
use os_package::FieldType;
use serde_json::{Map, Value, json};

/// Returns the item with its translations, its system fields and its provenance.
pub fn served(owner: &Loaded, item: &Item, translations: &Translations<'_>) -> wire::MetadataItem {
    let mut value = item.value.as_ref().clone();
    match item.kind {
        "object" => {
            system_field::add(&mut value, translations.locale);
            set_name_field(&mut value);
        }
        "view" if value.get("name").is_none() => value["name"] = (*item.name).into(),
        _ => {}
    }
    translate(item.kind, &item.name, &mut value, translations);
    value["_packageId"] = owner.package.manifest.id.as_str().into();
    value["_provenance"] = "package".into();
    value["_diagnostics"] = json!({ "valid": true });
    wire::MetadataItem(value)
}

/// Returns the item as lists show it: a document without its content.
pub fn listed(owner: &Loaded, item: &Item, translations: &Translations<'_>) -> wire::MetadataItem {
    let mut listed = served(owner, item, translations);
    if let ("doc", Some(members)) = (item.kind, listed.0.as_object_mut()) {
        members.remove("content");
    }
    listed
}

/// Returns the item with its provenance (docs/wire/metadata.md#metadata-items). It belongs to its
/// package, so nothing of it can be changed here.
pub fn shown(owner: &Loaded, item: &Item, translations: &Translations<'_>) -> wire::ShownItem {
    let served = served(owner, item, translations);
    wire::ShownItem {
        kind: item.kind.to_owned(),
        name: item.name.to_string(),
        sortability: (item.kind == "object").then(|| sortability(&served.0)),
        item: any(served),
        provenance: Some(wire::Provenance {
            lock: if owner.origin == Origin::System { "full" } else { "none" }.to_owned(),
            provenance: "package".to_owned(),
            package_id: owner.package.manifest.id.to_string(),
            editable: false,
            deletable: false,
            resettable: false,
        }),
    }
}

/// Fields that name a record, the most descriptive first.
const NAME_FIELDS: [&str; 6] = ["name", "title", "subject", "label", "full_name", "display_name"];

/// Field types whose values people can read.
const TEXT_TYPES: [&str; 7] = ["text", "textarea", "email", "url", "markdown", "html", "richtext"];

/// Sets the field that names a record, where the package does not: one with a descriptive name,
/// else the first text field.
fn set_name_field(object: &mut Value) {
    if object.get("nameField").is_some_and(Value::is_string) {
        return;
    }
    let Some(fields) = object.get("fields").and_then(Value::as_object) else { return };
    let is_title = |field: &Value| {
        let kind = field["type"].as_str().unwrap_or_default();
        field["system"] != true && TEXT_TYPES.contains(&kind)
    };
    let texts: Vec<&String> =
        fields.iter().filter(|(_, field)| is_title(field)).map(|(name, _)| name).collect();
    let is_part = |name: &str| ["_name", "_title"].iter().any(|it| name.ends_with(it));
    let exact =
        NAME_FIELDS.iter().find_map(|title| texts.iter().find(|name| name.as_str() == *title));
    let found = exact.or_else(|| texts.iter().find(|name| is_part(name))).or(texts.first());
    let declared = object.get("displayNameField").and_then(Value::as_str);
    if let Some(name) = declared.map(str::to_owned).or_else(|| found.map(|it| (*it).clone())) {
        object["nameField"] = name.into();
    }
}

/// Returns which fields a list can be sorted by: those with a column.
fn sortability(object: &Value) -> wire::Sortability {
    let named: Vec<(&str, &Value)> = match object.get("fields") {
        Some(Value::Object(map)) => map.iter().map(|(name, it)| (name.as_str(), it)).collect(),
        Some(Value::Array(list)) => {
            list.iter().filter_map(|it| Some((it["name"].as_str()?, it))).collect()
        }
        _ => Vec::new(),
    };
    let verdict = |(name, field): (&str, &Value)| {
        let kind = FieldType::of(field["type"].as_str().unwrap_or_default());
        let is_virtual = kind.is_some_and(FieldType::is_computed);
        let reason = is_virtual.then(|| "virtual-type".to_owned());
        let verdict = wire::FieldSortability { sortable: !is_virtual, reason };
        (name.to_owned(), json(&verdict))
    };
    let mut fields: Map<String, Value> = named.into_iter().map(verdict).collect();
    let id = wire::FieldSortability { sortable: true, reason: None };
    fields.entry(ID).or_insert(json(&id));
    wire::Sortability { fields }
}
