//! Short ways of writing something, brought into the long one.
//!
//! **Invariant:** what is already long stays as it is.

use super::fault::Report;
use super::pass::Pass;
use super::table::TABLE;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// How a value is rewritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// A text is an expression of this language.
    Cel,
    Cron,
    Template,
    /// `gt` is `greater_than`.
    Operator,
    /// A list of formats is an export with them.
    Formats,
    /// Methods that follow from others are left out.
    ApiMethods,
    /// A feature of the platform becomes a condition of visibility.
    RequiresFeature,
    /// `'2'` is 2.
    Number,
    /// Older names of `visibleWhen`.
    VisibleWhen,
    /// A node of a flow has nodes or an end inside of its `config`.
    FlowNode,
    /// These keys with these values say nothing.
    Without(Map<String, Value>),
}

/// Rewrites what is not checked yet.
pub fn before(turn: &Turn, value: &Value) -> Value {
    match (turn, value) {
        (Turn::Operator, Value::String(name)) => operator(name).into(),
        (Turn::ApiMethods, Value::Array(methods)) => {
            let kept = methods.iter().filter(|it| !it.as_str().is_some_and(is_derived));
            Value::Array(kept.cloned().collect())
        }
        (Turn::Without(residue), Value::Object(map)) => {
            let kept = map.iter().filter(|(key, value)| residue.get(*key) != Some(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => value.clone(),
    }
}

/// Rewrites what has been checked.
pub fn after(turn: &Turn, value: &mut Value, pass: &mut Pass, report: &mut Report) {
    match (turn, &mut *value) {
        (Turn::Cel, source) => *source = expression("cel", source),
        (Turn::Cron, source) => *source = expression("cron", source),
        (Turn::Template, source) => *source = expression("template", source),
        (Turn::Formats, formats) => *formats = json!({ "formats": formats }),
        (Turn::Number, Value::String(text)) => {
            if let Ok(number) = text.parse::<i64>() {
                *value = number.into();
            }
        }
        (Turn::RequiresFeature, Value::Object(map)) => requires_feature(map, report),
        (Turn::VisibleWhen, Value::Object(map)) => visible_when(map),
        (Turn::FlowNode, Value::Object(node)) => flow_node(node, pass),
        _ => {}
    }
}

fn expression(dialect: &str, source: &Value) -> Value {
    json!({ "dialect": dialect, "source": source })
}

/// The long name of an operator of a view's filter.
fn operator(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "eq" => "equals",
        "ne" | "neq" | "notequals" => "not_equals",
        "notcontains" => "not_contains",
        "startswith" => "starts_with",
        "endswith" => "ends_with",
        "gt" | "greaterthan" => "greater_than",
        "lt" | "lessthan" => "less_than",
        "gte" | "greaterorequal" => "greater_than_or_equal",
        "lte" | "lessorequal" => "less_than_or_equal",
        "nin" | "notin" => "not_in",
        "isempty" => "is_empty",
        "isnotempty" => "is_not_empty",
        "isnull" => "is_null",
        "isnotnull" => "is_not_null",
        _ if name == "greaterThanOrEqual" => "greater_than_or_equal",
        _ if name == "lessThanOrEqual" => "less_than_or_equal",
        _ => name,
    }
}

/// Methods that a server derives from get, list, create, update, delete and bulk.
fn is_derived(method: &str) -> bool {
    let derived =
        ["upsert", "aggregate", "history", "search", "restore", "purge", "import", "export"];
    derived.contains(&method)
}

/// Features that are off until somebody turns them on; the others are on.
const OFF_AT_FIRST: [&str; 8] = [
    "twoFactor",
    "degradedTenancy",
    "sso",
    "ssoEnforced",
    "deviceAuthorization",
    "admin",
    "phoneNumber",
    "phoneNumberOtp",
];

fn requires_feature(map: &mut Map<String, Value>, report: &mut Report) {
    let Some(feature) = map.shift_remove("requiresFeature") else { return };
    let feature = feature.as_str().unwrap_or_default();
    let compared = if OFF_AT_FIRST.contains(&feature) { "== true" } else { "!= false" };
    let gate = format!("features.{feature} {compared}");
    let both = match map.get("visible") {
        None | Some(Value::Bool(true)) => Some(gate),
        Some(visible) if visible["dialect"] == "cel" => {
            visible["source"].as_str().map(|source| format!("({source}) && {gate}"))
        }
        _ => None,
    };
    let Some(both) = both else {
        let message = "`requiresFeature` cannot be joined with this `visible`";
        return report.add("requiresFeature", message, "write one cel expression in `visible`");
    };
    match map.get_mut("visible") {
        Some(Value::Object(visible)) => {
            visible.insert("source".to_owned(), both.into());
        }
        _ => {
            map.insert("visible".to_owned(), expression("cel", &both.into()));
        }
    }
}

fn visible_when(map: &mut Map<String, Value>) {
    let older = [map.shift_remove("visibleOn"), map.shift_remove("visibility")];
    if let Some(condition) = older.into_iter().flatten().next()
        && !map.contains_key("visibleWhen")
    {
        map.insert("visibleWhen".to_owned(), condition);
    }
}

/// Nodes inside of a node get their defaults; where they do not fit, the flow's own check tells.
fn flow_node(node: &mut Map<String, Value>, pass: &mut Pass) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(Value::Object(config)) = node.get_mut("config") else { return };
    let roots = &TABLE.roots;
    match kind.as_str() {
        "end" => {
            let whole = Value::Object(std::mem::take(config));
            let whole = pass.below("config", roots.end, &whole);
            node.insert("config".to_owned(), whole);
        }
        "loop" => nested(config, "body", roots.region, pass),
        "try_catch" => {
            nested(config, "try", roots.region, pass);
            nested(config, "catch", roots.region, pass);
        }
        "parallel" => {
            let branches = config.get_mut("branches").and_then(Value::as_array_mut);
            for branch in branches.into_iter().flatten().filter(|branch| branch.is_object()) {
                if let Some(out) = pass.fits(roots.branch, branch) {
                    *branch = out;
                }
            }
        }
        _ => {}
    }
}

fn nested(config: &mut Map<String, Value>, key: &str, id: usize, pass: &mut Pass) {
    if let Some(value) = config.get_mut(key).filter(|value| value.is_object())
        && let Some(out) = pass.fits(id, value)
    {
        *value = out;
    }
}
