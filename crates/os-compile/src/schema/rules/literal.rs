//! The literal values that a field can hold.

use crate::schema::format::date_exists;
use crate::schema::value::{entries, text};
use os_package::FieldType;
use os_package::field::Literal;
use serde_json::Value;

/// The outcome of a check.
pub enum Checked {
    Fits,
    /// The expected form.
    Wrong(&'static str),
}

/// Returns the type of a field.
pub fn field_type(field: &Value) -> Option<FieldType> {
    FieldType::of(text(field, "type"))
}

/// Returns whether a field holds a list.
pub fn is_multiple(field: &Value) -> bool {
    field_type(field).is_some_and(|it| it.holds_many(field["multiple"] == true))
}

/// Returns the values of a field's options.
pub fn option_codes(field: &Value) -> Vec<String> {
    let code = |option: &Value| match option.get("value").unwrap_or(option) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    entries(field, "options").iter().map(code).collect()
}

/// Returns whether a type of field holds a list when the field declares it.
pub fn can_be_multiple(kind: FieldType) -> bool {
    kind.holds_many(true) && !kind.is_list()
}

/// Checks whether a field can hold a value.
pub fn check(field: &Value, value: &Value) -> Checked {
    if !is_multiple(field) {
        return one(field, value);
    }
    match value.as_array() {
        None => Checked::Wrong("a list"),
        Some(items) => {
            let mut wrong = items.iter().map(|item| one(field, item));
            wrong.find(|it| matches!(it, Checked::Wrong(_))).unwrap_or(Checked::Fits)
        }
    }
}

fn one(field: &Value, value: &Value) -> Checked {
    let Some(kind) = field_type(field) else { return Checked::Fits };
    let given = value.as_str();
    let (fits, expected) = match kind.properties().literal {
        Literal::Any => (true, ""),
        Literal::Text => (given.is_some(), "a string"),
        Literal::Number => (value.is_number(), "a number"),
        Literal::Boolean => (value.is_boolean(), "true or false"),
        Literal::Date => (given.is_some_and(is_date), "a date such as '2026-01-31'"),
        Literal::Timestamp => {
            (given.is_some_and(is_timestamp), "a timestamp such as '2026-01-31T10:00:00Z'")
        }
        Literal::Time => (given.is_some_and(is_time), "a time such as '09:30'"),
        Literal::Option => {
            let codes = option_codes(field);
            let known = |it: &str| codes.is_empty() || codes.iter().any(|code| code == it);
            (given.is_some_and(known), "one of its options")
        }
        Literal::Record => (given.is_some_and(|it| !it.is_empty()), "the id of a record"),
        Literal::File => (given.is_some_and(is_file_id), "the id of a file"),
        Literal::Location => (value["lat"].is_number() && value["lng"].is_number(), "{ lat, lng }"),
        Literal::Object => (value.is_object(), "an object"),
        Literal::Objects => (all(value, Value::is_object), "a list of objects"),
        Literal::Numbers => (all(value, Value::is_number), "a list of numbers"),
    };
    if fits { Checked::Fits } else { Checked::Wrong(expected) }
}

fn all(value: &Value, fits: fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(fits))
}

fn is_file_id(id: &str) -> bool {
    id.len() <= 64
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Checks the form of a date; whether the day exists is checked when it is stored.
fn is_date(text: &str) -> bool {
    let widths: Vec<_> = text.split('-').map(str::len).collect();
    widths == [4, 2, 2] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn is_timestamp(text: &str) -> bool {
    let Some((day, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let zoned = time.ends_with(['Z', 'z']) || time.contains(['+', '-']);
    let clock = time.trim_end_matches(['Z', 'z']).split(['+', '-']).next();
    date_exists(day) && zoned && clock.is_some_and(is_time)
}

/// `09:30`, `09:30:15.5`, with a zone or without.
fn is_time(text: &str) -> bool {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let text = text.split_once(['+', '-']).map_or(text, |(clock, _)| clock);
    let parts: Vec<_> = text.split(':').collect();
    let number = |part: &str, limit: u32| {
        part.len() == 2 && part.parse::<u32>().is_ok_and(|number| number <= limit)
    };
    match parts[..] {
        [hours, minutes] => number(hours, 23) && number(minutes, 59),
        [hours, minutes, seconds] => {
            let whole = seconds.split_once('.').map_or(seconds, |(whole, _)| whole);
            number(hours, 23) && number(minutes, 59) && number(whole, 59)
        }
        _ => false,
    }
}
