//! From a path in the stack to the line that an author wrote.
//!
//! **Invariant:** only places of literals that really made the value are named; where there is
//! none, the nearest literal around it is.

use crate::diagnostic::{Diagnostic, Part, Place};
use crate::evaluate::PLACE_KEY;
use crate::project::Project;
use crate::syntax::Literals;
use serde_json::Value;
use std::ops::Range;

/// Gives every diagnostic with a path and without a place its place, in a traced stack.
pub fn locate(
    diagnostics: &mut [Diagnostic],
    stack: &Value,
    literals: &Literals,
    project: &Project,
) {
    for diagnostic in diagnostics {
        if diagnostic.place.is_none()
            && let Some(path) = &diagnostic.path
        {
            diagnostic.place = place(path, diagnostic.part.as_ref(), stack, literals, project);
        }
    }
}

fn place(
    path: &str,
    part: Option<&Part>,
    stack: &Value,
    literals: &Literals,
    project: &Project,
) -> Option<Place> {
    let (number, property) = nearest_literal(path, stack)?;
    let (file, span) = literals.find(number, property.as_deref())?;
    let source = project.read(file).ok()?;
    let span = part.and_then(|part| within(&source, span.clone(), part)).unwrap_or(span);
    Place::of(file, &source, span.start, span.end)
}

/// The bytes of a part of a text, where the text stands once and as it is in a property.
fn within(source: &str, property: Range<usize>, part: &Part) -> Option<Range<usize>> {
    let mut at = source.get(property.clone())?.match_indices(&part.text).map(|(at, _)| at);
    let start = property.start + at.next()?;
    let end = part.span.end.max(part.span.start + 1).min(part.text.len().max(1));
    at.next().is_none().then(|| start + part.span.start..start + end)
}

/// The innermost literal on the way, and its property that leads on.
fn nearest_literal(path: &str, stack: &Value) -> Option<(usize, Option<String>)> {
    let mut nearest = None;
    let (mut value, mut rest) = (stack, path);
    loop {
        let number = value.get(PLACE_KEY).and_then(Value::as_u64);
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

/// The next key of a path, and what is left: `fields.amount` of `objects[0].fields.amount`. Keys
/// with dots in them are recognised where the value has them.
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
            PLACE_KEY: 0,
            "objects": [{ PLACE_KEY: 1, "fields": { PLACE_KEY: 2, "amount": { "type": "x" } } }],
            "translations": [{ "en": { "a.b": { PLACE_KEY: 3 } } }],
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
