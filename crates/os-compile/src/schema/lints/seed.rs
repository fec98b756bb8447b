//! Lints of seeds: their fields take their values.
//!
//! **Invariant:** a value that is computed when it is loaded is not checked, and every finding is a
//! warning: a bad record does not keep the others out.

use super::package::{Found, Object, Package};
use super::{entries, error, text, warning};
use crate::diagnostic::Diagnostic;
use crate::schema::rules::{field_type, option_codes};
use os_package::field::Literal;
use os_package::system;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Problems that are reported of one list of records.
const MAX_REPORTED: usize = 5;

/// Checks all seeds.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    for (at, seed) in entries(package.stack, "data").iter().enumerate() {
        let path = format!("data[{at}]");
        if seed["mode"] == "insert" {
            let message =
                "records with the mode 'insert' are added once more each time they are loaded";
            let help = "use 'upsert', or 'ignore'";
            let path = format!("{path}.mode");
            found.push(warning("seed-insert-mode-duplicates-on-replay", path, message, help));
        }
        let name = text(seed, "object");
        if name == system::USER_POSITIONS {
            delegations(seed, &path, found);
        }
        let Some(object) = package.objects.get(name) else { continue };
        keys(object, seed, &path, found);
        records(object, seed, &path, found);
    }
}

/// Checks the fields of the natural key.
fn keys(object: &Object, seed: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let keys = entries(seed, "externalId").iter().chain([&seed["externalId"]]);
    for key in keys.filter_map(Value::as_str) {
        let is_used = entries(seed, "records").iter().any(|record| record.get(key).is_some());
        if let Found::Missing(message, help) = object.find(key)
            && (is_used || key != "name")
            && key != "externalId"
        {
            let path = format!("{path}.externalId");
            found.push(warning("seed-key-unknown", path, message, help));
        }
    }
}

struct Column<'s> {
    field: &'s Value,
    options: Vec<String>,
    states: Option<&'s Value>,
}

fn records(object: &Object, seed: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    let mut columns: HashMap<&str, Option<Column>> = HashMap::new();
    let mut reported = 0;
    for (row, record) in entries(seed, "records").iter().enumerate() {
        for (name, value) in record.as_object().into_iter().flatten() {
            let column = columns.entry(name).or_insert_with(|| column(object, name));
            let problem = match column {
                Some(column) => wrong(column, value),
                None => unknown(object, name),
            };
            if let Some((rule, message, help)) = problem {
                reported += 1;
                let path = format!("{path}.records[{row}].{name}");
                found.push(warning(rule, path, message, help));
            }
            if reported == MAX_REPORTED {
                return;
            }
        }
    }
}

fn column<'s>(object: &Object<'s>, name: &str) -> Option<Column<'s>> {
    let Found::Field(field) = object.find(name) else { return None };
    let mut rules = entries(object.value, "validations").iter();
    let states = rules.find(|it| it["type"] == "state_machine" && it["field"] == name);
    Some(Column { field, options: option_codes(field), states })
}

type Problem = (&'static str, String, String);

fn unknown(object: &Object, name: &str) -> Option<Problem> {
    match object.find(name) {
        Found::Missing(message, help) if name != "externalId" => {
            Some(("seed-field-unknown", message, help))
        }
        _ => None,
    }
}

/// Returns why a field does not take a value.
fn wrong(column: &Column, value: &Value) -> Option<Problem> {
    if value.is_null() || value["dialect"].is_string() {
        return None;
    }
    let field = column.field;
    let kind = field_type(field)?;
    if kind.has_closed_options() && !column.options.is_empty() {
        let given = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let codes = given.iter().filter_map(Value::as_str);
        let mut strangers = codes.filter(|code| !column.options.iter().any(|it| it == code));
        if let Some(code) = strangers.next() {
            let help = super::suggestion(code, column.options.iter().map(String::as_str));
            return Some((
                "seed-option-unknown",
                format!("the field has no option '{code}'"),
                help,
            ));
        }
    }
    if let Some(problem) = state(column, value) {
        return Some(problem);
    }
    let name = kind.as_str();
    if kind.is_computed() {
        let message = format!("a {name} field is computed and stores no value");
        return Some(("seed-value", message, "remove it".to_owned()));
    }
    if kind.holds_many(field["multiple"] == true) {
        return None;
    }
    let expected = match kind.properties().literal {
        Literal::Number if !is_number(value) => "a number",
        Literal::Boolean if !value.is_boolean() && !is_number(value) => "true or false",
        Literal::Date | Literal::Timestamp if !is_date(value) => "a date such as '2026-01-31'",
        Literal::Text if value.is_object() || value.is_array() => "a string",
        _ => return None,
    };
    let message = format!("the {name} field takes {expected}");
    Some(("seed-value", message, "change the value".to_owned()))
}

/// Checks that a state occurs in some transition.
fn state(column: &Column, value: &Value) -> Option<Problem> {
    let (rule, state) = (column.states?, value.as_str()?);
    let empty = Map::new();
    let transitions = rule["transitions"].as_object().unwrap_or(&empty);
    let mut known: Vec<&str> = transitions.keys().map(String::as_str).collect();
    let led = transitions.values().flat_map(|it| it.as_array().into_iter().flatten());
    known.extend(led.filter_map(Value::as_str));
    known.extend(entries(rule, "initialStates").iter().filter_map(Value::as_str));
    (!known.contains(&state)).then(|| {
        let message = format!("no transition leads to '{state}'");
        let help = super::suggestion(state, known.into_iter());
        ("seed-value-outside-state-machine", message, help)
    })
}

fn is_number(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|it| it.trim().parse::<f64>().is_ok())
}

/// Returns whether a value is a date string, or a timestamp in milliseconds.
fn is_date(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return value.is_number() };
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.starts_with('{') || (digits(0..4) && digits(5..7) && digits(8..10))
}

/// Checks that delegations have a reason.
fn delegations(seed: &Value, path: &str, found: &mut Vec<Diagnostic>) {
    for (row, record) in entries(seed, "records").iter().enumerate() {
        let from = &record["delegated_from"];
        let is_delegated = !from.is_null() && from != "";
        if is_delegated && text(record, "reason").trim().is_empty() {
            let message = "a delegation needs a reason";
            let path = format!("{path}.records[{row}].reason");
            found.push(error("security-delegation-missing-reason", path, message, "add `reason`"));
        }
    }
}
