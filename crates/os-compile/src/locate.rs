//! Finds the source location of a path in the stack.
//!
//! **Invariant:** a location is that of a literal that produced the value; where there is none, of
//! the nearest literal around it.

use crate::diagnostic::{Diagnostic, Location, Part};
use crate::evaluate::LOCATION_KEY;
use crate::project::Project;
use crate::syntax::Literals;
use serde_json::Value;
use std::ops::Range;

/// Adds the location to every diagnostic with a path and without one, from a traced stack.
pub fn locate(
    diagnostics: &mut [Diagnostic],
    stack: &Value,
    literals: &Literals,
    project: &Project,
) {
    for diagnostic in diagnostics {
        if diagnostic.location.is_none()
            && let Some(path) = &diagnostic.path
        {
            diagnostic.location =
                location(path, diagnostic.part.as_ref(), stack, literals, project);
        }
    }
}

fn location(
    path: &str,
    part: Option<&Part>,
    stack: &Value,
    literals: &Literals,
    project: &Project,
) -> Option<Location> {
    let (number, property) = nearest_literal(path, stack)?;
    let (file, span) = literals.find(number, property.as_deref())?;
    let source = project.read(file).ok()?;
    let span = part.and_then(|part| within(&source, span.clone(), part)).unwrap_or(span);
    Location::of(file, &source, span.start, span.end)
}

/// Returns the bytes of a part of a string, where the string occurs once and unescaped.
fn within(source: &str, property: Range<usize>, part: &Part) -> Option<Range<usize>> {
    let mut at = source.get(property.clone())?.match_indices(&part.text).map(|(at, _)| at);
    let start = property.start + at.next()?;
    let end = part.span.end.max(part.span.start + 1).min(part.text.len().max(1));
    at.next().is_none().then(|| start + part.span.start..start + end)
}

/// Returns the innermost literal on the path, and its property on the path.
fn nearest_literal(path: &str, stack: &Value) -> Option<(usize, Option<String>)> {
    let mut nearest = None;
    let (mut value, mut rest) = (stack, path);
    loop {
        let number = value.get(LOCATION_KEY).and_then(Value::as_u64);
        let step = next_step(value, rest);
        if let Some(number) = number.and_then(|number| usize::try_from(number).ok()) {
            nearest = Some((number, step.map(|(key, _)| key.to_owned())));
        }
        let Some((key, left)) = step else { return nearest };
        let next = match value {
            Value::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            value => value.get(key),
        };
        let Some(next) = next else { return nearest };
        (value, rest) = (next, left);
    }
}

/// Returns the next key of a path and the rest: `fields.amount` of `objects[0].fields.amount`. Keys
/// that contain dots are recognised where the value has them.
fn next_step<'p>(value: &Value, path: &'p str) -> Option<(&'p str, &'p str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(inner) = path.strip_prefix('[') {
        let (key, left) = inner.split_once(']')?;
        return Some((key.trim_matches(['"', '\'']), left));
    }
    if path.is_empty() {
        return None;
    }
    let ends = path.match_indices(['.', '[']).map(|(at, _)| at).chain([path.len()]);
    let known = ends.clone().rfind(|end| value.get(&path[..*end]).is_some());
    let end = known.or_else(|| ends.clone().next())?;
    Some((&path[..end], &path[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_innermost_literal_is_found() {
        let stack = json!({
            LOCATION_KEY: 0,
            "objects": [{ LOCATION_KEY: 1, "fields": { LOCATION_KEY: 2, "amount": { "type": "x" } } }],
            "translations": [{ "en": { "a.b": { LOCATION_KEY: 3 } } }],
        });
        let found = |path: &str| nearest_literal(path, &stack);
        let property = |name: &str| Some(name.to_owned());
        assert_eq!(found("objects[0].fields.amount.type"), Some((2, property("amount"))));
        assert_eq!(found("objects.0.label"), Some((1, property("label"))));
        assert_eq!(found("translations[0].en.a.b.c"), Some((3, property("c"))));
        assert_eq!(found("manifest"), Some((0, property("manifest"))));
        assert_eq!(found(""), Some((0, None)));
    }
}
