//! Lints of pages: their components, and the fields and actions these name.
//!
//! **Invariant:** a page that is written as source has no components.

use super::filter::fields;
use super::package::{Found, Package};
use super::site::{About, Site, source};
use super::{entries, error, members, text, warning};
use crate::diagnostic::Diagnostic;
use serde_json::Value;

/// A component of a page, and the object whose record it is about.
pub struct Component<'s> {
    /// Its path.
    pub path: String,
    /// Its value.
    pub value: &'s Value,
    /// The object; empty where there is none.
    pub object: &'s str,
}

/// Namespaces of the platform's components.
const PLATFORM_NAMESPACES: [&str; 7] = ["page", "record", "app", "nav", "global", "ai", "element"];

/// The components of the platform in them.
const PLATFORM_COMPONENTS: [&str; 35] = [
    "page:header",
    "page:footer",
    "page:sidebar",
    "page:tabs",
    "page:accordion",
    "page:card",
    "page:section",
    "record:details",
    "record:highlights",
    "record:related_list",
    "record:activity",
    "record:chatter",
    "record:discussion",
    "record:path",
    "record:alert",
    "record:quick_actions",
    "record:reference_rail",
    "record:history",
    "record:line_items",
    "app:launcher",
    "nav:menu",
    "nav:breadcrumb",
    "global:search",
    "global:notifications",
    "ai:chat_window",
    "ai:suggestion",
    "element:text",
    "element:number",
    "element:image",
    "element:divider",
    "element:button",
    "element:record_picker",
    "element:text_input",
    "element:filter",
    "element:form",
];
const VIEWER: &str = "element:metadata_viewer";

/// Levels of components that are checked.
const MAX_DEPTH: usize = 32;

/// Returns the components of all pages.
pub fn components<'s>(package: &Package<'s>) -> Vec<Component<'s>> {
    let mut all = Vec::new();
    for (at, page) in entries(package.stack, "pages").iter().enumerate() {
        if matches!(text(page, "kind"), "html" | "react" | "jsx") {
            continue;
        }
        let (path, object) = (format!("pages[{at}]"), text(page, "object"));
        for (at, region) in entries(page, "regions").iter().enumerate() {
            let path = format!("{path}.regions[{at}].components");
            list(&region["components"], &path, object, 0, &mut all);
        }
        for (slot, value) in members(page, "slots") {
            let path = format!("{path}.slots.{slot}");
            match value {
                Value::Array(_) => list(value, &path, object, 0, &mut all),
                value => component(value, path, object, 0, &mut all),
            }
        }
    }
    all
}

fn list<'s>(
    value: &'s Value,
    path: &str,
    object: &'s str,
    depth: usize,
    all: &mut Vec<Component<'s>>,
) {
    for (at, value) in value.as_array().into_iter().flatten().enumerate() {
        component(value, format!("{path}[{at}]"), object, depth, all);
    }
}

fn component<'s>(
    value: &'s Value,
    path: String,
    above: &'s str,
    depth: usize,
    all: &mut Vec<Component<'s>>,
) {
    if !value.is_object() || depth > MAX_DEPTH {
        return;
    }
    let properties = &value["properties"];
    let own = [text(&value["dataSource"], "object"), text(properties, "object"), above];
    let object = own.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let base = format!("{path}.properties");
    all.push(Component { path, value, object });
    for (at, item) in entries(properties, "items").iter().enumerate() {
        let path = format!("{base}.items[{at}].children");
        list(&item["children"], &path, object, depth + 1, all);
    }
    for key in ["children", "body", "footer"] {
        list(&properties[key], &format!("{base}.{key}"), object, depth + 1, all);
    }
}

/// Checks when components are shown.
pub fn sites<'s>(package: &Package<'s>) -> Vec<Site<'s>> {
    let mut sites = Vec::new();
    for Component { path, value, object } in components(package) {
        let when = &value["visibleWhen"];
        if source(when).is_some() {
            let path = format!("{path}.visibleWhen");
            sites.push(Site { path, value: when, object, about: About::Form, guarded: false });
        }
    }
    sites
}

/// Checks the components of all pages.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for it in components(package) {
        let kind = text(it.value, "type");
        let is_reserved =
            kind.split_once(':').is_some_and(|(space, _)| PLATFORM_NAMESPACES.contains(&space));
        if is_reserved && !PLATFORM_COMPONENTS.contains(&kind) && kind != VIEWER {
            let message = format!("the platform has no component '{kind}'");
            let help = super::suggestion(kind, PLATFORM_COMPONENTS.into_iter());
            let path = format!("{}.type", it.path);
            found.push(error("component-type-unknown", path, message, help));
        }
        let properties = &it.value["properties"];
        for (at, name) in entries(properties, "actionNames").iter().enumerate() {
            let path = format!("{}.properties.actionNames[{at}]", it.path);
            super::view::action(package, name.as_str().unwrap_or_default(), path, found);
        }
        match kind {
            "record:related_list" => related(package, properties, &it.path, found),
            "record:highlights" => shown(package, &it, found),
            _ => {}
        }
    }
}

const UNKNOWN: &str = "page-field-unknown";

/// Checks the fields of a related list.
fn related(package: &Package, properties: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let Some(object) = package.objects.get(text(properties, "objectName")) else { return };
    let mut check = |name: &str, path: String| {
        if let Found::Missing(message, help) = object.find(name)
            && !name.is_empty()
            && !name.contains('.')
        {
            found.push(error(UNKNOWN, path, message, help));
        }
    };
    let path = format!("{path}.properties");
    check(text(properties, "relationshipField"), format!("{path}.relationshipField"));
    for (at, column) in entries(properties, "columns").iter().enumerate() {
        let name = column.as_str().unwrap_or(text(column, "field"));
        check(name, format!("{path}.columns[{at}]"));
    }
    let own = format!("{path}.filter");
    fields(&properties["filter"], &own, &mut |name, path| check(name, path));
}

/// Checks the fields that are shown at the top of a record.
fn shown(package: &Package, it: &Component, found: &mut Vec<Diagnostic>) {
    let Some(object) = package.objects.get(it.object) else { return };
    for (at, field) in entries(&it.value["properties"], "fields").iter().enumerate() {
        let name = field.as_str().unwrap_or(text(field, "name"));
        if let Found::Missing(message, help) = object.find(name)
            && !name.is_empty()
        {
            let path = format!("{}.properties.fields[{at}]", it.path);
            found.push(warning(UNKNOWN, path, message, help));
        }
    }
}
