//! The levels of a flow: itself, and the graphs in its loops, branches and attempts.

use super::{entries, text};
use serde_json::Value;

/// The nodes and edges of one level.
pub struct Graph<'s> {
    /// Its path.
    pub path: String,
    /// The value with `nodes` and `edges`.
    pub value: &'s Value,
}

/// Levels of flows that are checked.
const MAX_DEPTH: usize = 16;

/// Lists all levels of a flow, the outer first.
pub fn graphs<'s>(flow: &'s Value, path: String) -> Vec<Graph<'s>> {
    let mut graphs = Vec::new();
    below(flow, path, 0, &mut graphs);
    graphs
}

fn below<'s>(level: &'s Value, path: String, depth: usize, graphs: &mut Vec<Graph<'s>>) {
    graphs.push(Graph { path: path.clone(), value: level });
    if depth == MAX_DEPTH {
        return;
    }
    for (at, node) in entries(level, "nodes").iter().enumerate() {
        let config = &node["config"];
        let path = format!("{path}.nodes[{at}].config");
        let mut go = |region: &'s Value, path: String| {
            if region["nodes"].is_array() {
                below(region, path, depth + 1, graphs);
            }
        };
        match text(node, "type") {
            "loop" => go(&config["body"], format!("{path}.body")),
            "try_catch" => {
                go(&config["try"], format!("{path}.try"));
                go(&config["catch"], format!("{path}.catch"));
            }
            "parallel" => {
                for (at, branch) in entries(config, "branches").iter().enumerate() {
                    go(branch, format!("{path}.branches[{at}]"));
                }
            }
            _ => {}
        }
    }
}
