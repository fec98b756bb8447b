//! From what clients send to a [`Filter`].
//!
//! Three forms, as the clients of the original write them: an object
//! (`{"status": "open", "amount": {"$gte": 5}, "$or": […]}`), a list
//! (`["and", ["status", "=", "open"], …]`), and a parameter of the URL for each
//! field.
//!
//! **Invariant:** every column is a field that the caller may read, and every
//! value has the type of its column. What is not understood is refused: a filter
//! that was left out would answer more than was asked for.

use crate::object::{Column, cell_of};
use crate::records::rights::Ask;
use crate::records::store::filter::{Filter, Test, pattern};
use crate::{Code, Error, Result};
use chrono::Duration;
use os_db::{Cell, CellType, now};
use serde_json::Value;

/// How deep a filter may be, and how much it may hold.
const DEEPEST: usize = 16;
const MOST_TESTS: usize = 200;
const MOST_VALUES: usize = 1000;
const LONGEST_TEXT: usize = 4096;

/// Reading one filter of one request.
pub struct Reading<'a, 'k> {
    ask: &'a Ask<'k>,
    tests: usize,
}

impl<'a, 'k> Reading<'a, 'k> {
    /// Nothing read so far.
    pub fn new(ask: &'a Ask<'k>) -> Self {
        Self { ask, tests: 0 }
    }

    /// A filter of either form.
    ///
    /// # Errors
    /// `INVALID_FILTER`, `INVALID_FIELD`, `FILTER_TOKEN_UNKNOWN`.
    pub fn filter(&mut self, value: &Value, depth: usize) -> Result<Filter> {
        shallow(depth)?;
        match value {
            Value::Null => Ok(Filter::everything()),
            Value::Array(items) => self.list(items, depth),
            Value::Object(map) => {
                let mut parts = Vec::with_capacity(map.len());
                for (key, value) in map {
                    parts.push(self.member(key, value, depth)?);
                }
                Ok(Filter::All(parts))
            }
            _ => Err(invalid("the filter must be an object or a list of conditions")),
        }
    }

    fn member(&mut self, key: &str, value: &Value, depth: usize) -> Result<Filter> {
        match key {
            "$and" | "$or" => {
                let Value::Array(items) = value else {
                    return Err(invalid(format!("`{key}` must be a list of filters")));
                };
                let parts: Result<Vec<Filter>> =
                    items.iter().map(|item| self.filter(item, depth + 1)).collect();
                Ok(if key == "$and" { Filter::All(parts?) } else { Filter::Any(parts?) })
            }
            "$not" => Ok(Filter::Not(Box::new(self.filter(value, depth + 1)?))),
            _ => self.field(key, value, depth),
        }
    }

    /// `["and", …]`, `["field", "operator", value]`, or a list of those.
    fn list(&mut self, items: &[Value], depth: usize) -> Result<Filter> {
        let first = items.first().and_then(Value::as_str);
        let word = first.map(str::to_ascii_lowercase);
        match (word.as_deref(), items) {
            (_, []) => Ok(Filter::everything()),
            (Some("and" | "or"), [_, rest @ ..]) => {
                let parts: Result<Vec<Filter>> =
                    rest.iter().map(|item| self.filter(item, depth + 1)).collect();
                let is_all = word.as_deref() == Some("and");
                Ok(if is_all { Filter::All(parts?) } else { Filter::Any(parts?) })
            }
            (Some(_), [Value::String(field), Value::String(operator), rest @ ..])
                if rest.len() <= 1 =>
            {
                let value = rest.first().unwrap_or(&Value::Null);
                let column = self.column(field)?;
                let (operator, value) = infix(operator, value)?;
                self.test(&column, operator, &value)
            }
            (None, _) if items.iter().all(Value::is_array) => {
                let parts: Result<Vec<Filter>> =
                    items.iter().map(|item| self.filter(item, depth + 1)).collect();
                Ok(Filter::All(parts?))
            }
            _ => Err(invalid(
                "a condition is written [\"field\", \"operator\", value], and a group [\"and\", …] or [\"or\", …]",
            )),
        }
    }

    /// A field with a value, or with operators.
    ///
    /// # Errors
    /// As [`Reading::filter`].
    pub fn field(&mut self, name: &str, value: &Value, depth: usize) -> Result<Filter> {
        shallow(depth)?;
        if name.starts_with('$') {
            return Err(invalid(format!("`{}` is no operator here", shown(name))));
        }
        let column = self.column(name)?;
        let Value::Object(operators) = value else {
            return self.test(&column, "$eq", value);
        };
        if operators.is_empty() {
            return Err(invalid(format!("the test of `{name}` has no operator")));
        }
        let mut parts = Vec::with_capacity(operators.len());
        for (operator, value) in operators {
            parts.push(if operator == "$not" {
                Filter::Not(Box::new(self.field(name, value, depth + 1)?))
            } else {
                self.test(&column, operator, value)?
            });
        }
        Ok(Filter::All(parts))
    }

    fn column(&self, name: &str) -> Result<Column> {
        self.ask.column(name, "filter")
    }

    fn test(&mut self, column: &Column, operator: &str, value: &Value) -> Result<Filter> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            return Err(invalid(format!("the filter has more than {MOST_TESTS} tests")));
        }
        let value = &self.resolved(value)?;
        let name = column.name.as_str();
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        let test = match operator {
            "$in" if is_empty => return Ok(Filter::nothing()),
            "$nin" if is_empty => return Ok(Filter::everything()),
            "$eq" if value.is_null() => Test::IsNull,
            "$ne" if value.is_null() => Test::IsNotNull,
            "$null" | "$exists" => match (operator, value.as_bool()) {
                ("$null", Some(true)) | ("$exists", Some(false)) => Test::IsNull,
                (_, Some(_)) => Test::IsNotNull,
                (_, None) => {
                    return Err(invalid(format!("`{operator}` of `{name}` must be true or false")));
                }
            },
            "$contains" | "$notContains" if self.is_json(name) => {
                self.member_test(operator, value)?
            }
            _ if self.is_json(name) => {
                return Err(invalid(format!(
                    "`{name}` holds a list or a document: `$contains`, `$notContains`, `$null` and `$exists` test it, `{operator}` does not"
                )));
            }
            "$contains" | "$notContains" | "$startsWith" | "$endsWith" | "$icontains" | "$like"
            | "$ilike" => text_test(column, operator, value)?,
            _ => self.value_test(column, operator, value)?,
        };
        Ok(Filter::Column(column.name.clone(), test))
    }

    fn value_test(&self, column: &Column, operator: &str, value: &Value) -> Result<Test> {
        let one = || cell(column, value);
        Ok(match operator {
            "$eq" => Test::Is(one()?),
            "$ne" => Test::IsNot(one()?),
            "$gt" => Test::Compare(" > ", one()?),
            "$gte" => Test::Compare(" >= ", one()?),
            "$lt" => Test::Compare(" < ", one()?),
            "$lte" => Test::Compare(" <= ", one()?),
            "$in" | "$nin" | "$between" => {
                let name = &column.name;
                let Value::Array(values) = value else {
                    return Err(invalid(format!("`{operator}` of `{name}` must be a list")));
                };
                if values.len() > MOST_VALUES {
                    return Err(invalid(format!(
                        "`{operator}` of `{name}` has more than {MOST_VALUES} values"
                    )));
                }
                let cells: Result<Vec<Cell>> =
                    values.iter().map(|value| cell(column, value)).collect();
                among(operator, name.as_str(), cells?)?
            }
            _ => {
                return Err(invalid(format!(
                    "`{}` of `{}` is no operator; there are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $between, $contains, $notContains, $startsWith, $endsWith, $icontains, $like, $ilike, $null, $exists",
                    shown(operator),
                    column.name
                )));
            }
        })
    }

    fn member_test(&self, operator: &str, value: &Value) -> Result<Test> {
        if !matches!(value, Value::String(_) | Value::Number(_)) {
            return Err(invalid(format!("`{operator}` of a list must be a text or a number")));
        }
        let text = value.to_string();
        Ok(if operator == "$contains" { Test::Holds(text) } else { Test::HoldsNot(text) })
    }

    fn is_json(&self, name: &str) -> bool {
        self.ask.object.field(name).is_some_and(|field| field.is_json())
    }

    /// What `{today}` and `{current_user_id}` stand for.
    fn resolved(&self, value: &Value) -> Result<Value> {
        let Some(token) = value.as_str().and_then(|text| text.strip_prefix('{')?.strip_suffix('}'))
        else {
            return Ok(value.clone());
        };
        let day = |days: i64| {
            let day = now().date_naive().checked_add_signed(Duration::try_days(days)?)?;
            Some(Value::String(day.to_string()))
        };
        let count = |text: &str, end: &str| text.strip_suffix(end)?.parse::<u16>().ok();
        let value = match token {
            "current_user_id" => Some(Value::String(self.ask.caller.id().to_string())),
            "current_org_id" => Some(Value::Null),
            "now" => Some(Value::String(now().to_rfc3339())),
            "today" => day(0),
            "yesterday" => day(-1),
            "tomorrow" => day(1),
            _ => count(token, "_days_ago")
                .and_then(|days| day(-i64::from(days)))
                .or_else(|| day(count(token, "_days_from_now")?.into())),
        };
        value.ok_or_else(|| {
            Code::FilterTokenUnknown.error(format!(
                "`{{{}}}` stands for nothing here; there are {{current_user_id}}, {{current_org_id}}, {{now}}, {{today}}, {{yesterday}}, {{tomorrow}}, {{7_days_ago}} and {{7_days_from_now}}",
                shown(token)
            ))
        })
    }
}

fn shallow(depth: usize) -> Result<()> {
    if depth > DEEPEST {
        return Err(invalid(format!("the filter is nested deeper than {DEEPEST} levels")));
    }
    Ok(())
}

fn among(operator: &str, name: &str, cells: Vec<Cell>) -> Result<Test> {
    match operator {
        "$in" => Ok(Test::Among(cells)),
        "$nin" => Ok(Test::NotAmong(cells)),
        _ => match <[Cell; 2]>::try_from(cells) {
            Ok([low, high]) => Ok(Test::Between(low, high)),
            Err(_) => Err(invalid(format!("`$between` of `{name}` must be two values"))),
        },
    }
}

fn text_test(column: &Column, operator: &str, value: &Value) -> Result<Test> {
    let name = &column.name;
    if column.kind != CellType::Text {
        return Err(invalid(format!("`{operator}` tests texts, and `{name}` holds none")));
    }
    let Cell::Text(Some(text)) = cell(column, value)? else {
        return Err(invalid(format!("`{operator}` of `{name}` must be a text")));
    };
    Ok(match operator {
        "$icontains" => Test::LikeAnyCase(pattern(&text)),
        "$like" => Test::Like(complete(text)),
        "$ilike" => Test::LikeAnyCase(complete(text)),
        // Every text contains nothing; no text does not.
        _ if text.is_empty() => {
            if operator == "$notContains" {
                Test::IsNull
            } else {
                Test::IsNotNull
            }
        }
        "$contains" => Test::Contains(text),
        "$notContains" => Test::NotContains(text),
        "$startsWith" => Test::StartsWith(text),
        _ => Test::EndsWith(text),
    })
}

/// A pattern that does not end in the middle of an escape, which PostgreSQL refuses.
fn complete(mut pattern: String) -> String {
    let backslashes = pattern.bytes().rev().take_while(|byte| *byte == b'\\').count();
    if backslashes % 2 == 1 {
        pattern.push('\\');
    }
    pattern
}

/// A value of the type of its column. Texts of parameters become numbers and
/// truth values where the column wants them.
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
    let too_long = value.as_str().is_some_and(|text| text.len() > LONGEST_TEXT);
    if too_long {
        return Err(invalid(format!("the value for `{name}` is longer than {LONGEST_TEXT} bytes")));
    }
    read.ok_or_else(|| {
        let kind = match column.kind {
            CellType::Text => "a text",
            CellType::Integer | CellType::Real => "a number",
            CellType::Bool => "true or false",
            CellType::Time => "a moment, such as `2026-12-31T17:30:00Z`",
        };
        invalid(format!("the value for `{name}` must be {kind}; lists go with $in"))
    })
}

/// The operator of a list as one of an object, with its value.
fn infix<'v>(
    operator: &str,
    value: &'v Value,
) -> Result<(&'static str, std::borrow::Cow<'v, Value>)> {
    use std::borrow::Cow;
    let lower = operator.to_ascii_lowercase();
    let operator = match lower.as_str() {
        "=" | "==" | "eq" | "equals" | "$eq" => "$eq",
        "!=" | "<>" | "ne" | "neq" | "not_equals" | "notequals" | "not_equal" | "$ne" => "$ne",
        ">" | "gt" | "greater_than" | "greaterthan" | "after" | "$gt" => "$gt",
        ">="
        | "gte"
        | "greater_than_or_equal"
        | "greaterthanorequal"
        | "greaterorequal"
        | "$gte" => "$gte",
        "<" | "lt" | "less_than" | "lessthan" | "before" | "$lt" => "$lt",
        "<=" | "lte" | "less_than_or_equal" | "lessthanorequal" | "lessorequal" | "$lte" => "$lte",
        "in" | "$in" => "$in",
        "nin" | "not_in" | "notin" | "not in" | "$nin" => "$nin",
        "contains" | "$contains" => "$contains",
        "notcontains" | "not_contains" | "$notcontains" => "$notContains",
        "icontains" | "$icontains" => "$icontains",
        "startswith" | "starts_with" | "$startswith" => "$startsWith",
        "endswith" | "ends_with" | "$endswith" => "$endsWith",
        "like" | "$like" => "$like",
        "ilike" | "$ilike" => "$ilike",
        "between" | "$between" => "$between",
        "is_null" | "isnull" | "is_empty" | "isempty" => {
            return Ok(("$null", Cow::Owned(true.into())));
        }
        "is_not_null" | "isnotnull" | "is_not_empty" | "isnotempty" => {
            return Ok(("$null", Cow::Owned(false.into())));
        }
        _ => return Err(invalid(format!("`{}` is no operator of a condition", shown(operator)))),
    };
    Ok((operator, Cow::Borrowed(value)))
}

/// A part of a text that came from outside, for a message.
fn shown(text: &str) -> String {
    text.chars().take(80).collect::<String>().escape_debug().to_string()
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidFilter.error(message)
}
