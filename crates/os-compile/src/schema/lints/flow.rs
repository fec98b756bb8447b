//! Lints of flows: their triggers, the fields they write, and their conditions.
//!
//! **Invariant:** nodes inside loops, branches and attempts are checked like others.

use super::flow_graph::{Graph, graphs};
use super::form::cel;
use super::package::{Found, Package};
use super::site::{About, Site, source, source_path};
use super::{entries, error, flow_route, is_template, members, text, warning};
use crate::diagnostic::Diagnostic;
use os_package::system;
use serde_json::Value;

/// Lists the conditions of all flows, and checks those that are plain strings.
pub fn sites<'s>(package: &Package<'s>, found: &mut Vec<Diagnostic>) -> Vec<Site<'s>> {
    let mut sites = Vec::new();
    for (at, flow) in entries(package.stack, "flows").iter().enumerate() {
        let object = text(&start(flow)["config"], "objectName");
        for graph in graphs(flow, format!("flows[{at}]")) {
            let mut add = |path: String, value: &'s Value, object: &'s str| {
                if value.is_string()
                    && let Some(source) = source(value)
                    && !source.trim().is_empty()
                {
                    cel(source, &path, found);
                }
                if source(value).is_some() {
                    let about = About::Flow;
                    sites.push(Site { path, value, object, about, guarded: false });
                }
            };
            for (at, node) in entries(graph.value, "nodes").iter().enumerate() {
                let config = &node["config"];
                let path = format!("{}.nodes[{at}].config", graph.path);
                add(format!("{path}.condition"), &config["condition"], object);
                // Variables of the flow are at hand here, and not the record's fields.
                let (list, key) = match text(node, "type") {
                    "decision" => ("conditions", "expression"),
                    "screen" => ("fields", "visibleWhen"),
                    _ => continue,
                };
                for (at, entry) in entries(config, list).iter().enumerate() {
                    add(format!("{path}.{list}[{at}].{key}"), &entry[key], "");
                }
            }
            for (at, edge) in entries(graph.value, "edges").iter().enumerate() {
                add(format!("{}.edges[{at}].condition", graph.path), &edge["condition"], object);
            }
        }
    }
    sites
}

fn start(flow: &Value) -> &Value {
    let is_start = |node: &&Value| node["type"] == "start";
    entries(flow, "nodes").iter().find(is_start).unwrap_or(&Value::Null)
}

/// Checks all flows.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for (at, flow) in entries(package.stack, "flows").iter().enumerate() {
        let path = format!("flows[{at}]");
        trigger(package, flow, &path, found);
        let graphs = graphs(flow, path.clone());
        run_as(flow, &graphs, &path, found);
        for graph in &graphs {
            shapes(graph, found);
            flow_route::check(graph, found);
            for (at, node) in entries(graph.value, "nodes").iter().enumerate() {
                let path = format!("{}.nodes[{at}]", graph.path);
                writes(package, flow, node, &path, found);
                script(node, &path, found);
                approval(node, &path, found);
            }
        }
    }
}

/// Returns a condition that is a string or an expression.
fn shapes(graph: &Graph, found: &mut Vec<Diagnostic>) {
    let mut check = |value: &Value, path: String| {
        if !value.is_null() && !value.is_string() && !value["source"].is_string() {
            let message = "a condition must be a CEL string or an expression";
            let help = "write it as `'record.amount > 100'`";
            found.push(error("expression-invalid", path, message, help));
        }
    };
    for (at, node) in entries(graph.value, "nodes").iter().enumerate() {
        let path = format!("{}.nodes[{at}].config.condition", graph.path);
        check(&node["config"]["condition"], path);
    }
}

/// Checks that the trigger of a flow can start it.
fn trigger(package: &Package, flow: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let nodes = entries(flow, "nodes");
    let Some(at) = nodes.iter().position(|node| node["type"] == "start") else { return };
    let config = &nodes[at]["config"];
    let base = format!("{path}.nodes[{at}].config");
    let kind = text(config, "triggerType");
    let is_record = kind.starts_with("record-");
    let mut check_object = |name: &str, path: String| {
        if name.is_empty() || package.objects.contains_key(name) {
            return;
        }
        if system::has_prefix(name) {
            return super::check_platform_object(name, path, found);
        }
        let message =
            format!("this package has no object '{name}', so that nothing begins the flow");
        let help = super::suggestion(name, package.objects.keys().copied());
        found.push(warning("flow-trigger-unknown-object", path, message, help));
    };
    if is_record {
        check_object(text(config, "objectName"), format!("{base}.objectName"));
    }
    let timed = text(&config["timeRelative"], "object");
    check_object(timed, format!("{base}.timeRelative.object"));
    let names_many = config["triggerType"].is_array();
    if names_many || (is_record && !is_record_event(kind.trim())) {
        let message = format!("no change of a record is called {}", config["triggerType"]);
        let help = "write `record-before-` or `record-after-` with create, update, delete or write";
        found.push(error(
            "flow-trigger-unknown-event",
            format!("{base}.triggerType"),
            message,
            help,
        ));
    }
    let relative = &config["timeRelative"];
    if !relative.is_null() && !relative.is_object() {
        let path = format!("{base}.timeRelative");
        let help = "write `{ object: '…', dateField: '…', offsetDays: 1 }`";
        let message = "`timeRelative` is an object";
        found.push(error("flow-time-relative-descriptor-unroutable", path, message, help));
    }
    let has_other =
        names_many || relative.is_object() || !config["schedule"].is_null() || kind == "api";
    if flow["type"] == "record_change" && !is_record && !has_other {
        let message = "the flow follows changes of records, but its start names none";
        let help = "add `triggerType: 'record-after-update'` to the config of the start node";
        found.push(error("flow-trigger-unroutable", format!("{base}.triggerType"), message, help));
    }
}

fn is_record_event(kind: &str) -> bool {
    let rest = kind.strip_prefix("record-before-").or_else(|| kind.strip_prefix("record-after-"));
    matches!(rest, Some("create" | "insert" | "update" | "delete" | "write"))
}

/// Warns of a flow without a caller that runs with a caller's rights.
fn run_as(flow: &Value, graphs: &[Graph], path: &str, found: &mut Vec<Diagnostic>) {
    let config = &start(flow)["config"];
    let kind = text(config, "triggerType");
    let by = if flow["type"] == "schedule" || kind == "schedule" || !config["schedule"].is_null() {
        "a schedule"
    } else if !config["timeRelative"].is_null() || kind == "time_relative" {
        "a date"
    } else if flow["type"] == "api" || kind == "api" {
        "a call of the API"
    } else {
        return;
    };
    let is_data = |node: &Value| {
        let kind = text(node, "type");
        matches!(kind, "get_record" | "create_record" | "update_record" | "delete_record")
    };
    let has_data = graphs.iter().any(|graph| entries(graph.value, "nodes").iter().any(is_data));
    if flow["runAs"] != "system" && has_data {
        let message = format!("the flow begins by {by}, has no user, and reads or writes records");
        let help = "add `runAs: 'system'`";
        found.push(error("flow-runas-unscoped", format!("{path}.runAs"), message, help));
    }
}

/// Checks the fields that a node writes.
fn writes(package: &Package, flow: &Value, node: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let kind = text(node, "type");
    if !matches!(kind, "create_record" | "update_record") {
        return;
    }
    let config = &node["config"];
    let name = [text(config, "objectName"), text(config, "object")];
    let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let Some(object) = package.objects.get(name).filter(|_| !is_template(name)) else { return };
    for (field, _) in members(config, "fields").filter(|(field, _)| !field.contains('.')) {
        let path = format!("{path}.config.fields.{field}");
        match object.find(field) {
            Found::Missing(message, help) => {
                found.push(error("flow-node-write-unknown-field", path, message, help));
            }
            Found::Field(it) if it["readonly"] == true && flow["runAs"] != "system" => {
                if kind == "create_record" && !object.value["managedBy"].is_null() {
                    continue;
                }
                let message = format!("'{field}' is read-only, so that the flow does not write it");
                let help = "add `runAs: 'system'` to the flow, or make the field writable";
                found.push(error("flow-update-readonly-field", path, message, help));
            }
            Found::Field(it) if !it["readonlyWhen"].is_null() && kind == "update_record" => {
                let message = format!("'{field}' is read-only at times, and is not written then");
                let help = "see that the flow runs only when it may be written";
                found.push(warning("flow-update-readonly-when-field", path, message, help));
            }
            _ => {}
        }
    }
}

/// Checks that a script node names its code.
fn script(node: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    if node["type"] != "script" {
        return;
    }
    let config = &node["config"];
    for key in ["actionType", "template", "recipients", "variables", "script"] {
        if !config[key].is_null() {
            let message = format!("`{key}` of a script node is no longer supported");
            let help = "name a function of the package in `function`; mail is a notify node";
            found.push(error("flow-script", format!("{path}.config.{key}"), message, help));
        }
    }
    let names = ["function", "functionName"].map(|key| text(config, key).trim());
    if names.iter().all(|name| name.is_empty()) {
        let message = "the script node names no function, so that it does nothing";
        let help = "add `function: '…'`, and the function to `functions` of the stack";
        found.push(error("flow-script", format!("{path}.config"), message, help));
    }
}

fn approval(node: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    if node["type"] != "approval" {
        return;
    }
    let config = &node["config"];
    for (at, approver) in entries(config, "approvers").iter().enumerate() {
        let value = &approver["value"];
        if approver["type"] == "expression"
            && let Some(text) = source(value)
        {
            cel(text, &source_path(&format!("{path}.config.approvers[{at}].value"), value), found);
        }
    }
    for (at, output) in entries(config, "decisionOutputs").iter().enumerate() {
        let key = output.as_str().unwrap_or(text(output, "key"));
        if matches!(key, "decision" | "requestId") {
            let message = format!("the answer of an approval has '{key}' already");
            let path = format!("{path}.config.decisionOutputs[{at}]");
            let rule = "approval-decision-outputs-reserved";
            found.push(error(rule, path, message, "give it another name"));
        }
    }
}
