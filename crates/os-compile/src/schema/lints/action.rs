//! Lints of actions: their parameters, and where they appear.
//!
//! **Invariant:** an action of another package may place itself here; nothing here names it.

use super::analytics::object_known;
use super::package::Package;
use super::{entries, members, text, warning};
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::HashSet;

/// Checks the parameters of all actions.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for (at, action) in entries(package.stack, "actions").iter().enumerate() {
        parameters(package, action, &format!("actions[{at}]"), found);
    }
    for object in package.in_order() {
        for (at, action) in entries(object.value, "actions").iter().enumerate() {
            let path = format!("objects[{}].actions[{at}]", object.at);
            parameters(package, action, &path, found);
        }
    }
    placed(package, found);
}

fn parameters(package: &Package, action: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    object_known(package, text(action, "objectName"), format!("{path}.objectName"), found);
    for (at, parameter) in entries(action, "params").iter().enumerate() {
        for key in ["reference", "objectOverride"] {
            let path = format!("{path}.params[{at}].{key}");
            object_known(package, text(parameter, key), path, found);
        }
    }
}

/// Warns of an action that neither declares a location nor is named by a list.
fn placed(package: &Package, found: &mut Vec<Diagnostic>) {
    let views = entries(package.stack, "views");
    let objects = entries(package.stack, "objects");
    let lists = views.iter().map(|view| &view["list"]);
    let lists = lists.chain(
        views.iter().chain(objects).flat_map(|it| members(it, "listViews").map(|(_, list)| list)),
    );
    let mut named = HashSet::new();
    for list in lists {
        for key in ["rowActions", "bulkActions"] {
            named.extend(entries(list, key).iter().filter_map(Value::as_str));
        }
        named.extend(entries(list, "bulkActionDefs").iter().map(|bulk| text(bulk, "name")));
    }
    let mut check = |action: &Value, path: String| {
        let name = text(action, "name");
        if action["locations"].is_null() && !named.contains(name) {
            let message = format!("the action '{name}' appears nowhere");
            let help = "add `locations`, such as ['record_header']; `[]` if it is only called";
            found.push(warning("action-no-placement", path, message, help));
        }
    };
    for (at, action) in entries(package.stack, "actions").iter().enumerate() {
        check(action, format!("actions[{at}]"));
    }
    for object in package.in_order() {
        for (at, action) in entries(object.value, "actions").iter().enumerate() {
            check(action, format!("objects[{}].actions[{at}]", object.at));
        }
    }
}
