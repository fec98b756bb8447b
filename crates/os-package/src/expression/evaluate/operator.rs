//! Operators between values.

use crate::expression::Op;
use crate::expression::value::{EvaluationError, Outcome, Value};
use std::cmp::Ordering;

/// Types that an expression can name, to compare with `type(x)`.
const TYPES: [&str; 9] =
    ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type"];

/// Returns the type of this name.
pub fn type_of(name: &str) -> Option<&'static str> {
    TYPES.into_iter().find(|it| *it == name)
}

/// `-value`
pub fn negate(value: &Value) -> Outcome {
    match value {
        Value::Number(number) => Ok(Value::Number(-number)),
        Value::Duration(length) => Ok(Value::Duration(-*length)),
        other => Err(EvaluationError::expected("a number", other)),
    }
}

/// `left op right`, where both sides have a value.
pub fn binary(op: Op, left: Value, right: Value) -> Outcome {
    Ok(match op {
        Op::Equal => Value::Bool(left.equals(&right)),
        Op::Unequal => Value::Bool(!left.equals(&right)),
        Op::Less => Value::Bool(left.compare(&right)? == Ordering::Less),
        Op::AtMost => Value::Bool(left.compare(&right)? != Ordering::Greater),
        Op::More => Value::Bool(left.compare(&right)? == Ordering::Greater),
        Op::AtLeast => Value::Bool(left.compare(&right)? != Ordering::Less),
        Op::In => Value::Bool(contains(&right, &left)?),
        Op::Add => add(left, right)?,
        Op::Subtract => subtract(&left, &right)?,
        Op::Multiply => {
            let (left, right) = numbers("multiplied by", &left, &right)?;
            Value::Number(left * right)
        }
        Op::Divide => Value::Number(divide(&left, &right, |left, right| left / right)?),
        Op::Remainder => Value::Number(divide(&left, &right, |left, right| left % right)?),
        Op::And | Op::Or => Value::Bool(match op {
            Op::And => left.as_bool()? && right.as_bool()?,
            _ => left.as_bool()? || right.as_bool()?,
        }),
    })
}

/// Returns whether a list holds an item, or a map a key.
pub fn contains(container: &Value, item: &Value) -> Result<bool, EvaluationError> {
    match container {
        Value::List(items) => Ok(items.iter().any(|it| it.equals(item))),
        Value::Map(members) => Ok(item.to_text().is_some_and(|name| members.contains_key(&name))),
        other => Err(EvaluationError::expected("a list or a map", other)),
    }
}

fn add(left: Value, right: Value) -> Outcome {
    Ok(match (left, right) {
        (Value::List(mut one), Value::List(other)) => {
            one.extend(other);
            Value::List(one)
        }
        (Value::Bytes(mut one), Value::Bytes(other)) => {
            one.extend(other);
            Value::Bytes(one)
        }
        (Value::Duration(one), Value::Duration(other)) => {
            Value::Duration(one.checked_add(&other).ok_or_else(overflow)?)
        }
        (time, Value::Duration(length)) | (Value::Duration(length), time) => {
            let start = time.as_timestamp();
            let start = start.ok_or_else(|| EvaluationError::expected("a timestamp", &time))?;
            Value::Timestamp(start.checked_add_signed(length).ok_or_else(overflow)?)
        }
        // A string takes what stands beside it along.
        (left, right) if matches!(left, Value::String(_)) || matches!(right, Value::String(_)) => {
            let text = |value: &Value| {
                let text = value.to_text();
                text.ok_or_else(|| EvaluationError::no_overload("added to", &left, &right))
            };
            Value::String(text(&left)? + &text(&right)?)
        }
        (left, right) => {
            let (left, right) = numbers("added to", &left, &right)?;
            Value::Number(left + right)
        }
    })
}

fn subtract(left: &Value, right: &Value) -> Outcome {
    Ok(match (left, right) {
        (Value::Duration(one), Value::Duration(other)) => {
            Value::Duration(one.checked_sub(other).ok_or_else(overflow)?)
        }
        (time, Value::Duration(length)) => {
            let end = time.as_timestamp();
            let end = end.ok_or_else(|| EvaluationError::expected("a timestamp", time))?;
            Value::Timestamp(end.checked_sub_signed(*length).ok_or_else(overflow)?)
        }
        (Value::Timestamp(_), _) | (_, Value::Timestamp(_)) => {
            let times = left.as_timestamp().zip(right.as_timestamp());
            let (left, right) = times
                .ok_or_else(|| EvaluationError::no_overload("subtracted from", right, left))?;
            Value::Duration(left.signed_duration_since(right))
        }
        _ => {
            let (left, right) = numbers("subtracted from", left, right)?;
            Value::Number(left - right)
        }
    })
}

fn divide(left: &Value, right: &Value, by: fn(f64, f64) -> f64) -> Result<f64, EvaluationError> {
    let (left, right) = numbers("divided by", left, right)?;
    if right == 0.0 {
        return Err(EvaluationError::new("division by zero; test the divisor first"));
    }
    Ok(by(left, right))
}

fn numbers(what: &str, left: &Value, right: &Value) -> Result<(f64, f64), EvaluationError> {
    let numbers = left.as_number().zip(right.as_number());
    numbers.ok_or_else(|| EvaluationError::no_overload(what, left, right))
}

fn overflow() -> EvaluationError {
    EvaluationError::new("the timestamp is out of range")
}
