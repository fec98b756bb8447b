//! Rewrites short forms into long ones.
//!
//! **Invariant:** a long form stays as it is.

use super::problem::Report;
use super::table::Rewrite;
use serde_json::{Map, Value, json};

/// Rewrites a value before it is checked.
pub fn before(rewrite: &Rewrite, value: &Value) -> Value {
    match (rewrite, value) {
        (Rewrite::Operator, Value::String(name)) => operator(name).into(),
        (Rewrite::ApiMethods, Value::Array(methods)) => {
            let kept = methods.iter().filter(|it| !it.as_str().is_some_and(is_derived));
            Value::Array(kept.cloned().collect())
        }
        (Rewrite::Without(residue), Value::Object(map)) => {
            let kept = map.iter().filter(|(key, value)| residue.get(*key) != Some(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => value.clone(),
    }
}

/// Rewrites a value after it was checked.
pub fn after(rewrite: &Rewrite, value: &mut Value, report: &mut Report) {
    match (rewrite, &mut *value) {
        (Rewrite::Cel, source) => *source = expression("cel", source),
        (Rewrite::Cron, source) => *source = expression("cron", source),
        (Rewrite::Template, source) => *source = expression("template", source),
        (Rewrite::Formats, formats) => *formats = json!({ "formats": formats }),
        (Rewrite::Number, Value::String(text)) => {
            if let Ok(number) = text.parse::<i64>() {
                *value = number.into();
            }
        }
        (Rewrite::RequiresFeature, Value::Object(map)) => requires_feature(map, report),
        (Rewrite::VisibleWhen, Value::Object(map)) => visible_when(map),
        _ => {}
    }
}

fn expression(dialect: &str, source: &Value) -> Value {
    json!({ "dialect": dialect, "source": source })
}

/// Returns the long name of an operator of a view's filter.
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

/// Features that are off by default; the others are on.
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
