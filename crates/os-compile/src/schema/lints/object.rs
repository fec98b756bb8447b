//! Lints of objects: references between the parts of one object.
//!
//! **Invariant:** every field that a field or an object names exists.

use super::package::{Found, Object, Package, is_reference};
use super::view::searchable;
use super::{entries, error, text, warning};
use crate::diagnostic::Diagnostic;
use crate::schema::rules::field_type;
use os_package::field::Title;
use os_package::system;
use serde_json::Value;

/// Checks all objects.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for object in package.in_order() {
        let path = format!("objects[{}]", object.at);
        let searched = &object.value["searchableFields"];
        searchable(package, object.name(), searched, &format!("{path}.searchableFields"), found);
        shown(&object, &path, found);
        title(&object, &path, found);
        patterns(&object, &path, found);
        uniques(&object, &path, found);
        for (name, field) in object.fields() {
            let path = || format!("{path}.fields.{name}");
            match text(field, "type") {
                "autonumber" => autonumber(&object, name, field, &path(), found),
                "summary" => summary(package, &object, field, &path(), found),
                _ if is_reference(field) => points(package, field, &path(), found),
                _ => {}
            }
        }
    }
}

/// Checks the fields that an object names.
fn shown(object: &Object, path: &str, found: &mut Vec<Diagnostic>) {
    let lists = [
        ("highlightFields", &object.value["highlightFields"]),
        ("publicSharing.redactFields", &object.value["publicSharing"]["redactFields"]),
    ];
    for (key, list) in lists {
        for (at, name) in list.as_array().into_iter().flatten().enumerate() {
            let name = name.as_str().unwrap_or_default();
            if let Found::Missing(message, help) = object.find(name)
                && !name.contains('.')
            {
                let path = format!("{path}.{key}[{at}]");
                found.push(error("object-field-ref-unknown", path, message, help));
            }
        }
    }
    for key in ["nameField", "stageField"] {
        let name = text(object.value, key);
        if let Found::Missing(message, help) = object.find(name)
            && !name.is_empty()
        {
            let path = format!("{path}.{key}");
            found.push(warning("semantic-role-field-unknown", path, message, help));
        }
    }
    let groups = entries(object.value, "fieldGroups");
    for (name, field) in object.fields() {
        let group = text(field, "group");
        if !group.is_empty()
            && !groups.is_empty()
            && !groups.iter().any(|it| it["key"] == group || it["name"] == group)
        {
            let message = format!("{} has no group of fields '{group}'", object.name());
            let help = super::suggestion(group, groups.iter().map(|it| text(it, "key")));
            let path = format!("{path}.fields.{name}.group");
            found.push(warning("field-group-undeclared", path, message, help));
        }
    }
    for (at, index) in entries(object.value, "indexes").iter().enumerate() {
        for (part, name) in entries(index, "fields").iter().enumerate() {
            if let Found::Missing(message, help) = object.find(name.as_str().unwrap_or_default()) {
                let path = format!("{path}.indexes[{at}].fields[{part}]");
                found.push(warning("index-field-unknown", path, message, help));
            }
        }
    }
}

/// Checks that an object has a field that names its records.
fn title(object: &Object, path: &str, found: &mut Vec<Diagnostic>) {
    let is_named = !text(object.value, "nameField").is_empty();
    let is_detail = object.value["sharingModel"] == "controlled_by_parent";
    let mut kinds = object.fields().filter_map(|(_, field)| field_type(field));
    if !is_named
        && !is_detail
        && object.fields().next().is_some()
        && !kinds.any(|it| matches!(it.properties().title, Title::Possible | Title::Chosen))
    {
        let message = format!("records of {} have no field that names them", object.name());
        let help = "add a text field, or name one in `nameField`";
        found.push(warning("title-unresolvable", path, message, help));
    }
}

/// Checks the fields and states that validation rules name.
fn patterns(object: &Object, path: &str, found: &mut Vec<Diagnostic>) {
    for (at, rule) in entries(object.value, "validations").iter().enumerate() {
        let path = format!("{path}.validations[{at}]");
        if rule["type"] == "state_machine" {
            states(object, rule, &path, found);
        }
        let fields = entries(rule, "fields").iter().chain([&rule["field"]]);
        for name in fields.filter_map(Value::as_str) {
            if let Found::Missing(message, help) = object.find(name) {
                found.push(warning("validation-field-unknown", path.clone(), message, help));
            }
        }
    }
}

/// Checks that states are options of their field.
fn states(object: &Object, rule: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let Some(field) = object.field(text(rule, "field")) else { return };
    let options = crate::schema::rules::option_codes(field);
    if options.is_empty() {
        return;
    }
    let mut check = |name: &str, path: String| {
        if !options.iter().any(|option| option == name) {
            let message = format!("the field has no option '{name}'");
            let help = super::suggestion(name, options.iter().map(String::as_str));
            found.push(warning("state-unknown", path, message, help));
        }
    };
    for (from, to) in super::members(rule, "transitions") {
        check(from, format!("{path}.transitions.{from}"));
        for (at, name) in to.as_array().into_iter().flatten().enumerate() {
            let name = name.as_str().unwrap_or_default();
            check(name, format!("{path}.transitions.{from}[{at}]"));
        }
    }
}

/// Warns of a field that is declared unique twice.
fn uniques(object: &Object, path: &str, found: &mut Vec<Diagnostic>) {
    for (at, index) in entries(object.value, "indexes").iter().enumerate() {
        let [name] = entries(index, "fields") else { continue };
        let name = name.as_str().unwrap_or_default();
        let unique = object.field(name).map_or(&Value::Null, |field| &field["unique"]);
        if index["unique"] == true && !matches!(unique, Value::Null | Value::Bool(false)) {
            let message = format!("'{name}' is unique by its field, and once more by this index");
            let path = format!("{path}.indexes[{at}]");
            found.push(warning("unique-double-declaration", path, message, "remove the index"));
        }
    }
}

/// Checks the fields in the format of an autonumber: `{region}-{0000}`.
fn autonumber(object: &Object, own: &str, field: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let keys = ["autonumberFormat", "format"];
    let Some(key) = keys.into_iter().find(|key| !text(field, key).is_empty()) else { return };
    let path = format!("{path}.{key}");
    let mut has_counter = false;
    for part in text(field, key).split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        let is_counter = !name.is_empty() && name.bytes().all(|it| it == b'0');
        if (is_counter && !has_counter) || (!name.is_empty() && is_date(name)) {
            has_counter |= is_counter;
            continue;
        }
        let is_name = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        if !is_name {
            let message = format!("`{{{name}}}` stands in the number as it is written");
            let help = "write {0000} once for the counter, {YYYY} for the year, or a field";
            found.push(warning("autonumber-unrecognized-token", path.clone(), message, help));
        } else if name == own {
            let message = "an autonumber cannot contain itself";
            let help = "name another field";
            found.push(error("autonumber-references-self", path.clone(), message, help));
        } else {
            match object.field(name) {
                None => {
                    let message = format!("{} has no field '{name}'", object.name());
                    let help = super::suggestion(name, object.fields().map(|(name, _)| name));
                    let rule = "autonumber-references-unknown-field";
                    found.push(error(rule, path.clone(), message, help));
                }
                Some(it) if it["required"] != true => {
                    let message = format!("'{name}' may be empty when the number is assigned");
                    let rule = "autonumber-references-optional-field";
                    let help = "make it required";
                    found.push(warning(rule, path.clone(), message, help));
                }
                Some(_) => {}
            }
        }
    }
}

fn is_date(name: &str) -> bool {
    name.bytes().all(|it| b"YMD".contains(&it))
}

/// Checks the object and the fields of a summary.
fn summary(
    package: &Package,
    object: &Object,
    field: &Value,
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    let what = &field["summaryOperations"];
    let name = text(what, "object");
    let path = format!("{path}.summaryOperations");
    let Some(child) = package.objects.get(name) else {
        if system::has_prefix(name) {
            super::check_platform_object(name, format!("{path}.object"), found);
        } else if !name.is_empty() {
            let message = format!("this package has no object '{name}'");
            let help = super::suggestion(name, package.objects.keys().copied());
            found.push(warning("summary-object-unknown", format!("{path}.object"), message, help));
        }
        return;
    };
    for key in ["field", "relationshipField"] {
        let name = text(what, key);
        if let Found::Missing(message, help) = child.find(name)
            && !name.is_empty()
            && (key != "field" || what["function"] != "count")
        {
            let path = format!("{path}.{key}");
            found.push(warning("summary-field-unknown", path, message, help));
        }
    }
    let points = |(_, it): (&str, &Value)| is_reference(it) && it["reference"] == object.name();
    if child.fields().next().is_some() && !child.fields().any(points) {
        let message = format!("no field of {name} points to {}", object.name());
        let help = "add a lookup or a master-detail field to it";
        found.push(warning("summary-unrelated", format!("{path}.object"), message, help));
    }
}

/// Checks that the field that shows a reference exists.
fn points(package: &Package, field: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let target = text(field, "reference");
    let namespace = text(&package.stack["manifest"], "namespace");
    let is_own = target.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('_'));
    if is_own && !namespace.is_empty() && !package.objects.contains_key(target) {
        let message = format!("this package has no object '{target}'");
        let help = super::suggestion(target, package.objects.keys().copied());
        found.push(warning("reference-unknown", format!("{path}.reference"), message, help));
    }
}
