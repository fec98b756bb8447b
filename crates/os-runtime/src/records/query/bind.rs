//! From a [`Condition`] to a [`Filter`] on the columns of an object.
//!
//! **Invariant:** every column is a field that the caller may read, and every value
//! has the type of its column.

use crate::object::{Column, Condition, FieldTest, InvalidCondition, Operator, cell_of};
use crate::records::rights::ObjectAccess;
use crate::records::store::filter::{Filter, Test, pattern};
use crate::{Code, Error, Result};
use chrono::Duration;
use os_db::{Cell, CellType, now};
use serde_json::Value;
use std::borrow::Cow;

/// The most values of one test, and the longest of them in bytes.
const MAX_TEST_VALUES: usize = 1000;
const MAX_VALUE_BYTES: usize = 4096;

/// Binds conditions to the object of an access.
pub struct Binder<'a, 'k> {
    access: &'a ObjectAccess<'k>,
}

impl<'a, 'k> Binder<'a, 'k> {
    pub fn new(access: &'a ObjectAccess<'k>) -> Self {
        Self { access }
    }

    /// Returns the filter of a condition.
    ///
    /// # Errors
    /// `INVALID_FILTER`, `INVALID_FIELD`, `FILTER_TOKEN_UNKNOWN`.
    pub fn bind(&self, condition: &Condition) -> Result<Filter> {
        let all = |parts: &[Condition]| -> Result<Vec<Filter>> {
            parts.iter().map(|part| self.bind(part)).collect()
        };
        Ok(match condition {
            Condition::All(parts) => Filter::All(all(parts)?),
            Condition::Any(parts) => Filter::Any(all(parts)?),
            Condition::Not(part) => Filter::Not(Box::new(self.bind(part)?)),
            Condition::Test(test) => self.test(test)?,
        })
    }

    fn test(&self, FieldTest { field, operator, value }: &FieldTest) -> Result<Filter> {
        let column = self.access.column(field, "filter")?;
        let value = self.resolved(value)?;
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        let is_json = self.access.object().field(field).is_some_and(|field| field.is_json());
        let test = match operator {
            Operator::In if is_empty => return Ok(Filter::nothing()),
            Operator::NotIn if is_empty => return Ok(Filter::everything()),
            Operator::Equal if value.is_null() => Test::IsNull,
            Operator::NotEqual if value.is_null() => Test::IsNotNull,
            Operator::Null | Operator::Exists => match (operator, value.as_bool()) {
                (Operator::Null, Some(true)) | (Operator::Exists, Some(false)) => Test::IsNull,
                (_, Some(_)) => Test::IsNotNull,
                (_, None) => {
                    let operator = operator.as_str();
                    return Err(refuse(format!("`{operator}` of `{field}` must be true or false")));
                }
            },
            Operator::Contains | Operator::NotContains if is_json => item_test(*operator, &value)?,
            _ if is_json => {
                return Err(refuse(format!(
                    "`{field}` holds a list or a document: `$contains`, `$notContains`, `$null` and `$exists` test it, `{}` does not",
                    operator.as_str()
                )));
            }
            Operator::Contains
            | Operator::NotContains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::ContainsAnyCase
            | Operator::Like
            | Operator::LikeAnyCase => text_test(&column, *operator, &value)?,
            _ => value_test(&column, *operator, &value)?,
        };
        Ok(Filter::Column(column.name, test))
    }

    /// Returns the value that `{today}` and `{current_user_id}` stand for.
    fn resolved<'v>(&self, value: &'v Value) -> Result<Cow<'v, Value>> {
        let Some(token) = value.as_str().and_then(|text| text.strip_prefix('{')?.strip_suffix('}'))
        else {
            return Ok(Cow::Borrowed(value));
        };
        let day = |days: i64| {
            let day = now().date_naive().checked_add_signed(Duration::try_days(days)?)?;
            Some(Value::String(day.to_string()))
        };
        let count = |text: &str, end: &str| text.strip_suffix(end)?.parse::<u16>().ok();
        let value = match token {
            "current_user_id" => Some(Value::String(self.access.caller().id().to_string())),
            "current_org_id" => Some(Value::Null),
            "now" => Some(Value::String(now().to_rfc3339())),
            "today" => day(0),
            "yesterday" => day(-1),
            "tomorrow" => day(1),
            _ => count(token, "_days_ago")
                .and_then(|days| day(-i64::from(days)))
                .or_else(|| day(count(token, "_days_from_now")?.into())),
        };
        value.map(Cow::Owned).ok_or_else(|| {
            let shown: String = token.chars().take(80).collect();
            Code::FilterTokenUnknown.error(format!(
                "`{{{}}}` is not a token of filters; use {{current_user_id}}, {{current_org_id}}, {{now}}, {{today}}, {{yesterday}}, {{tomorrow}}, {{7_days_ago}} or {{7_days_from_now}}",
                shown.escape_debug()
            ))
        })
    }
}

fn value_test(column: &Column, operator: Operator, value: &Value) -> Result<Test> {
    let one = || cell(column, value);
    Ok(match operator {
        Operator::NotEqual => Test::IsNot(one()?),
        Operator::Greater => Test::Compare(" > ", one()?),
        Operator::AtLeast => Test::Compare(" >= ", one()?),
        Operator::Less => Test::Compare(" < ", one()?),
        Operator::AtMost => Test::Compare(" <= ", one()?),
        Operator::In | Operator::NotIn | Operator::Between => {
            let (name, operator_name) = (&column.name, operator.as_str());
            let Value::Array(values) = value else {
                return Err(refuse(format!("`{operator_name}` of `{name}` must be a list")));
            };
            if values.len() > MAX_TEST_VALUES {
                return Err(refuse(format!(
                    "`{operator_name}` of `{name}` has more than {MAX_TEST_VALUES} values"
                )));
            }
            let cells = values.iter().map(|value| cell(column, value));
            among(operator, name.as_str(), cells.collect::<Result<_>>()?)?
        }
        _ => Test::Is(one()?),
    })
}

/// Returns a test for an item of a list.
fn item_test(operator: Operator, value: &Value) -> Result<Test> {
    if !matches!(value, Value::String(_) | Value::Number(_)) {
        let operator = operator.as_str();
        return Err(refuse(format!("`{operator}` of a list must be a string or a number")));
    }
    let text = value.to_string();
    Ok(match operator {
        Operator::Contains => Test::Holds(text),
        _ => Test::HoldsNot(text),
    })
}

fn among(operator: Operator, name: &str, cells: Vec<Cell>) -> Result<Test> {
    match operator {
        Operator::In => Ok(Test::Among(cells)),
        Operator::NotIn => Ok(Test::NotAmong(cells)),
        _ => match <[Cell; 2]>::try_from(cells) {
            Ok([low, high]) => Ok(Test::Between(low, high)),
            Err(_) => Err(refuse(format!("`$between` of `{name}` must be two values"))),
        },
    }
}

fn text_test(column: &Column, operator: Operator, value: &Value) -> Result<Test> {
    let (name, operator_name) = (&column.name, operator.as_str());
    if column.kind != CellType::Text {
        return Err(refuse(format!("`{operator_name}` tests strings, and `{name}` holds none")));
    }
    let Cell::Text(Some(text)) = cell(column, value)? else {
        return Err(refuse(format!("`{operator_name}` of `{name}` must be a string")));
    };
    Ok(match operator {
        Operator::ContainsAnyCase => Test::LikeAnyCase(pattern(&text)),
        Operator::Like => Test::Like(complete(text)),
        Operator::LikeAnyCase => Test::LikeAnyCase(complete(text)),
        // Every string contains the empty one; null does not.
        Operator::NotContains if text.is_empty() => Test::IsNull,
        _ if text.is_empty() => Test::IsNotNull,
        Operator::Contains => Test::Contains(text),
        Operator::NotContains => Test::NotContains(text),
        Operator::StartsWith => Test::StartsWith(text),
        _ => Test::EndsWith(text),
    })
}

/// Returns a pattern that does not end in the middle of an escape, which PostgreSQL refuses.
fn complete(mut pattern: String) -> String {
    let backslashes = pattern.bytes().rev().take_while(|byte| *byte == b'\\').count();
    if backslashes % 2 == 1 {
        pattern.push('\\');
    }
    pattern
}

/// Returns a value of the type of its column. Strings of parameters become numbers and
/// booleans where the column holds those.
fn cell(column: &Column, value: &Value) -> Result<Cell> {
    let name = &column.name;
    let read = match (column.kind, value) {
        (_, Value::Array(_) | Value::Object(_) | Value::Null) => None,
        (CellType::Text, Value::Bool(flag)) => Some(Cell::text(flag.to_string())),
        (CellType::Bool, Value::Number(number)) => match number.as_i64() {
            Some(0) => Some(Cell::Bool(Some(false))),
            Some(1) => Some(Cell::Bool(Some(true))),
            _ => None,
        },
        (CellType::Bool, Value::String(text)) => text.parse().ok().map(|it| Cell::Bool(Some(it))),
        (CellType::Real, Value::String(text)) => {
            let number: Option<f64> = text.trim().parse().ok();
            number.filter(|it| it.is_finite()).map(|it| Cell::Real(Some(it)))
        }
        (CellType::Integer, Value::String(text)) => {
            text.trim().parse().ok().map(|it| Cell::Integer(Some(it)))
        }
        (kind, value) => cell_of(kind, value).ok(),
    };
    let too_long = value.as_str().is_some_and(|text| text.len() > MAX_VALUE_BYTES);
    if too_long {
        return Err(refuse(format!(
            "the value for `{name}` is longer than {MAX_VALUE_BYTES} bytes"
        )));
    }
    read.ok_or_else(|| {
        let kind = match column.kind {
            CellType::Text => "a string",
            CellType::Integer | CellType::Real => "a number",
            CellType::Bool => "true or false",
            CellType::Time => "an RFC 3339 timestamp, such as `2026-12-31T17:30:00Z`",
        };
        refuse(format!("the value for `{name}` must be {kind}; lists go with $in"))
    })
}

/// Returns the refusal of a filter whose form is wrong.
pub fn invalid(error: InvalidCondition) -> Error {
    refuse(error.message())
}

fn refuse(message: impl Into<String>) -> Error {
    Code::InvalidFilter.error(message)
}
