//! Values of expressions.

mod error;

pub use error::EvaluationError;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A value, or the reason why there is none.
pub(super) type Outcome = Result<Value, EvaluationError>;

/// The value of an expression, or of a part of it.
///
/// Integers and decimals are one type, as docs/wire/expressions.md#values lets them mix freely.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, and a field without a value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a decimal.
    Number(f64),
    /// A string.
    String(String),
    /// Bytes, such as `b'\xff'`.
    Bytes(Vec<u8>),
    /// A point in time.
    Timestamp(DateTime<Utc>),
    /// A length of time, as `duration('1h')` makes it.
    Duration(TimeDelta),
    /// A list.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// A value that may be absent, as `record.?name` makes it.
    Optional(Option<Box<Value>>),
    /// The name of a type, as `type(x)` makes it.
    Type(&'static str),
}

impl Value {
    /// Converts JSON.
    pub fn from_json(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Json::String(text) => Self::String(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::from_json).collect()),
            Json::Object(members) => {
                let member =
                    |(name, value): (&String, &Json)| (name.clone(), Self::from_json(value));
                Self::Map(members.iter().map(member).collect())
            }
        }
    }

    /// Converts to JSON: timestamps in RFC 3339, durations in seconds (`90s`), an absent value
    /// and bytes as null.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::{Value as Json, json};
        match self {
            Self::Null | Self::Bytes(_) | Self::Optional(None) => Json::Null,
            Self::Bool(flag) => json!(flag),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                json!(*number as i64)
            }
            Self::Number(number) => json!(number),
            Self::String(text) => json!(text),
            Self::Timestamp(time) => json!(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Duration(length) => json!(duration_text(*length)),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(members) => Json::Object(
                members.iter().map(|(name, value)| (name.clone(), value.to_json())).collect(),
            ),
            Self::Optional(Some(value)) => value.to_json(),
            Self::Type(name) => json!(name),
        }
    }

    /// Returns the value as a boolean.
    ///
    /// # Errors
    /// It is of another type.
    pub fn as_bool(&self) -> Result<bool, EvaluationError> {
        match self {
            Self::Bool(flag) => Ok(*flag),
            other => Err(EvaluationError::expected("true or false", other)),
        }
    }

    /// Returns the value as a point in time: a timestamp, or a string in RFC 3339 or `YYYY-MM-DD`.
    pub fn as_timestamp(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Timestamp(time) => Some(*time),
            Self::String(text) => timestamp_of(text),
            _ => None,
        }
    }

    /// Returns the value as a number: a number, or a string that is one.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::String(text) => number_of(text),
            _ => None,
        }
    }

    /// Returns whether there is nothing in it: null, a string of spaces, an empty list or map.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null | Self::Optional(None) => true,
            Self::String(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
            _ => false,
        }
    }

    /// Returns the string that `string(x)` makes of it.
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Self::String(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Timestamp(time) => time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            Self::Duration(length) => duration_text(*length),
            Self::Bytes(bytes) => String::from_utf8(bytes.clone()).ok()?,
            Self::Type(name) => (*name).to_owned(),
            Self::Null | Self::List(_) | Self::Map(_) | Self::Optional(_) => return None,
        })
    }

    /// Returns whether both are the same. A string that is a date equals the timestamp it names.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Timestamp(_), _) | (_, Self::Timestamp(_)) => {
                self.as_timestamp().is_some() && self.as_timestamp() == other.as_timestamp()
            }
            _ => self == other,
        }
    }

    /// Returns the order of two values of one type; strings are read as numbers beside a number,
    /// and as dates beside a timestamp.
    pub(crate) fn compare(&self, other: &Self) -> Result<Ordering, EvaluationError> {
        let order = match (self, other) {
            (Self::String(one), Self::String(other)) => Some(one.cmp(other)),
            (Self::Bool(one), Self::Bool(other)) => Some(one.cmp(other)),
            (Self::Bytes(one), Self::Bytes(other)) => Some(one.cmp(other)),
            (Self::Duration(one), Self::Duration(other)) => Some(one.cmp(other)),
            (Self::Timestamp(_), _) | (_, Self::Timestamp(_)) => {
                self.as_timestamp().zip(other.as_timestamp()).map(|(one, other)| one.cmp(&other))
            }
            _ => {
                let numbers = self.as_number().zip(other.as_number());
                numbers.and_then(|(one, other)| one.partial_cmp(&other))
            }
        };
        order.ok_or_else(|| EvaluationError::no_overload("compared with", self, other))
    }

    /// Returns the bytes of memory that a copy takes; lists and maps by their parts.
    pub(crate) fn size(&self) -> usize {
        let own = size_of::<Self>();
        match self {
            Self::String(text) => own + text.len(),
            Self::Bytes(bytes) => own + bytes.len(),
            Self::List(items) => own + items.iter().map(Self::size).sum::<usize>(),
            Self::Map(members) => {
                own + members.iter().map(|(name, value)| name.len() + value.size()).sum::<usize>()
            }
            Self::Optional(Some(value)) => own + value.size(),
            _ => own,
        }
    }

    /// Returns the name of its type, as `type(x)` tells it. A whole number is an `int`.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Number(number) if number.fract() == 0.0 => "int",
            Self::Number(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Timestamp(_) => "timestamp",
            Self::Duration(_) => "duration",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
        }
    }

    /// Returns a member of a map, or of a map that may be absent. A null member counts as absent in
    /// an optional selection.
    pub(crate) fn select(&self, key: &Self) -> Outcome {
        let absent = || EvaluationError::missing_key(key.to_text().unwrap_or_default());
        match (self, key) {
            (Self::Map(members), _) => {
                let name = key.to_text().ok_or_else(absent)?;
                members.get(&name).cloned().ok_or_else(absent)
            }
            (Self::List(items), Self::Number(at)) => {
                let is_place = *at >= 0.0 && at.fract() == 0.0;
                let item = is_place.then(|| items.get(*at as usize)).flatten();
                item.cloned().ok_or_else(|| {
                    EvaluationError::new(format!("the list has no item at {at}; check its size()"))
                })
            }
            (Self::Optional(Some(value)), _) => value.select_optional(key),
            (Self::Optional(None), _) => Ok(Self::Optional(None)),
            (Self::Null, _) => Err(EvaluationError::null("selected from")),
            (other, _) => Err(EvaluationError::expected("a map or a list", other)),
        }
    }

    /// As [`Value::select`], with absence as a value.
    pub(crate) fn select_optional(&self, key: &Self) -> Outcome {
        Ok(match self.select(key) {
            Ok(Self::Optional(value)) => Self::Optional(value),
            Ok(Self::Null) | Err(_) => Self::Optional(None),
            Ok(value) => Self::Optional(Some(Box::new(value))),
        })
    }
}

/// Returns a string in decimal notation as a number.
fn number_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | 'e' | 'E');
    if !text.chars().all(is_plain) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Returns a date, or a date and a time with or without zone; without one it is UTC.
fn timestamp_of(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let day = || text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let local = || text.parse::<NaiveDateTime>().map(|time| time.and_utc());
    let zoned = || DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    day().or_else(|_| zoned()).or_else(|_| local()).ok()
}

/// `3600s`, `1.5s`.
fn duration_text(length: TimeDelta) -> String {
    format!("{}s", length.num_milliseconds() as f64 / 1000.0)
}
