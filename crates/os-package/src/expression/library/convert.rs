//! Conversions between types, and tests for emptiness.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};

/// `dyn(x)`: the value itself.
pub fn same(arguments: &Arguments<'_>) -> Outcome {
    Ok(arguments.value(0).clone())
}

/// `coalesce(a, b)`: the first that is not null.
pub fn coalesce(arguments: &Arguments<'_>) -> Outcome {
    let is_null = matches!(arguments.value(0), Value::Null);
    Ok(arguments.value(usize::from(is_null)).clone())
}

/// `isBlank(x)`, `isEmpty(x)`
pub fn is_blank(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(arguments.value(0).is_blank()))
}

/// `bool(x)`
pub fn to_bool(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.value(0);
    let flag = match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.as_str() {
            "1" | "t" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        },
        _ => None,
    };
    flag.map(Value::Bool).ok_or_else(|| EvaluationError::expected("true or false", value))
}

/// `double(x)`
pub fn to_double(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(arguments.number(0)?))
}

/// `int(x)`: decimals are cut; a timestamp becomes seconds since 1970; a string must be an
/// integer.
pub fn to_int(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.value(0);
    let number = match value {
        Value::Number(number) => number.trunc(),
        Value::Timestamp(time) => time.timestamp() as f64,
        Value::String(text) => {
            let number: Result<i64, _> = text.trim().parse();
            number.map_err(|_| EvaluationError::expected("an integer", value))? as f64
        }
        other => return Err(EvaluationError::expected("a number", other)),
    };
    Ok(Value::Number(number))
}

/// `uint(x)`: as `int(x)`, and 0 or more.
pub fn to_uint(arguments: &Arguments<'_>) -> Outcome {
    match to_int(arguments)? {
        Value::Number(number) if number < 0.0 => {
            Err(EvaluationError::new(format!("{number} is less than 0, so it is no uint")))
        }
        value => Ok(value),
    }
}

/// `string(x)`
pub fn to_string(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.value(0);
    let text = value.to_text();
    text.map(Value::String).ok_or_else(|| EvaluationError::expected("a single value", value))
}

/// `bytes(x)`: the UTF-8 of a string.
pub fn to_bytes(arguments: &Arguments<'_>) -> Outcome {
    match arguments.value(0) {
        Value::Bytes(bytes) => Ok(Value::Bytes(bytes.clone())),
        Value::String(text) => Ok(Value::Bytes(text.clone().into_bytes())),
        other => Err(EvaluationError::expected("a string", other)),
    }
}

/// `type(x)`
pub fn type_of(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Type(arguments.value(0).type_name()))
}
