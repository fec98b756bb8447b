//! Whether a literal value is one that a field can hold.

use super::field::option_codes;
use super::text;
use crate::schema::format::date_exists;
use serde_json::Value;

/// What was found.
pub enum Checked {
    Fits,
    /// What is expected instead.
    Wrong(&'static str),
}

/// Whether a field holds a list.
pub fn is_multiple(field: &Value) -> bool {
    match text(field, "type") {
        "multiselect" | "checkboxes" | "tags" => true,
        kind => can_be_multiple(kind) && field["multiple"] == true,
    }
}

/// Whether a type of field holds a list when it says so.
pub fn can_be_multiple(kind: &str) -> bool {
    matches!(kind, "select" | "radio" | "lookup" | "user" | "file" | "image")
}

/// Whether a field can hold a value.
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
    let given = value.as_str();
    let (fits, expected) = match text(field, "type") {
        "text" | "textarea" | "email" | "url" | "phone" | "password" | "secret" | "markdown"
        | "html" | "richtext" | "code" | "color" | "signature" | "qrcode" => {
            (given.is_some(), "text")
        }
        "number" | "currency" | "percent" | "rating" | "slider" | "progress" | "summary" => {
            (value.is_number(), "a number")
        }
        "boolean" | "toggle" => (value.is_boolean(), "true or false"),
        "date" => (given.is_some_and(is_day), "a day such as '2026-01-31'"),
        "datetime" => (given.is_some_and(is_instant), "a time such as '2026-01-31T10:00:00Z'"),
        "time" => (given.is_some_and(is_clock), "a time of day such as '09:30'"),
        "select" | "radio" | "multiselect" | "checkboxes" | "tags" => {
            let codes = option_codes(field);
            let known = |it: &str| codes.is_empty() || codes.iter().any(|code| code == it);
            (given.is_some_and(known), "one of its options")
        }
        "lookup" | "master_detail" | "user" | "tree" => {
            (given.is_some_and(|it| !it.is_empty()), "the id of a record")
        }
        "image" | "file" | "avatar" | "video" | "audio" => {
            (given.is_some_and(is_file), "the id of a file")
        }
        "location" => (value["lat"].is_number() && value["lng"].is_number(), "{ lat, lng }"),
        "address" | "composite" | "record" => (value.is_object(), "an object"),
        "repeater" => (all(value, Value::is_object), "a list of objects"),
        "vector" => (all(value, Value::is_number), "a list of numbers"),
        _ => (true, ""),
    };
    if fits { Checked::Fits } else { Checked::Wrong(expected) }
}

fn all(value: &Value, fits: fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(fits))
}

fn is_file(id: &str) -> bool {
    id.len() <= 64
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The form of a day; whether there is such a day is asked when it is stored.
fn is_day(text: &str) -> bool {
    let widths: Vec<_> = text.split('-').map(str::len).collect();
    widths == [4, 2, 2] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn is_instant(text: &str) -> bool {
    let Some((day, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let zoned = time.ends_with(['Z', 'z']) || time.contains(['+', '-']);
    let clock = time.trim_end_matches(['Z', 'z']).split(['+', '-']).next();
    date_exists(day) && zoned && clock.is_some_and(is_clock)
}

/// `09:30`, `09:30:15.5`, with a zone or without.
fn is_clock(text: &str) -> bool {
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
