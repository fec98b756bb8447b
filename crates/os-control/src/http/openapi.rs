//! The reference of the HTTP API, made from the list of endpoints.

use crate::http::extract::Bare;
use crate::{Endpoint, endpoints};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The OpenAPI 3.1 document: every endpoint, its body and its answer.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let error = generator.subschema_for::<os_api::ErrorBody>();
    let mut paths = Map::new();
    for endpoint in endpoints().into_iter() {
        let operation = operation(&endpoint, &mut generator, error.as_value());
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "os control plane",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Packages, versions, environments and installations of ObjectStack.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "security": [{ "bearer": [] }, { "cookie": [] }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "A session token, an API key (`osk_…`), a runtime token (`oscc_…`) or the service key.",
                },
                "cookie": { "type": "apiKey", "in": "cookie", "name": os_http::SESSION_COOKIE },
            },
        },
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator, error: &Value) -> Value {
    let answer = endpoint.answer.map_or_else(|| json!({}), |of| of(generator).to_value());
    let answer = if endpoint.bare {
        answer
    } else {
        json!({
            "type": "object",
            "required": ["success", "data"],
            "properties": { "success": { "const": true }, "data": answer },
        })
    };
    let mut operation = json!({
        "summary": endpoint.summary,
        "operationId": operation_id(endpoint),
        "tags": [tag(endpoint.path)],
        "parameters": parameters(endpoint, generator),
        "responses": {
            "2XX": { "description": "Done", "content": { "application/json": { "schema": answer } } },
            "4XX": { "description": "Refused; nothing changed", "content": { "application/json": { "schema": error } } },
        },
    });
    if endpoint.open {
        operation["security"] = json!([]);
    }
    if let Some(of) = endpoint.body {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": of(generator).to_value() } } });
    }
    operation
}

/// `GET /a/b/{c}` is `get_a_b_c`.
fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint.path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !matches!(*word, "api" | "v1"));
    let path = words.collect::<Vec<_>>().join("_");
    format!("{}_{path}", endpoint.method.as_str().to_ascii_lowercase())
}

/// The noun that a path is about: `/api/v1/cloud/packages/…` is `packages`.
fn tag(path: &str) -> &str {
    let mut words = path.split('/').filter(|word| {
        !word.is_empty() && !word.starts_with('{') && !matches!(*word, "api" | "v1" | "cloud")
    });
    words.next().unwrap_or("console")
}

fn parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let in_path = endpoint
        .path
        .split('/')
        .filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let query = endpoint.query.map_or(Value::Null, |of| of(generator).to_value());
    let properties = query["properties"].as_object().into_iter().flatten();
    let in_query = properties.map(|(name, schema)| {
        json!({ "name": name, "in": "query", "required": false, "schema": schema })
    });
    in_path.chain(in_query).collect()
}

/// `GET /openapi.json`.
pub async fn document() -> Bare<Value> {
    Bare(openapi())
}
