//! Counts what the validator would do, before it does it.
//!
//! The validator keeps an error for each branch that does not fit, so steps bound its memory as
//! well as its time.

use serde_json::{Map, Value};

use super::guard::resolve;
use super::meter::{Meter, TooComplex};

/// Keywords that apply a schema, or each of a list, to the same value.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const SINGLES: [&str; 4] = ["not", "if", "then", "else"];
/// Keywords that apply a schema to each item, or to each member.
const OF_ITEMS: [&str; 3] = ["items", "contains", "unevaluatedItems"];
const OF_MEMBERS: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// Pays for the check of a value by a schema, all branches included.
pub fn pay(
    root: &Value,
    schema: &Value,
    value: &Value,
    depth: usize,
    meter: &mut Meter,
) -> Result<(), TooComplex> {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    meter.spend(1 + children + depth / 8)?;
    let Some(map) = schema.as_object() else { return Ok(()) };
    let listed = LISTS.iter().filter_map(|key| map.get(*key)?.as_array()).flatten();
    let single = SINGLES.iter().filter_map(|key| map.get(*key));
    let dependent = map.get("dependentSchemas").and_then(Value::as_object);
    let target = map.get("$ref").and_then(Value::as_str).and_then(|it| resolve(root, it));
    for part in
        listed.chain(single).chain(dependent.into_iter().flat_map(Map::values)).chain(target)
    {
        pay(root, part, value, depth, meter)?;
    }
    if let Some(choices) = map.get("enum").and_then(Value::as_array) {
        meter.spend(choices.len() / 16)?;
    }
    match value {
        Value::String(text) if map.contains_key("pattern") => meter.spend_text(text),
        Value::Array(items) => pay_items(root, map, items, depth, meter),
        Value::Object(members) => pay_members(root, map, members, depth, meter),
        _ => Ok(()),
    }
}

fn pay_items(
    root: &Value,
    map: &Map<String, Value>,
    items: &[Value],
    depth: usize,
    meter: &mut Meter,
) -> Result<(), TooComplex> {
    let prefix = map.get("prefixItems").and_then(Value::as_array);
    for (schema, item) in prefix.into_iter().flatten().zip(items) {
        pay(root, schema, item, depth + 1, meter)?;
    }
    for schema in OF_ITEMS.iter().filter_map(|key| map.get(*key)) {
        for item in items {
            pay(root, schema, item, depth + 1, meter)?;
        }
    }
    Ok(())
}

fn pay_members(
    root: &Value,
    map: &Map<String, Value>,
    members: &Map<String, Value>,
    depth: usize,
    meter: &mut Meter,
) -> Result<(), TooComplex> {
    let named = map.get("properties").and_then(Value::as_object);
    let patterns = map.get("patternProperties").and_then(Value::as_object);
    for (name, member) in members {
        let own = named.and_then(|it| it.get(name));
        let by_pattern = patterns.into_iter().flat_map(Map::values);
        let others = OF_MEMBERS.iter().filter(|_| own.is_none()).filter_map(|key| map.get(*key));
        for schema in own.into_iter().chain(by_pattern).chain(others) {
            pay(root, schema, member, depth + 1, meter)?;
        }
        if let Some(schema) = map.get("propertyNames") {
            pay(root, schema, &Value::String(name.clone()), depth + 1, meter)?;
        }
    }
    Ok(())
}
