//! Walks settings and their schema together: fills in defaults, removes secrets.
//!
//! Recursion is safe here because `guard` has seen the schema, and each step goes one level down
//! in the settings.
//!
//! **Invariant:** where branches of a schema disagree, a value is treated as secret.

use boon::InstanceToken;
use serde_json::{Map, Value};

use super::guard::resolve;

/// The schemas that apply to one value of the settings.
type Schemas<'a> = Vec<&'a Map<String, Value>>;

/// Fills in `default`s where settings have no value.
pub fn fill(root: &Value, schema: &Value, settings: &mut Value) {
    let mut applicable = Schemas::new();
    gather(root, schema, Certainty::Always, &mut applicable);
    match settings {
        Value::Object(members) => {
            let properties = applicable.iter().filter_map(|map| map.get("properties")?.as_object());
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
            for schema in applicable.iter().filter_map(|map| map.get("items")) {
                items.iter_mut().for_each(|item| fill(root, schema, item));
            }
        }
        _ => {}
    }
}

fn default_of<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let mut applicable = Schemas::new();
    gather(root, schema, Certainty::Always, &mut applicable);
    applicable.into_iter().find_map(|map| map.get("default"))
}

/// Returns settings without their secrets; `None` if the whole is one.
pub fn redact(root: &Value, settings: &Value) -> Option<Value> {
    redact_by(root, &applicable_to(root, [root]), settings)
}

fn redact_by(root: &Value, applicable: &Schemas<'_>, value: &Value) -> Option<Value> {
    if applicable.iter().any(|map| is_secret_schema(map)) {
        return None;
    }
    if applicable.is_empty() {
        return Some(value.clone());
    }
    Some(match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, member)| {
                let member = redact_by(root, &of_member(root, applicable, name), member)?;
                Some((name.clone(), member))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let kept = items.iter().enumerate().filter_map(|(index, item)| {
                redact_by(root, &of_item(root, applicable, index), item)
            });
            Value::Array(kept.collect())
        }
        scalar => scalar.clone(),
    })
}

/// Returns whether a value of the settings, or one around it, is secret.
pub fn is_secret(root: &Value, place: &[InstanceToken<'_>]) -> bool {
    let mut applicable = applicable_to(root, [root]);
    for token in place {
        if applicable.iter().any(|map| is_secret_schema(map)) {
            return true;
        }
        applicable = match token {
            InstanceToken::Prop(name) => of_member(root, &applicable, name),
            InstanceToken::Item(index) => of_item(root, &applicable, *index),
        };
    }
    applicable.iter().any(|map| is_secret_schema(map))
}

fn is_secret_schema(map: &Map<String, Value>) -> bool {
    map.get("writeOnly") == Some(&Value::Bool(true))
        || map.get("format").is_some_and(|format| format == "password")
}

/// Returns the schemas of a member. Patterns are taken to match every name: better to
/// hide too much than too little.
fn of_member<'a>(root: &'a Value, applicable: &Schemas<'a>, name: &str) -> Schemas<'a> {
    let mut schemas: Vec<&Value> = Vec::new();
    for map in applicable {
        schemas.extend(map.get("properties").and_then(|properties| properties.get(name)));
        let patterns = map.get("patternProperties").and_then(Value::as_object);
        schemas.extend(patterns.into_iter().flat_map(Map::values));
        let is_named = map.get("properties").is_some_and(|named| named.get(name).is_some());
        if !is_named {
            schemas.extend(map.get("additionalProperties"));
            schemas.extend(map.get("unevaluatedProperties"));
        }
    }
    applicable_to(root, schemas)
}

fn of_item<'a>(root: &'a Value, applicable: &Schemas<'a>, index: usize) -> Schemas<'a> {
    let mut schemas: Vec<&Value> = Vec::new();
    for map in applicable {
        schemas.extend(map.get("prefixItems").and_then(|items| items.get(index)));
        for key in ["items", "contains", "unevaluatedItems"] {
            schemas.extend(map.get(key));
        }
    }
    applicable_to(root, schemas)
}

fn applicable_to<'a>(root: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Schemas<'a> {
    let mut applicable = Schemas::new();
    for schema in schemas {
        gather(root, schema, Certainty::Perhaps, &mut applicable);
    }
    applicable
}

/// The parts of a schema that apply: those that always hold, or also those of a branch.
#[derive(Clone, Copy, PartialEq)]
enum Certainty {
    Always,
    Perhaps,
}

/// Collects a schema and all others that it applies to the same value.
fn gather<'a>(root: &'a Value, schema: &'a Value, which: Certainty, into: &mut Schemas<'a>) {
    let Some(map) = schema.as_object() else { return };
    into.push(map);
    if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|r| resolve(root, r)) {
        gather(root, target, which, into);
    }
    let (lists, singles): (&[&str], &[&str]) = match which {
        Certainty::Always => (&["allOf"], &[]),
        Certainty::Perhaps => (&["allOf", "anyOf", "oneOf"], &["if", "then", "else"]),
    };
    for part in lists.iter().filter_map(|key| map.get(*key)?.as_array()).flatten() {
        gather(root, part, which, into);
    }
    for part in singles.iter().filter_map(|key| map.get(*key)) {
        gather(root, part, which, into);
    }
    if which == Certainty::Perhaps
        && let Some(dependent) = map.get("dependentSchemas").and_then(Value::as_object)
    {
        dependent.values().for_each(|part| gather(root, part, which, into));
    }
}
