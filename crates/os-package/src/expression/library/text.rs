//! Strings. Places are counted in characters.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};
use regex::{Regex, RegexBuilder};

/// The most memory that a compiled pattern takes, in bytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// Compiles a regular expression, whose matching takes time in proportion to the string.
///
/// # Errors
/// It is none, is too large, or uses look-around or back-references.
pub fn pattern(text: &str) -> Result<Regex, EvaluationError> {
    let built = RegexBuilder::new(text).size_limit(MAX_PATTERN_BYTES).build();
    built.map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        EvaluationError::new(format!("the pattern `{text}` is not supported: {reason}"))
    })
}

/// `matches(text, pattern)`: whether the pattern is found in the string.
pub fn matches(arguments: &Arguments<'_>) -> Outcome {
    let wanted = arguments.text(1)?;
    let text = arguments.text(0)?;
    let is_match = match arguments.patterns.get(wanted.as_ref()) {
        Some(regex) => regex.is_match(&text),
        None => pattern(&wanted)?.is_match(&text),
    };
    Ok(Value::Bool(is_match))
}

/// `upper(text)`
pub fn upper(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::String(arguments.text(0)?.to_uppercase()))
}

/// `lower(text)`
pub fn lower(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::String(arguments.text(0)?.to_lowercase()))
}

/// `trim(text)`
pub fn trim(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::String(arguments.text(0)?.trim().to_owned()))
}

/// `contains(text, part)`; of a list whether it holds the item.
pub fn contains(arguments: &Arguments<'_>) -> Outcome {
    if let Value::List(items) = arguments.value(0) {
        let wanted = arguments.value(1);
        return Ok(Value::Bool(items.iter().any(|item| item.equals(wanted))));
    }
    Ok(Value::Bool(arguments.text(0)?.contains(arguments.text(1)?.as_ref())))
}

/// `startsWith(text, part)`
pub fn starts_with(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(arguments.text(0)?.starts_with(arguments.text(1)?.as_ref())))
}

/// `endsWith(text, part)`
pub fn ends_with(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(arguments.text(0)?.ends_with(arguments.text(1)?.as_ref())))
}

/// `text.indexOf(part, from)`; -1 where it is not found.
pub fn index_of(arguments: &Arguments<'_>) -> Outcome {
    let (text, part) = (arguments.text(0)?, arguments.text(1)?);
    let start = start(arguments, &text)?;
    let found = text[start..].find(part.as_ref()).map(|at| start + at);
    Ok(Value::Number(place(&text, found)))
}

/// `text.lastIndexOf(part, from)`; -1 where it is not found.
pub fn last_index_of(arguments: &Arguments<'_>) -> Outcome {
    let (text, part) = (arguments.text(0)?, arguments.text(1)?);
    let end = match arguments.count() > 2 {
        true => (start(arguments, &text)? + part.len()).min(text.len()),
        false => text.len(),
    };
    let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    Ok(Value::Number(place(&text, text[..end].rfind(part.as_ref()))))
}

/// Returns the byte at which a search starts.
fn start(arguments: &Arguments<'_>, text: &str) -> Result<usize, EvaluationError> {
    if arguments.count() < 3 {
        return Ok(0);
    }
    byte_at(text, arguments.place(2)?)
}

/// Returns the number of characters before a byte.
fn place(text: &str, at: Option<usize>) -> f64 {
    at.map_or(-1.0, |at| text[..at].chars().count() as f64)
}

fn byte_at(text: &str, place: usize) -> Result<usize, EvaluationError> {
    let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(place);
    bytes.ok_or_else(|| {
        EvaluationError::new(format!("the string has fewer than {place} characters"))
    })
}

/// `text.substring(start, end)`
pub fn substring(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let start = byte_at(&text, arguments.place(1)?)?;
    let end = match arguments.count() > 2 {
        true => byte_at(&text, arguments.place(2)?)?,
        false => text.len(),
    };
    let part = text.get(start..end);
    let part = part.ok_or_else(|| EvaluationError::new("a substring ends after it starts"))?;
    Ok(Value::String(part.to_owned()))
}

/// `text.split(separator, limit)`
pub fn split(arguments: &Arguments<'_>) -> Outcome {
    let (text, separator) = (arguments.text(0)?, arguments.text(1)?);
    let limit = if arguments.count() > 2 { arguments.integer(2)? } else { -1 };
    let parts: Vec<String> = match (separator.is_empty(), usize::try_from(limit)) {
        (_, Ok(0)) => Vec::new(),
        (true, _) => text.chars().map(String::from).collect(),
        (false, Ok(limit)) => text.splitn(limit, separator.as_ref()).map(str::to_owned).collect(),
        (false, Err(_)) => text.split(separator.as_ref()).map(str::to_owned).collect(),
    };
    Ok(Value::List(parts.into_iter().map(Value::String).collect()))
}
