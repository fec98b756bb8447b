//! Lists, and the size of what has one.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};

/// `size(x)`: characters of a string, bytes, items of a list, members of a map.
pub fn size(arguments: &Arguments<'_>) -> Outcome {
    let value = arguments.value(0);
    let count =
        count(value).ok_or_else(|| EvaluationError::expected("a string or a list", value))?;
    Ok(Value::Number(count as f64))
}

/// `len(x)`: as `size(x)`, and 0 for everything that has no size.
pub fn length(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Number(count(arguments.value(0)).unwrap_or_default() as f64))
}

fn count(value: &Value) -> Option<usize> {
    Some(match value {
        Value::String(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.len(),
        Value::Map(members) => members.len(),
        _ => return None,
    })
}

/// `list.join(separator)`
pub fn join(arguments: &Arguments<'_>) -> Outcome {
    let mut joined = String::new();
    let separator = if arguments.count() > 1 { arguments.text(1)? } else { "".into() };
    for (index, item) in arguments.list(0)?.iter().enumerate() {
        let Value::String(text) = item else {
            return Err(EvaluationError::expected("a list of strings", item));
        };
        if index > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(text);
    }
    Ok(Value::String(joined))
}

/// `joinNonEmpty(list, separator)`: what is null or blank is left out, the rest trimmed.
pub fn join_non_empty(arguments: &Arguments<'_>) -> Outcome {
    let texts = arguments.list(0)?.iter().filter_map(Value::to_text);
    let texts: Vec<String> =
        texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    Ok(Value::String(texts.join(&arguments.text(1)?)))
}
