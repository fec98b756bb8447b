//! Parameters of an operation: those of its path and of its query string.

use crate::Endpoint;
use schemars::SchemaGenerator;
use serde_json::{Value, json};

/// The parameters of an endpoint, those of the path first.
pub fn parameters<S>(endpoint: &Endpoint<S>, generator: &mut SchemaGenerator) -> Vec<Value> {
    let words = endpoint.path.split('/');
    let mut parameters: Vec<Value> =
        words.filter_map(|word| word.strip_prefix('{')?.strip_suffix('}')).map(in_path).collect();
    if let Some(of) = endpoint.query {
        parameters.extend(in_query(&of(generator).to_value()));
    }
    parameters
}

fn in_path(name: &str) -> Value {
    let mut parameter = json!({
        "name": name.trim_start_matches('*'), "in": "path", "required": true,
        "schema": of_segment(name),
    });
    if name.starts_with('*') {
        parameter["description"] = "The rest of the path; may contain slashes.".into();
    }
    parameter
}

/// The schema of a parameter in a path, by its name.
fn of_segment(name: &str) -> Value {
    match name {
        "organization" | "member" | "runtime" => json!({ "type": "string", "format": "uuid" }),
        "number" | "other" => json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
        "shape" => json!({ "enum": ["list", "form"] }),
        "position" => json!({ "type": "integer", "minimum": 0, "maximum": 9999 }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}

/// A parameter for each member of the query's type, and one for all others where it is open.
fn in_query(query: &Value) -> Vec<Value> {
    let required: Vec<&str> =
        query["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = query["properties"].as_object().into_iter().flatten();
    let mut parameters: Vec<Value> = properties
        .map(|(name, schema)| named(name, schema, required.contains(&name.as_str())))
        .collect();
    let is_open = |others: &&Value| others.as_bool() == Some(true) || others.is_object();
    if let Some(others) = query.get("additionalProperties").filter(is_open) {
        parameters.push(json!({
            "name": "others", "in": "query", "required": false, "style": "form", "explode": true,
            "description": "Each further parameter by its own name.",
            "schema": { "type": "object", "additionalProperties": others },
        }));
    }
    parameters
}

fn named(name: &str, schema: &Value, required: bool) -> Value {
    let mut schema = schema.clone();
    without_null(&mut schema);
    let description = schema.as_object_mut().and_then(|it| it.shift_remove("description"));
    let mut parameter =
        json!({ "name": name, "in": "query", "required": required, "schema": schema });
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
}

/// Takes `null` out of a schema: a parameter is left out, and never null.
fn without_null(schema: &mut Value) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.as_object_mut().and_then(|it| it.shift_remove("default"));
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.retain(|it| !it.is_null());
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("anyOf") {
        kinds.retain(|it| it["type"] != "null");
    }
}
