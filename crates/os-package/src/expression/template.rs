//! Texts with placeholders: `Hello {{ record.name | upper }}`.
//!
//! **Invariant:** a placeholder is a path with at most one formatter; anything else in braces is
//! refused, never left in the text.

use super::InvalidExpression;
use std::ops::Range;

/// The formatters of values.
pub const FORMATTERS: [&str; 11] = [
    "upper", "lower", "trim", "number", "currency", "percent", "date", "datetime", "truncate",
    "default", "json",
];

/// A placeholder of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole<'s> {
    /// The path of its value: `record.name`.
    pub path: &'s str,
    /// Its bytes.
    pub span: Range<usize>,
}

/// Returns the placeholders of a template.
///
/// # Errors
///
/// Braces do not match, or a placeholder is not a path with a formatter.
pub fn holes(source: &str) -> Result<Vec<Hole<'_>>, InvalidExpression> {
    let mut holes = Vec::new();
    let mut at = 0;
    while let Some(open) = source[at..].find("{{").map(|found| at + found) {
        single(source, at..open)?;
        let Some(close) = source[open + 2..].find("}}").map(|found| open + 2 + found) else {
            let message = "the placeholder that begins here has no end; write `}}`";
            return Err(InvalidExpression::new(message, open..open + 2));
        };
        holes.push(hole(source, open + 2..close)?);
        at = close + 2;
    }
    single(source, at..source.len())?;
    Ok(holes)
}

/// Checks the text between placeholders: no end of one, and no name in single braces.
fn single(source: &str, between: Range<usize>) -> Result<(), InvalidExpression> {
    let text = &source[between.clone()];
    if let Some(found) = text.find("}}") {
        let start = between.start + found;
        return Err(InvalidExpression::new(
            "no placeholder begins before this end",
            start..start + 2,
        ));
    }
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let start = between.end - rest.len() + open;
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else { return Ok(()) };
        let name = rest[..close].trim();
        let is_letter = |it: char| it.is_ascii_alphanumeric() || "_$.".contains(it);
        if !name.starts_with(|it: char| it.is_ascii_digit() || it == '.')
            && !name.is_empty()
            && name.chars().all(is_letter)
        {
            let message = format!("a placeholder has two braces; write `{{{{ {name} }}}}`");
            return Err(InvalidExpression::new(message, start..start + close + 2));
        }
    }
    Ok(())
}

fn hole(source: &str, inside: Range<usize>) -> Result<Hole<'_>, InvalidExpression> {
    let text = &source[inside.clone()];
    let (path, formatter) = match text.split_once('|') {
        Some((path, formatter)) => (path, Some(formatter)),
        None => (text, None),
    };
    let start = inside.start + (path.len() - path.trim_start().len());
    let path = path.trim();
    let span = start..start + path.len();
    let is_letter = |it: char| it.is_ascii_alphanumeric() || "_.[]".contains(it);
    if path.is_empty() || !path.chars().all(is_letter) {
        let message = "a placeholder names a field, such as `{{ record.name }}`; compute the rest in a formula field";
        let span = if path.is_empty() { inside } else { span };
        return Err(InvalidExpression::new(message, span));
    }
    if let Some(formatter) = formatter {
        let name = formatter.split(':').next().unwrap_or_default().trim();
        if !FORMATTERS.contains(&name) {
            let message =
                format!("there is no formatter `{name}`; use one of {}", FORMATTERS.join(", "));
            return Err(InvalidExpression::new(message, inside));
        }
    }
    Ok(Hole { path, span })
}
