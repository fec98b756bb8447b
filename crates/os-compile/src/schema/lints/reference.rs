//! Lints of references: a package has everything that it names (docs/wire/compile.md#author-rules).

use super::{check_platform_object, entries, text};
use crate::diagnostic::Diagnostic;
use os_package::suggest::nearest;
use os_package::system;
use serde_json::Value;
use std::collections::HashSet;

/// Names of the items of a package.
struct Names<'s> {
    objects: HashSet<&'s str>,
    dashboards: HashSet<&'s str>,
    pages: HashSet<&'s str>,
    flows: HashSet<&'s str>,
    reports: HashSet<&'s str>,
    actions: HashSet<&'s str>,
}

/// Checks references between the items of a package.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    actions_once(stack, found);
    let names = names(stack);
    if names.objects.is_empty() {
        return;
    }
    for (at, hook) in entries(stack, "hooks").iter().enumerate() {
        let path = format!("hooks[{at}].object");
        let many = entries(hook, "object").iter();
        for name in many.chain([&hook["object"]]).filter_map(Value::as_str) {
            known(&names.objects, name, "object", &path, found);
        }
    }
    for (at, view) in entries(stack, "views").iter().enumerate() {
        for part in ["list", "form"] {
            let data = &view[part]["data"];
            if data["provider"] == "object" {
                let path = format!("views[{at}].{part}.data.object");
                known(&names.objects, text(data, "object"), "object", &path, found);
            }
        }
    }
    for (at, seed) in entries(stack, "data").iter().enumerate() {
        own_or_platform(&names, text(seed, "object"), &format!("data[{at}].object"), found);
    }
    mappings(stack, &names, found);
    actions(stack, &names, found);
    for (at, permission) in entries(stack, "permissions").iter().enumerate() {
        for name in permission["objects"].as_object().into_iter().flat_map(|map| map.keys()) {
            own_or_platform(&names, name, &format!("permissions[{at}].objects.{name}"), found);
        }
    }
    for (at, app) in entries(stack, "apps").iter().enumerate() {
        navigation(entries(app, "navigation"), &format!("apps[{at}].navigation"), &names, found);
    }
}

fn names(stack: &Value) -> Names<'_> {
    let of = |list| entries(stack, list).iter().map(|item| text(item, "name")).collect();
    let embedded = entries(stack, "objects").iter().flat_map(|it| entries(it, "actions"));
    let actions = entries(stack, "actions").iter().chain(embedded);
    Names {
        objects: of("objects"),
        dashboards: of("dashboards"),
        pages: of("pages"),
        flows: of("flows"),
        reports: of("reports"),
        actions: actions.map(|action| text(action, "name")).collect(),
    }
}

fn known(names: &HashSet<&str>, name: &str, what: &str, path: &str, found: &mut Vec<Diagnostic>) {
    if name.is_empty() || names.contains(name) {
        return;
    }
    let message = format!("there is no {what} '{name}' in this package");
    let mut sorted: Vec<_> = names.iter().copied().collect();
    sorted.sort_unstable();
    let help = match nearest(name, sorted) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("add the {what}, or remove what names it"),
    };
    found.push(Diagnostic::error("reference", message).help(help).path(path));
}

fn own_or_platform(names: &Names, name: &str, path: &str, found: &mut Vec<Diagnostic>) {
    if !system::has_prefix(name) {
        known(&names.objects, name, "object", path, found);
    } else if !names.objects.contains(name) {
        check_platform_object(name, path, found);
    }
}

fn mappings(stack: &Value, names: &Names, found: &mut Vec<Diagnostic>) {
    for (at, mapping) in entries(stack, "mappings").iter().enumerate() {
        let path = format!("mappings[{at}]");
        let target = text(mapping, "targetObject");
        known(&names.objects, target, "object", &format!("{path}.targetObject"), found);
        for (entry, field) in entries(mapping, "fieldMapping").iter().enumerate() {
            if field["transform"] == "javascript" {
                let message = "an import runs no code";
                let help = "use constant, map, split, join or lookup, or a hook";
                let path = format!("{path}.fieldMapping[{entry}].transform");
                found.push(Diagnostic::error("mapping", message).help(help).path(path));
            }
        }
    }
}

/// Checks the object and the target of actions.
fn actions(stack: &Value, names: &Names, found: &mut Vec<Diagnostic>) {
    let top = entries(stack, "actions");
    for (at, it) in top.iter().enumerate() {
        action(it, &format!("actions[{at}]"), names, found);
    }
    for (at, object) in entries(stack, "objects").iter().enumerate() {
        for (number, it) in entries(object, "actions").iter().enumerate() {
            // An action of the stack stands in its object as well.
            if !top.contains(it) {
                action(it, &format!("objects[{at}].actions[{number}]"), names, found);
            }
        }
    }
}

fn action(it: &Value, path: &str, names: &Names, found: &mut Vec<Diagnostic>) {
    let about = text(it, "objectName");
    known(&names.objects, about, "object", &format!("{path}.objectName"), found);
    let (set, what) = match text(it, "type") {
        "flow" => (&names.flows, "flow"),
        "modal" => (&names.pages, "page"),
        _ => return,
    };
    // A package that has none of a kind uses those of others.
    if !set.is_empty() {
        known(set, text(it, "target"), what, &format!("{path}.target"), found);
    }
}

fn navigation(items: &[Value], path: &str, names: &Names, found: &mut Vec<Diagnostic>) {
    for (at, item) in items.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let mut check = |set: &HashSet<&str>, key: &str, what: &str| {
            // A package that has none of a kind uses those of others.
            if !set.is_empty() {
                known(set, text(item, key), what, &format!("{path}.{key}"), found);
            }
        };
        match text(item, "type") {
            "object" => {
                if item["requiresObject"].is_null() {
                    check(&names.objects, "objectName", "object");
                }
                check(&names.actions, "runAction", "action");
            }
            "dashboard" => check(&names.dashboards, "dashboardName", "dashboard"),
            "page" => check(&names.pages, "pageName", "page"),
            "report" => check(&names.reports, "reportName", "report"),
            _ => {}
        }
        navigation(entries(item, "children"), &format!("{path}.children"), names, found);
    }
}

/// Checks that no two actions have the same object and name.
fn actions_once(stack: &Value, found: &mut Vec<Diagnostic>) {
    let top = entries(stack, "actions");
    let mut keys = HashSet::new();
    for (at, action) in top.iter().enumerate() {
        let path = format!("actions[{at}]");
        once(&mut keys, (text(action, "objectName"), text(action, "name")), &path, found);
        if action["operation"] == "update" && text(action, "objectName").is_empty() {
            let message = "an update needs an object whose record it writes";
            let path = format!("{path}.objectName");
            let help = "add `objectName`, or move the action into its object";
            found.push(Diagnostic::error("action", message).help(help).path(path));
        }
    }
    for (at, object) in entries(stack, "objects").iter().enumerate() {
        let mut keys = HashSet::new();
        for (action, it) in entries(object, "actions").iter().enumerate() {
            let path = format!("objects[{at}].actions[{action}]");
            once(&mut keys, ("", text(it, "name")), &path, found);
        }
    }
}

fn once<'s>(
    keys: &mut HashSet<(&'s str, &'s str)>,
    key: (&'s str, &'s str),
    path: &str,
    found: &mut Vec<Diagnostic>,
) {
    if !keys.insert(key) {
        let message = format!("the action '{}' is declared twice", key.1);
        let path = format!("{path}.name");
        found.push(Diagnostic::error("action", message).help("rename one of them").path(path));
    }
}
