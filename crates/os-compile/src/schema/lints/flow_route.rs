//! Lints of the routes of a flow: labels of branches, and default edges.
//!
//! **Invariant:** only edges of the same level are compared; a fault's edge is no branch.

use super::flow_graph::Graph;
use super::{entries, error, text, warning};
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Checks the edges of one level.
pub fn check(graph: &Graph, found: &mut Vec<Diagnostic>) {
    ends(graph, found);
    let mut leaving: HashMap<&str, Vec<(usize, &Value)>> = HashMap::new();
    for (at, edge) in entries(graph.value, "edges").iter().enumerate() {
        if edge["type"] != "fault" {
            leaving.entry(text(edge, "source")).or_default().push((at, edge));
        }
    }
    for (at, edge) in entries(graph.value, "edges").iter().enumerate() {
        if edge["isDefault"] == true && !edge["condition"].is_null() && edge["type"] != "fault" {
            let message = "the default edge has a condition, which is never evaluated";
            let help = "remove `condition`, or `isDefault`";
            let path = format!("{}.edges[{at}].condition", graph.path);
            found.push(error("flow-default-edge-with-condition", path, message, help));
        }
    }
    revisions(graph, found);
    for (at, node) in entries(graph.value, "nodes").iter().enumerate() {
        let edges = leaving.get(text(node, "id")).map(Vec::as_slice).unwrap_or_default();
        let is_otherwise = |edge: &Value| edge["isDefault"] == true && edge["condition"].is_null();
        if edges.iter().filter(|(_, edge)| is_otherwise(edge)).count() > 1 {
            let message = "several edges are taken otherwise; only the first ever is";
            let path = format!("{}.nodes[{at}]", graph.path);
            let help = "keep `isDefault` at one of them";
            found.push(warning("flow-multiple-default-edges", path, message, help));
        }
        if node["type"] == "decision" && !edges.is_empty() {
            decision(node, edges, &format!("{}.nodes[{at}]", graph.path), found);
        }
    }
}

/// Checks that an edge connects two nodes.
fn ends(graph: &Graph, found: &mut Vec<Diagnostic>) {
    let nodes = entries(graph.value, "nodes");
    let ids: HashSet<_> = nodes.iter().map(|node| text(node, "id")).collect();
    for (at, edge) in entries(graph.value, "edges").iter().enumerate() {
        for key in ["source", "target"] {
            let id = text(edge, key);
            if !ids.contains(id) {
                let message = format!("the flow has no node '{id}' here");
                let help = super::suggestion(id, ids.iter().copied());
                let path = format!("{}.edges[{at}].{key}", graph.path);
                found.push(warning("flow-edge-unknown-node", path, message, help));
            }
        }
    }
}

/// Checks the target of an approval's revision.
fn revisions(graph: &Graph, found: &mut Vec<Diagnostic>) {
    let nodes = entries(graph.value, "nodes");
    let kinds: HashMap<_, _> =
        nodes.iter().map(|node| (text(node, "id"), text(node, "type"))).collect();
    for (at, edge) in entries(graph.value, "edges").iter().enumerate() {
        let is_revision =
            kinds.get(text(edge, "source")) == Some(&"approval") && label(edge) == "revise";
        let target = kinds.get(text(edge, "target"));
        if is_revision && target.is_some_and(|kind| *kind != "approval_revise") {
            let message = "the edge 'revise' of an approval leads to a node that asks for no work";
            let help = "lead it to a node of the type 'approval_revise'";
            let path = format!("{}.edges[{at}].target", graph.path);
            let rule = "flow-approval-revise-target-not-service-owned";
            found.push(error(rule, path, message, help));
        }
    }
}

fn label(value: &Value) -> String {
    text(value, "label").trim().to_lowercase()
}

fn decision(node: &Value, edges: &[(usize, &Value)], path: &str, found: &mut Vec<Diagnostic>) {
    let conditions = entries(&node["config"], "conditions");
    let labels: HashSet<_> = edges.iter().map(|(_, edge)| label(edge)).collect();
    for (at, condition) in conditions.iter().enumerate() {
        let label = label(condition);
        if !label.is_empty() && !labels.contains(&label) {
            let message = format!("no edge has the label '{label}' of this branch");
            let names = labels.iter().filter(|it| !it.is_empty()).map(String::as_str);
            let help = super::suggestion(&label, names);
            let path = format!("{path}.config.conditions[{at}].label");
            found.push(error("flow-branch-label-unmatched", path, message, help));
        }
    }
    let declared: HashSet<_> = conditions.iter().map(label).collect();
    let is_gated = |edge: &Value| !edge["condition"].is_null() || edge["isDefault"] == true;
    let gated = edges.iter().filter(|(_, edge)| is_gated(edge)).count();
    let is_open = |edge: &Value| !is_gated(edge) && !declared.contains(&label(edge));
    let open = edges.iter().any(|(_, edge)| is_open(edge));
    let is_always = if gated == 0 { conditions.is_empty() } else { open };
    if is_always {
        let message = "an edge of this decision has no condition, so that it is always taken";
        let help = "give it a condition, or `isDefault: true`";
        found.push(warning("flow-decision-unconditional-branch", path, message, help));
    }
}
