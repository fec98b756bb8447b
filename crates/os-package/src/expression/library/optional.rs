//! Values that may be absent: `record.?name.orValue('…')`.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};

fn inner<'a>(arguments: &'a Arguments<'_>) -> Result<Option<&'a Value>, EvaluationError> {
    match arguments.value(0) {
        Value::Optional(value) => Ok(value.as_deref()),
        other => Err(EvaluationError::expected("an optional value, such as `record.?name`", other)),
    }
}

/// `optional.hasValue()`
pub fn has_value(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(inner(arguments)?.is_some()))
}

/// `optional.value()`
pub fn value(arguments: &Arguments<'_>) -> Outcome {
    let value = inner(arguments)?.cloned();
    value.ok_or_else(|| EvaluationError::new("the value is absent; use `orValue(…)`"))
}

/// `optional.or(other)`, where the other is optional, too.
pub fn or(arguments: &Arguments<'_>) -> Outcome {
    Ok(match inner(arguments)? {
        Some(_) => arguments.value(0).clone(),
        None => arguments.value(1).clone(),
    })
}

/// `optional.orValue(other)`
pub fn or_value(arguments: &Arguments<'_>) -> Outcome {
    Ok(inner(arguments)?.unwrap_or(arguments.value(1)).clone())
}
