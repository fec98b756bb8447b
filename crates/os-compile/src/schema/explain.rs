//! Messages for values that do not match the table.
//!
//! **Invariant:** a message names what was found and what is allowed; a name that is nearly right
//! gets the right one as its remedy.

use super::format::Format;
use super::problem::Problem;
use super::table::{Id, Number, Object, Rest, Shape, TABLE, Union};
use os_package::suggest::nearest;
use serde_json::{Map, Value};

/// Names that a message lists.
const MAX_LISTED_NAMES: usize = 12;

/// Describes a value of the wrong kind.
pub fn mismatch(shape: &Shape, value: &Value) -> Problem {
    match shape {
        Shape::OneOf(values) => choice_of(values, value),
        Shape::Never => Problem::new("no value is allowed here").help("leave it out"),
        Shape::Tuple(ids) => kind(&format!("a list of {} entries", ids.len()), value),
        _ => kind(expected(shape), value),
    }
}

/// Describes a value of another kind than expected.
pub fn kind(expected: &str, value: &Value) -> Problem {
    let problem = Problem::new(format!("expected {expected}, found {}", shown(value)));
    match (expected, value) {
        ("a string", Value::Number(number)) => problem.help(format!("write '{number}'")),
        ("a number", Value::String(text)) if text.parse::<f64>().is_ok() => {
            problem.help(format!("write {text} without quotes"))
        }
        ("true or false", Value::String(text)) if text == "true" || text == "false" => {
            problem.help(format!("write {text} without quotes"))
        }
        ("a list", Value::String(_) | Value::Object(_)) => problem.help("put it in [ … ]"),
        (_, Value::Null) => problem.help("leave the key out instead of writing null"),
        _ => problem,
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Boolean => "true or false",
        Shape::Text(_) => "a string",
        Shape::Number(number) if number.whole => "a whole number",
        Shape::Number(_) => "a number",
        Shape::List(_) | Shape::Tuple(_) => "a list",
        Shape::Map(_) | Shape::Object(_) => "an object",
        Shape::OneOf(_) => "one of a few values",
        Shape::Any | Shape::Never | Shape::Union(_) | Shape::Both(_) | Shape::Rewritten(_) => {
            "another value"
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.chars().count() <= 40 => format!("'{text}'"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn choice_of(values: &[Value], given: &Value) -> Problem {
    let names: Vec<_> = values.iter().filter_map(Value::as_str).collect();
    let meant = given.as_str().and_then(|given| {
        let same = names.iter().find(|name| name.eq_ignore_ascii_case(given)).copied();
        same.or_else(|| nearest(given, names.iter().copied()))
    });
    let all: Vec<_> = values.iter().map(shown).collect();
    let problem = Problem::new(format!("{} is not one of the values it may have", shown(given)));
    match meant {
        Some(meant) => problem.help(format!("did you mean '{meant}'?")),
        None => problem.help(format!("write {}", listed(&all))),
    }
}

/// Returns `a, b or c`, with the rest counted.
fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        _ if names.len() > MAX_LISTED_NAMES => {
            format!(
                "{} or one of {} more",
                names[..MAX_LISTED_NAMES].join(", "),
                names.len() - MAX_LISTED_NAMES
            )
        }
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Describes a string or a list that is too short or too long.
pub fn length(min: usize, max: Option<usize>, found: usize, what: &str) -> Problem {
    if found == 0 {
        return Problem::new("must not be empty").help("leave the key out, or write a value");
    }
    let wanted = match max {
        Some(max) if max == min => format!("exactly {min}"),
        Some(max) if found > max => format!("at most {max}"),
        _ => format!("at least {min}"),
    };
    Problem::new(format!("must have {wanted} {what}, has {found}"))
}

/// Describes a number out of its range.
pub fn range(number: &Number, given: f64) -> Problem {
    let bound = |words: &str, bound: Option<f64>| bound.map(|bound| format!("{words} {bound}"));
    let wanted: Vec<_> = [
        number.whole.then(|| "a whole number".to_owned()),
        bound("at least", number.min),
        bound("greater than", number.above),
        bound("at most", number.max),
        bound("less than", number.below),
    ]
    .into_iter()
    .flatten()
    .collect();
    Problem::new(format!("{given} is out of range")).help(format!("write {}", wanted.join(", ")))
}

/// Describes a string of the wrong form.
pub fn form(format: Format, given: &str) -> Problem {
    let problem = Problem::new(format!("{} is not {}", shown(&given.into()), format.described()));
    match format.corrected(given) {
        Some(corrected) => problem.help(format!("write '{corrected}'")),
        None => problem,
    }
}

/// Describes a key that the protocol no longer has.
pub fn retired(key: &str) -> Problem {
    Problem::new(format!("`{key}` is no longer part of the protocol")).help("remove it")
}

/// Describes a required key that is missing.
pub fn missing(object: &Object, key: &str, given: &Map<String, Value>) -> Problem {
    let problem = Problem::new(format!("`{key}` is missing"));
    let unknown = given.keys().filter(|name| object.property(name).is_none());
    match nearest(key, unknown.map(String::as_str)) {
        Some(near) => problem.help(format!("rename `{near}` to `{key}`")),
        None => problem.help(format!("add `{key}: {}`", sample(object, key))),
    }
}

/// Returns a sample value for a key.
fn sample(object: &Object, key: &str) -> String {
    let values: Vec<_> = TABLE.choices(object, key).iter().map(shown).collect();
    if let [first, ..] = values.as_slice() {
        return first.clone();
    }
    let node = object.property(key).and_then(|property| property.node);
    match node.map(|id| &TABLE.node(id).shape) {
        Some(Shape::List(_) | Shape::Tuple(_)) => "[ … ]".to_owned(),
        Some(Shape::Object(_) | Shape::Map(_)) => "{ … }".to_owned(),
        Some(Shape::Number(_)) => "1".to_owned(),
        Some(Shape::Boolean) => "true".to_owned(),
        _ => "'…'".to_owned(),
    }
}

/// Describes an unknown key where only known ones are allowed.
pub fn unknown(object: &Object, key: &str, given: &Map<String, Value>) -> Problem {
    with_near(Problem::new(format!("`{key}` is unknown here")), object, key, given)
}

/// Describes an unknown key that is ignored.
pub fn dropped(object: &Object, key: &str, given: &Map<String, Value>) -> Problem {
    let message = format!("`{key}` is unknown here and is left out of the artifact");
    with_near(Problem::new(message), object, key, given)
}

/// Returns whether an unknown key may be a collection of a newer protocol, rather than a
/// misspelling.
pub fn is_new_collection(object: &Object, key: &str, value: &Value) -> bool {
    (value.is_array() || value.is_object()) && nearest(key, object.names()).is_none()
}

/// Describes an unknown collection that is kept.
pub fn passed(key: &str) -> Problem {
    Problem::new(format!("the collection `{key}` is unknown here and is kept as it is"))
        .help("remove it, unless a newer runtime reads it")
}

fn with_near(problem: Problem, object: &Object, key: &str, given: &Map<String, Value>) -> Problem {
    let free = object.names().filter(|name| !given.contains_key(*name));
    match nearest(key, free) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if object.rest == Rest::Dropped => problem.help("remove it"),
        None => {
            let names: Vec<_> = object.names().map(|name| format!("`{name}`")).collect();
            problem.help(format!("remove it; known are {}", listed(&names)))
        }
    }
}

/// Describes a discriminator that selects no member of a union.
pub fn choice(union: &Union, by: &str, given: &Map<String, Value>) -> Problem {
    let objects = union.of.iter().filter_map(|id| TABLE.object(*id));
    let values: Vec<_> = objects.flat_map(|object| TABLE.choices(object, by).to_vec()).collect();
    match given.get(by) {
        Some(value) => choice_of(&values, value),
        None => {
            let names: Vec<_> = values.iter().map(shown).collect();
            Problem::new(format!("`{by}` is missing")).help(format!("write {}", listed(&names)))
        }
    }
}

/// Returns whether a member of a union has the kind of a value, and does not contradict it where
/// the member allows a single one.
pub fn is_meant(id: Id, value: &Value) -> bool {
    match (&TABLE.node(id).shape, value) {
        (Shape::Any, _)
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Text(_), Value::String(_))
        | (Shape::Number(_), Value::Number(_))
        | (Shape::List(_) | Shape::Tuple(_), Value::Array(_))
        | (Shape::Map(_), Value::Object(_)) => true,
        (Shape::Object(object), Value::Object(given)) => given.iter().all(|(key, value)| {
            let choices = TABLE.choices(object, key);
            choices.len() != 1 || choices.contains(value)
        }),
        (Shape::Union(union), _) => union.of.iter().any(|id| is_meant(*id, value)),
        (Shape::Both([left, right]), _) => is_meant(*left, value) && is_meant(*right, value),
        (Shape::Rewritten(rewritten), _) => is_meant(rewritten.of, value),
        _ => false,
    }
}

/// Describes a value whose kind no member of a union has.
pub fn none_of(union: &Union, value: &Value) -> Problem {
    let mut choices = Vec::new();
    let mut kinds = Vec::new();
    collect(union, &mut choices, &mut kinds);
    if kinds.is_empty() || (value.is_string() && !choices.is_empty()) {
        return choice_of(&choices, value);
    }
    kinds.extend(choices.iter().map(shown));
    kinds.dedup();
    kind(&listed(&kinds), value)
}

fn collect(union: &Union, choices: &mut Vec<Value>, kinds: &mut Vec<String>) {
    for id in &union.of {
        let mut shape = &TABLE.node(*id).shape;
        while let Shape::Rewritten(rewritten) = shape {
            shape = &TABLE.node(rewritten.of).shape;
        }
        match shape {
            Shape::OneOf(values) => choices.extend(values.iter().cloned()),
            Shape::Union(inner) => collect(inner, choices, kinds),
            Shape::Never => {}
            shape => kinds.push(expected(shape).to_owned()),
        }
    }
}

/// Describes a stack that was too large to validate.
pub fn too_large() -> Problem {
    Problem::new("the stack is too large to be checked").help("split the package")
}
