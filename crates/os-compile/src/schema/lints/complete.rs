//! Lints of missing keys: a choice without options, a formula without an expression.
//!
//! **Invariant:** a key is required only where the platform would do nothing without it.

use super::package::Package;
use super::{entries, error, members, text, warning};
use crate::diagnostic::Diagnostic;
use crate::schema::rules::field_type;
use os_package::field::{Choice, FieldProperties, FieldType, Reference};
use serde_json::Value;

/// Checks fields, lists and webhooks.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for object in package.in_order() {
        for (name, it) in object.fields() {
            field(it, &|| format!("objects[{}].fields.{name}", object.at), found);
        }
        for (key, list) in members(object.value, "listViews") {
            layout(list, &format!("objects[{}].listViews.{key}", object.at), found);
        }
    }
    for (at, view) in entries(package.stack, "views").iter().enumerate() {
        layout(&view["list"], &format!("views[{at}].list"), found);
        for (key, list) in members(view, "listViews") {
            layout(list, &format!("views[{at}].listViews.{key}"), found);
        }
    }
    for (at, webhook) in entries(package.stack, "webhooks").iter().enumerate() {
        if entries(webhook, "triggers").is_empty() {
            let message = "the webhook has no triggers, so that it is never called";
            let help = "add `triggers: ['create', 'update']`";
            let path = format!("webhooks[{at}].triggers");
            found.push(error("webhook/without-triggers", path, message, help));
        }
    }
}

fn field(field: &Value, path: &dyn Fn() -> String, found: &mut Vec<Diagnostic>) {
    let Some(kind) = field_type(field) else { return };
    let has_options = !entries(field, "options").is_empty();
    let FieldProperties { reference, choice, .. } = *kind.properties();
    let (rule, key, message, help) = match kind {
        FieldType::Summary if !field["summaryOperations"].is_object() => (
            "field/summary-without-operations",
            "summaryOperations",
            "a summary must declare what it summarizes",
            "add `summaryOperations: { object: '…', field: '…', function: 'sum' }`",
        ),
        FieldType::Formula if field["expression"].is_null() => (
            "field/formula-without-expression",
            "expression",
            "a formula needs its expression",
            "add `expression: 'record.a * record.b'`",
        ),
        _ if reference == Reference::Named && text(field, "reference").is_empty() => (
            "field/relationship-without-reference",
            "reference",
            "a reference needs the object it points to",
            "add `reference: '…'`",
        ),
        _ if choice == Choice::Required && !has_options => (
            "field/choice-without-options",
            "options",
            "there is nothing to choose from, and any value is taken",
            "add `options: [{ label: '…', value: '…' }]`",
        ),
        _ if choice == Choice::Expected && !has_options => {
            let message = "there is nothing to choose from";
            let help = "add `options: [{ label: '…', value: '…' }]`, or use a multiselect field";
            let path = format!("{}.options", path());
            return found.push(warning("field/choice-without-options", path, message, help));
        }
        _ => return,
    };
    found.push(error(rule, format!("{}.{key}", path()), message, help));
}

/// Checks that a layout names the fields it needs.
fn layout(list: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let kind = text(list, "type");
    let needs = ["kanban", "calendar", "gantt", "timeline", "map", "tree"].contains(&kind);
    if needs && !list[kind].is_object() {
        let message = format!("a {kind} view does not know which fields it is drawn from");
        let help = format!("add `{kind}: {{ … }}`");
        found.push(warning("view/layout-without-binding", format!("{path}.{kind}"), message, help));
    }
    if !text(&list["rowColor"], "field").is_empty() && list["rowColor"]["colors"].is_null() {
        let message = "rows are coloured by a field, and no value has a colour";
        let help = "add `colors: { <value>: '#…' }`";
        let path = format!("{path}.rowColor.colors");
        found.push(warning("view/row-color-without-colors", path, message, help));
    }
}
