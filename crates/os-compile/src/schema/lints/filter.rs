//! Lints of filters: placeholders, and conditions without effect.
//!
//! **Invariant:** only the value of a filter's key is a filter.

use super::{entries, error};
use crate::diagnostic::Diagnostic;
use serde_json::{Map, Value};
use std::fmt::Write;

/// Checks all filters.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    for list in ["dashboards", "objects", "views", "reports", "datasets", "pages", "apps"] {
        for (at, item) in entries(stack, list).iter().enumerate() {
            search(item, &mut format!("{list}[{at}]"), true, found);
        }
    }
    for (at, flow) in entries(stack, "flows").iter().enumerate() {
        search(flow, &mut format!("flows[{at}]"), false, found);
    }
}

/// Looks for filters. In flows, words in braces are variables.
fn search(value: &Value, path: &mut String, has_words: bool, found: &mut Vec<Diagnostic>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(_, it)| it.is_object() || it.is_array()) {
                path.push('.');
                path.push_str(key);
                if matches!(
                    key.as_str(),
                    "filter" | "filters" | "runtimeFilter" | "relatedListFilter"
                ) {
                    node(value, path, "a filter", found);
                    if has_words {
                        words(value, path, found);
                    }
                } else {
                    search(value, path, has_words, found);
                }
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                // A String takes all that is written to it.
                let _ = write!(path, "[{at}]");
                search(value, path, has_words, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

fn node(value: &Value, path: &str, what: &str, found: &mut Vec<Diagnostic>) {
    let Value::Object(map) = value else { return };
    if map.is_empty() {
        let message = format!("{what} without a condition takes every record");
        let help = "remove it, or write a condition";
        found.push(error("filter-empty-node", path, message, help));
    }
    conditions(map, path, found);
}

fn conditions(map: &Map<String, Value>, path: &str, found: &mut Vec<Diagnostic>) {
    for (key, value) in map {
        let path = format!("{path}.{key}");
        match (key.as_str(), value) {
            ("$and" | "$or", Value::Array(parts)) if parts.is_empty() => {
                let taken = if key == "$and" { "every record" } else { "no record" };
                let message = format!("`{key}` of nothing takes {taken}");
                let help = "remove it, or write its conditions";
                found.push(error("filter-empty-combinator", path, message, help));
            }
            ("$and" | "$or", Value::Array(parts)) => {
                for (at, part) in parts.iter().enumerate() {
                    node(part, &format!("{path}[{at}]"), "a part of a filter", found);
                }
            }
            ("$not", Value::Object(part)) if part.is_empty() => {
                let message = "`$not` of nothing takes no record";
                let help = "remove it, or write its condition";
                found.push(error("filter-empty-combinator", path, message, help));
            }
            ("$not", Value::Object(part)) => conditions(part, &path, found),
            _ => {}
        }
    }
}

/// Placeholders for a value at the time of the query.
fn words(value: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    match value {
        Value::String(text) => {
            let word = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            if let Some(word) = word.filter(|it| !it.contains(['{', '}']) && !is_word(it)) {
                let message = format!("`{{{word}}}` stands for nothing");
                let help = match nearest_word(word) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => "write {today}, {current_user_id}, {current_org_id} or {7_days_ago}"
                        .to_owned(),
                };
                found.push(error("filter-token-unknown", path, message, help));
            }
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, it)| words(it, &format!("{path}.{key}"), found));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, it)| words(it, &format!("{path}[{at}]"), found));
        }
        _ => {}
    }
}

fn nearest_word(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "current_user" | "user" | "user_id" | "me" | "current_user.id" => Some("current_user_id"),
        "org_id" | "organization_id" | "current_org" => Some("current_org_id"),
        lower => os_package::suggest::nearest(lower, WORDS),
    }
}

/// Named days and timestamps.
const WORDS: [&str; 38] = [
    "current_user_id",
    "current_org_id",
    "today",
    "yesterday",
    "tomorrow",
    "now",
    "current_week_start",
    "current_week_end",
    "current_month_start",
    "current_month_end",
    "current_quarter_start",
    "current_quarter_end",
    "current_year_start",
    "current_year_end",
    "last_week_start",
    "last_week_end",
    "last_month_start",
    "last_month_end",
    "last_quarter_start",
    "last_quarter_end",
    "last_year_start",
    "last_year_end",
    "next_week_start",
    "next_week_end",
    "next_month_start",
    "next_month_end",
    "next_quarter_start",
    "next_quarter_end",
    "next_year_start",
    "next_year_end",
    "week_start",
    "week_end",
    "month_start",
    "month_end",
    "quarter_start",
    "quarter_end",
    "year_start",
    "year_end",
];

/// `today`, or `7_days_ago`.
fn is_word(word: &str) -> bool {
    let distance = || {
        let (count, rest) = word.split_once('_')?;
        let unit = rest.strip_suffix("_ago").or_else(|| rest.strip_suffix("_from_now"))?;
        let is_number = !count.is_empty() && count.bytes().all(|it| it.is_ascii_digit());
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        let units = ["minute", "hour", "day", "week", "month", "year"];
        Some(is_number && units.contains(&unit))
    };
    WORDS.contains(&word) || distance() == Some(true)
}

/// Visits the fields that a filter names, with their paths.
pub fn fields(filter: &Value, path: &str, visit: &mut dyn FnMut(&str, String)) {
    match filter {
        Value::Array(parts) => {
            if let [Value::String(field), Value::String(operator), ..] = parts.as_slice()
                && !["and", "or"].contains(&field.to_ascii_lowercase().as_str())
                && OPERATORS.contains(&operator.to_ascii_lowercase().as_str())
            {
                return visit(field, format!("{path}[0]"));
            }
            for (at, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_string()) {
                fields(part, &format!("{path}[{at}]"), visit);
            }
        }
        Value::Object(map) => match (map.get("field"), map.get("operator")) {
            (Some(Value::String(field)), Some(Value::String(_))) => {
                visit(field, format!("{path}.field"));
            }
            _ => keys(map, path, "", visit),
        },
        _ => {}
    }
}

/// Operators of conditions that are written as lists.
const OPERATORS: [&str; 26] = [
    "=",
    "==",
    "!=",
    "<>",
    ">",
    ">=",
    "<",
    "<=",
    "in",
    "nin",
    "not_in",
    "not in",
    "contains",
    "notcontains",
    "not_contains",
    "like",
    "ilike",
    "startswith",
    "starts_with",
    "endswith",
    "ends_with",
    "between",
    "is_null",
    "is_not_null",
    "isnull",
    "isnotnull",
];

fn keys(map: &Map<String, Value>, path: &str, above: &str, visit: &mut dyn FnMut(&str, String)) {
    for (key, value) in map {
        let here = format!("{path}.{key}");
        match (key.as_str(), value) {
            ("$and" | "$or", Value::Array(parts)) => {
                for (at, part) in parts.iter().enumerate() {
                    if let Value::Object(part) = part {
                        keys(part, &format!("{here}[{at}]"), above, visit);
                    }
                }
            }
            ("$not", Value::Object(part)) => keys(part, &here, above, visit),
            (operator, _) if operator.starts_with('$') => {}
            (_, value) => {
                let field = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
                match value.as_object().filter(|it| !it.is_empty()) {
                    Some(inner) if inner.keys().all(|it| !it.starts_with('$')) => {
                        keys(inner, &here, &field, visit);
                    }
                    _ => visit(&field, here),
                }
            }
        }
    }
}
