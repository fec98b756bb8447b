//! Walks settings and their schema together: fills in defaults, finds secrets.
//!
//! Recursion is safe here because `guard` has seen the schema, and each step goes one level down
//! in the settings. Every step is paid for, because values multiply it.
//!
//! **Invariant:** where branches of a schema disagree, a value is treated as secret.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::guard::resolve;
use super::meter::{Meter, TooComplex};
use super::pointer_token;

/// The schemas that apply to one value of the settings.
type Schemas<'a> = Vec<&'a Map<String, Value>>;

/// Fills in `default`s where settings have no value.
pub fn fill(
    root: &Value,
    schema: &Value,
    settings: &mut Value,
    meter: &mut Meter,
) -> Result<(), TooComplex> {
    let mut applicable = Schemas::new();
    gather(root, schema, Certainty::Always, &mut applicable, meter)?;
    match settings {
        Value::Object(members) => {
            let properties = applicable.iter().filter_map(|map| map.get("properties")?.as_object());
            for (name, schema) in properties.flatten() {
                meter.spend(1)?;
                if !members.contains_key(name)
                    && let Some(default) = default_of(root, schema, meter)?
                {
                    meter.spend_bytes(default)?;
                    members.insert(name.clone(), default.clone());
                }
                if let Some(member) = members.get_mut(name) {
                    fill(root, schema, member, meter)?;
                }
            }
        }
        Value::Array(items) => {
            for schema in applicable.iter().filter_map(|map| map.get("items")) {
                for item in items.iter_mut() {
                    fill(root, schema, item, meter)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn default_of<'a>(
    root: &'a Value,
    schema: &'a Value,
    meter: &mut Meter,
) -> Result<Option<&'a Value>, TooComplex> {
    let mut applicable = Schemas::new();
    gather(root, schema, Certainty::Always, &mut applicable, meter)?;
    Ok(applicable.into_iter().find_map(|map| map.get("default")))
}

/// The treatment of a value that no schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undescribed {
    Public,
    Secret,
}

/// Finds the secrets of settings, as JSON pointers; the empty one for the whole.
pub fn secrets(
    root: &Value,
    settings: &Value,
    undescribed: Undescribed,
    meter: &mut Meter,
) -> Result<BTreeSet<String>, TooComplex> {
    let applicable = applicable_to(root, [root], meter)?;
    let mut search = Search { root, undescribed, meter, found: BTreeSet::new() };
    search.enter(&applicable, settings, &mut String::new())?;
    Ok(search.found)
}

struct Search<'a, 'm> {
    root: &'a Value,
    undescribed: Undescribed,
    meter: &'m mut Meter,
    found: BTreeSet<String>,
}

impl<'a> Search<'a, '_> {
    fn enter(
        &mut self,
        applicable: &Schemas<'a>,
        value: &Value,
        path: &mut String,
    ) -> Result<(), TooComplex> {
        self.meter.spend(1)?;
        let is_undescribed = applicable.is_empty() && self.undescribed == Undescribed::Secret;
        if is_undescribed || applicable.iter().any(|map| is_secret_schema(map)) {
            self.meter.spend_text(path)?;
            self.found.insert(path.clone());
            return Ok(());
        }
        if applicable.is_empty() {
            return Ok(());
        }
        let len = path.len();
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let schemas = of_member(self.root, applicable, name, self.meter)?;
                    path.push('/');
                    path.push_str(&pointer_token(name));
                    self.enter(&schemas, member, path)?;
                    path.truncate(len);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let schemas = of_item(self.root, applicable, index, self.meter)?;
                    path.push_str(&format!("/{index}"));
                    self.enter(&schemas, item, path)?;
                    path.truncate(len);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn is_secret_schema(map: &Map<String, Value>) -> bool {
    map.get("writeOnly") == Some(&Value::Bool(true))
        || map.get("format").is_some_and(|format| format == "password")
}

/// Returns the schemas of a member. Patterns are taken to match every name: better to
/// hide too much than too little.
fn of_member<'a>(
    root: &'a Value,
    applicable: &Schemas<'a>,
    name: &str,
    meter: &mut Meter,
) -> Result<Schemas<'a>, TooComplex> {
    meter.spend(applicable.len())?;
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
    applicable_to(root, schemas, meter)
}

fn of_item<'a>(
    root: &'a Value,
    applicable: &Schemas<'a>,
    index: usize,
    meter: &mut Meter,
) -> Result<Schemas<'a>, TooComplex> {
    meter.spend(applicable.len())?;
    let mut schemas: Vec<&Value> = Vec::new();
    for map in applicable {
        schemas.extend(map.get("prefixItems").and_then(|items| items.get(index)));
        for key in ["items", "contains", "unevaluatedItems"] {
            schemas.extend(map.get(key));
        }
    }
    applicable_to(root, schemas, meter)
}

fn applicable_to<'a>(
    root: &'a Value,
    schemas: impl IntoIterator<Item = &'a Value>,
    meter: &mut Meter,
) -> Result<Schemas<'a>, TooComplex> {
    let mut applicable = Schemas::new();
    for schema in schemas {
        gather(root, schema, Certainty::Perhaps, &mut applicable, meter)?;
    }
    Ok(applicable)
}

/// The parts of a schema that apply: those that always hold, or also those of a branch.
#[derive(Clone, Copy, PartialEq)]
enum Certainty {
    Always,
    Perhaps,
}

/// Collects a schema and all others that it applies to the same value.
fn gather<'a>(
    root: &'a Value,
    schema: &'a Value,
    which: Certainty,
    into: &mut Schemas<'a>,
    meter: &mut Meter,
) -> Result<(), TooComplex> {
    meter.spend(1)?;
    let Some(map) = schema.as_object() else { return Ok(()) };
    into.push(map);
    if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|r| resolve(root, r)) {
        gather(root, target, which, into, meter)?;
    }
    let (lists, singles): (&[&str], &[&str]) = match which {
        Certainty::Always => (&["allOf"], &[]),
        Certainty::Perhaps => (&["allOf", "anyOf", "oneOf"], &["if", "then", "else", "not"]),
    };
    for part in lists.iter().filter_map(|key| map.get(*key)?.as_array()).flatten() {
        gather(root, part, which, into, meter)?;
    }
    for part in singles.iter().filter_map(|key| map.get(*key)) {
        gather(root, part, which, into, meter)?;
    }
    if which == Certainty::Perhaps
        && let Some(dependent) = map.get("dependentSchemas").and_then(Value::as_object)
    {
        for part in dependent.values() {
            gather(root, part, which, into, meter)?;
        }
    }
    Ok(())
}
