//! Walking settings and their schema side by side: filling in defaults, leaving out secrets.
//!
//! Recursion is safe here because `guard` has seen the schema, and each step goes one level down
//! in the settings.
//!
//! **Invariant:** where branches of a schema disagree, a value is treated as secret.

use boon::InstanceToken;
use serde_json::{Map, Value};

use super::guard::resolve;

/// The schemas that say something about one place in the settings.
type Sayings<'a> = Vec<&'a Map<String, Value>>;

/// Puts `default`s where the settings say nothing.
pub fn fill(root: &Value, schema: &Value, settings: &mut Value) {
    let mut sayings = Sayings::new();
    gather(root, schema, Certainty::Always, &mut sayings);
    match settings {
        Value::Object(members) => {
            let properties = sayings.iter().filter_map(|say| say.get("properties")?.as_object());
            for (name, schema) in properties.flatten() {
                if !members.contains_key(name)
                    && let Some(default) = default_of(root, schema)
                {
                    members.insert(name.clone(), default.clone());
                }
                if let Some(member) = members.get_mut(name) {
                    fill(root, schema, member);
                }
            }
        }
        Value::Array(items) => {
            for schema in sayings.iter().filter_map(|say| say.get("items")) {
                items.iter_mut().for_each(|item| fill(root, schema, item));
            }
        }
        _ => {}
    }
}

fn default_of<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let mut sayings = Sayings::new();
    gather(root, schema, Certainty::Always, &mut sayings);
    sayings.into_iter().find_map(|say| say.get("default"))
}

/// The settings without their secrets; `None` if all of it is one.
pub fn redact(root: &Value, settings: &Value) -> Option<Value> {
    redact_by(root, &sayings_of(root, [root]), settings)
}

fn redact_by(root: &Value, sayings: &Sayings<'_>, value: &Value) -> Option<Value> {
    if sayings.iter().any(|say| says_secret(say)) {
        return None;
    }
    if sayings.is_empty() {
        return Some(value.clone());
    }
    Some(match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, member)| {
                let member = redact_by(root, &of_member(root, sayings, name), member)?;
                Some((name.clone(), member))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let kept = items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| redact_by(root, &of_item(root, sayings, index), item));
            Value::Array(kept.collect())
        }
        scalar => scalar.clone(),
    })
}

/// Whether a place in the settings, or something around it, is secret.
pub fn is_secret(root: &Value, place: &[InstanceToken<'_>]) -> bool {
    let mut sayings = sayings_of(root, [root]);
    for token in place {
        if sayings.iter().any(|say| says_secret(say)) {
            return true;
        }
        sayings = match token {
            InstanceToken::Prop(name) => of_member(root, &sayings, name),
            InstanceToken::Item(index) => of_item(root, &sayings, *index),
        };
    }
    sayings.iter().any(|say| says_secret(say))
}

fn says_secret(say: &Map<String, Value>) -> bool {
    say.get("writeOnly") == Some(&Value::Bool(true))
        || say.get("format").is_some_and(|format| format == "password")
}

/// What is said about a member of an object. Patterns are taken to match every name: better to
/// hide too much than too little.
fn of_member<'a>(root: &'a Value, sayings: &Sayings<'a>, name: &str) -> Sayings<'a> {
    let mut schemas: Vec<&Value> = Vec::new();
    for say in sayings {
        schemas.extend(say.get("properties").and_then(|properties| properties.get(name)));
        let patterns = say.get("patternProperties").and_then(Value::as_object);
        schemas.extend(patterns.into_iter().flat_map(Map::values));
        let is_named = say.get("properties").is_some_and(|named| named.get(name).is_some());
        if !is_named {
            schemas.extend(say.get("additionalProperties"));
            schemas.extend(say.get("unevaluatedProperties"));
        }
    }
    sayings_of(root, schemas)
}

fn of_item<'a>(root: &'a Value, sayings: &Sayings<'a>, index: usize) -> Sayings<'a> {
    let mut schemas: Vec<&Value> = Vec::new();
    for say in sayings {
        schemas.extend(say.get("prefixItems").and_then(|items| items.get(index)));
        for key in ["items", "contains", "unevaluatedItems"] {
            schemas.extend(say.get(key));
        }
    }
    sayings_of(root, schemas)
}

fn sayings_of<'a>(root: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Sayings<'a> {
    let mut sayings = Sayings::new();
    for schema in schemas {
        gather(root, schema, Certainty::Perhaps, &mut sayings);
    }
    sayings
}

/// Which parts of a schema to listen to: those that hold always, or also those of a branch.
#[derive(Clone, Copy, PartialEq)]
enum Certainty {
    Always,
    Perhaps,
}

/// The schema itself and all others it applies to the same place.
fn gather<'a>(root: &'a Value, schema: &'a Value, which: Certainty, into: &mut Sayings<'a>) {
    let Some(say) = schema.as_object() else { return };
    into.push(say);
    if let Some(target) = say.get("$ref").and_then(Value::as_str).and_then(|r| resolve(root, r)) {
        gather(root, target, which, into);
    }
    let (lists, singles): (&[&str], &[&str]) = match which {
        Certainty::Always => (&["allOf"], &[]),
        Certainty::Perhaps => (&["allOf", "anyOf", "oneOf"], &["if", "then", "else"]),
    };
    for part in lists.iter().filter_map(|key| say.get(*key)?.as_array()).flatten() {
        gather(root, part, which, into);
    }
    for part in singles.iter().filter_map(|key| say.get(*key)) {
        gather(root, part, which, into);
    }
    if which == Certainty::Perhaps
        && let Some(dependent) = say.get("dependentSchemas").and_then(Value::as_object)
    {
        dependent.values().for_each(|part| gather(root, part, which, into));
    }
}
