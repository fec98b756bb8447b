//! Lints of capabilities: a package requires those it uses.

use super::{entries, text};
use crate::diagnostic::Diagnostic;
use os_package::capability::CAPABILITIES;
use os_package::suggest::nearest;
use serde_json::Value;

/// Checks `requires`, and that it lists what the package uses.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    let requires = entries(stack, "requires");
    for (at, name) in requires.iter().enumerate() {
        let name = name.as_str().unwrap_or_default();
        if !CAPABILITIES.contains(&name) {
            let message = format!("the platform has no capability '{name}'");
            let help = match nearest(name, CAPABILITIES) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "remove it".to_owned(),
            };
            let path = format!("requires[{at}]");
            found.push(Diagnostic::error("capability", message).help(help).path(path));
        }
    }
    let asked = |name: &str| requires.iter().any(|it| it == name);
    if !asked("hierarchy-security") {
        hierarchy(stack, found);
    }
    if !asked("triggers") {
        triggers(stack, found);
    }
}

fn hierarchy(stack: &Value, found: &mut Vec<Diagnostic>) {
    for (at, permission) in entries(stack, "permissions").iter().enumerate() {
        for (object, grant) in permission["objects"].as_object().into_iter().flatten() {
            for key in ["readScope", "writeScope"] {
                let scope = text(grant, key);
                if matches!(scope, "unit" | "unit_and_below" | "own_and_reports") {
                    let message = format!("the scope '{scope}' needs a hierarchy");
                    let help = "add `requires: ['hierarchy-security']` to the stack";
                    let path = format!("permissions[{at}].objects.{object}.{key}");
                    found.push(Diagnostic::error("capability", message).help(help).path(path));
                }
            }
        }
    }
}

fn triggers(stack: &Value, found: &mut Vec<Diagnostic>) {
    for (at, flow) in entries(stack, "flows").iter().enumerate() {
        if matches!(text(flow, "status"), "obsolete" | "invalid") {
            continue;
        }
        if let Some(kind) = trigger(flow) {
            let message = format!("the flow '{}' begins by {kind}", text(flow, "name"));
            let help = "add `requires: ['triggers']` to the stack";
            let path = format!("flows[{at}]");
            found.push(Diagnostic::error("capability", message).help(help).path(path));
        }
    }
}

/// Checks flows that are started by something other than a call.
fn trigger(flow: &Value) -> Option<&'static str> {
    let start = entries(flow, "nodes").iter().find(|node| node["type"] == "start");
    let config = start.map_or(&Value::Null, |node| &node["config"]);
    let kind = text(config, "triggerType");
    if kind.starts_with("record-") {
        Some("a change of a record")
    } else if config["timeRelative"].is_object() {
        Some("a date of a record")
    } else if !config["schedule"].is_null() || flow["type"] == "schedule" {
        Some("a schedule")
    } else if flow["type"] == "api" || kind == "api" {
        Some("a call of the API")
    } else {
        None
    }
}
