//! Flows, hooks, expressions, sharing.

use super::{entries, has, text};
use crate::schema::problem::Report;
use serde_json::Value;
use std::collections::HashSet;

/// Levels of nested nodes that are checked.
const MAX_REGION_DEPTH: usize = 32;

/// Checks that an expression has a source.
pub fn expression(value: &mut Value, report: &mut Report) {
    if !has(value, "source") && !has(value, "ast") {
        report.add("source", "an expression needs its source", "write cel`…`, or add `source`");
    }
}

/// Checks that a string is not blank.
pub fn not_blank(value: &mut Value, report: &mut Report) {
    if value.as_str().is_some_and(|text| text.trim().is_empty()) {
        report.add("", "must not be blank", "write a value, or leave the key out");
    }
}

/// Checks that a hook names its objects.
pub fn hook_objects(value: &mut Value, report: &mut Report) {
    let blank = |it: &Value| it.as_str().is_some_and(|name| name.trim().is_empty());
    let empty = match &*value {
        Value::Array(names) => names.is_empty() || names.iter().any(blank),
        name => blank(name),
    };
    if empty {
        report.add("", "a hook must name an object", "write its name, or a list of names");
    }
}

/// Checks that nodes and edges have unique ids.
pub fn flow(flow: &mut Value, report: &mut Report) {
    let mut ids = HashSet::new();
    unique_nodes(flow, "", MAX_REGION_DEPTH, &mut ids, report);
    let mut ids = HashSet::new();
    for (at, edge) in entries(flow, "edges").iter().enumerate() {
        if !ids.insert(text(edge, "id")) {
            report.add(
                format!("edges[{at}].id"),
                format!("the id {} is used twice", edge["id"]),
                "give each edge its own id",
            );
        }
    }
}

fn unique_nodes<'f>(
    graph: &'f Value,
    path: &str,
    levels: usize,
    ids: &mut HashSet<&'f str>,
    report: &mut Report,
) {
    for (at, node) in entries(graph, "nodes").iter().enumerate() {
        let path =
            if path.is_empty() { format!("nodes[{at}]") } else { format!("{path}.nodes[{at}]") };
        if let Some(id) = node["id"].as_str()
            && !ids.insert(id)
        {
            report.add(
                format!("{path}.id"),
                format!("the id '{id}' is used twice"),
                "give each node its own id",
            );
        }
        if levels == 0 {
            continue;
        }
        let config = &node["config"];
        let (single, many): (&[&str], _) = match text(node, "type") {
            "loop" => (&["body"], false),
            "try_catch" => (&["try", "catch"], false),
            "parallel" => (&[], true),
            _ => continue,
        };
        for key in single {
            unique_nodes(&config[key], &format!("{path}.config.{key}"), levels - 1, ids, report);
        }
        let branches = if many { entries(config, "branches") } else { &[] };
        for (at, branch) in branches.iter().enumerate() {
            unique_nodes(branch, &format!("{path}.config.branches[{at}]"), levels - 1, ids, report);
        }
    }
}

/// Checks that an end node has a message if it refuses, and none if not.
pub fn end_node(config: &mut Value, report: &mut Report) {
    let refused = config["outcome"] == "refused";
    if refused && text(config, "message").trim().is_empty() {
        report.add("message", "a refusal needs a message", "add `message: '…'`");
    }
    if !refused && has(config, "message") {
        report.add(
            "message",
            "only a refusal has a message",
            "write `outcome: 'refused'`, or remove `message`",
        );
    }
}

/// Checks that retries happen at least once.
pub fn retries(value: &mut Value, report: &mut Report) {
    if value["strategy"] == "retry" && value["maxRetries"].as_f64().is_some_and(|it| it < 1.0) {
        report.add(
            "maxRetries",
            "a flow that retries does so at least once",
            "write 1 or more, or another strategy",
        );
    }
}

/// Checks that a recipient from a field names the field.
pub fn recipient(value: &mut Value, report: &mut Report) {
    let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let name = text(value, "value");
    let legal =
        name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && name.chars().all(snake);
    if value["type"] == "field" && !legal {
        report.add(
            "value",
            format!("'{name}' is not the name of a field"),
            "write a name in snake_case",
        );
    }
}

/// Checks that operators on lists, and only these, have lists.
pub fn trigger_value(value: &mut Value, report: &mut Report) {
    let is_list = value["value"].is_array();
    match text(value, "operator") {
        operator @ ("in" | "not_in") if !is_list => {
            report.add(
                "value",
                format!("`{operator}` compares with a list"),
                "put the value in [ … ]",
            );
        }
        operator @ ("eq" | "neq") if is_list => {
            report.add(
                "value",
                format!("`{operator}` compares with one value"),
                "use `in` or `not_in`",
            );
        }
        _ => {}
    }
}

/// Checks that a row policy has a condition for reads or for writes.
pub fn row_level(value: &mut Value, report: &mut Report) {
    let given = |key| value.get(key).is_some_and(|it: &Value| !it.is_null() && it != "");
    if !given("using") && !given("check") {
        report.add(
            "",
            "a policy needs a condition",
            "add `using` for reading, `check` for writing",
        );
    }
}
