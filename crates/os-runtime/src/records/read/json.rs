//! Values as JSON text.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::IgnoredAny;
use serde_json::Value;

/// Appends `null`.
pub fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

/// Appends a string.
pub fn text(out: &mut Vec<u8>, value: &str) {
    serde_json::to_writer(out, value).expect("a string is JSON and a buffer takes everything");
}

/// Appends text that should be JSON: as it is, or quoted if it is not.
pub fn json(out: &mut Vec<u8>, value: &str) {
    if serde_json::from_str::<IgnoredAny>(value).is_ok() {
        out.extend_from_slice(value.as_bytes());
    } else {
        text(out, value);
    }
}

/// Appends an integer.
pub fn number(out: &mut Vec<u8>, value: i64) {
    serde_json::to_writer(out, &value).expect("a number is JSON and a buffer takes everything");
}

/// Returns the number as [`real`] appends it.
pub fn real_value(value: f64) -> Value {
    match as_integer(value) {
        Some(integer) => integer.into(),
        None => value.into(),
    }
}

/// Returns the integer that a number is, as far as JavaScript can tell it from its neighbours.
fn as_integer(value: f64) -> Option<i64> {
    const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() < MAX_EXACT_INTEGER).then_some(value as i64)
}

/// Appends a number, without a decimal point where it is an integer.
pub fn real(out: &mut Vec<u8>, value: Option<f64>) {
    let Some(value) = value else { return null(out) };
    match as_integer(value) {
        Some(integer) => number(out, integer),
        None => {
            serde_json::to_writer(out, &value)
                .expect("a number is JSON and a buffer takes everything");
        }
    }
}

/// Appends a timestamp, `2026-12-31T17:30:00.000Z`.
pub fn time(out: &mut Vec<u8>, value: DateTime<Utc>) {
    text(out, &timestamp(value));
}

/// Returns a timestamp as the API writes it: with milliseconds, as JavaScript does, and with
/// microseconds where there are any.
pub fn timestamp(value: DateTime<Utc>) -> String {
    let has_micros = !value.timestamp_subsec_micros().is_multiple_of(1000);
    let format = if has_micros { SecondsFormat::Micros } else { SecondsFormat::Millis };
    value.to_rfc3339_opts(format, true)
}
