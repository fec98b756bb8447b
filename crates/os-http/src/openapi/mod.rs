//! The OpenAPI 3.1 document of a server, made of its list of endpoints.
//!
//! **Invariant:** every endpoint that is not a page has an operation, and the document depends
//! on nothing but the list: the same list gives the same document.

mod errors;
mod operation;
mod parameter;

use crate::{Endpoint, ErrorCode, Form, SESSION_COOKIE};
use errors::Errors;
use operation::Operations;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The facts about a server that its document states beside its endpoints.
#[derive(Debug, Clone, Copy)]
pub struct Api<'a> {
    pub title: &'a str,
    pub version: &'a str,
    pub description: &'a str,
    /// A sentence about the bearer tokens and keys that it accepts.
    pub credentials: &'a str,
    /// Every error code.
    pub codes: &'a [ErrorCode],
    /// The form of errors on a path.
    pub error_form: fn(&str) -> Form,
}

/// The document of a server.
pub fn document<S>(api: &Api<'_>, endpoints: &[Endpoint<S>]) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut operations = Operations::new(&mut generator, api.error_form);
    let mut paths = Map::new();
    for endpoint in endpoints.iter().filter(|it| !it.page) {
        let path = paths.entry(template(endpoint.path)).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operations.operation(endpoint);
    }
    let errors = Errors { codes: api.codes };
    let responses = errors.responses(&mut generator);
    let mut schemas = generator.take_definitions(true);
    schemas.insert(errors::CODE_SCHEMA.to_owned(), errors.code_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "description": api.description,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }, { "cookie": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": api.credentials },
                "cookie": { "type": "apiKey", "in": "cookie", "name": SESSION_COOKIE },
            },
        },
    })
}

/// The noun that a path is about, to group endpoints by: `packages` of `/api/v1/cloud/packages/…`.
pub fn tag(path: &str) -> &str {
    let mut words = path.split('/').filter(|word| {
        !word.is_empty() && !word.starts_with('{') && !matches!(*word, "api" | "v1" | "cloud")
    });
    words.next().unwrap_or("server")
}

/// The path as OpenAPI writes it: `{*rest}` is a parameter like any other.
fn template(path: &str) -> String {
    path.replace("{*", "{")
}

#[cfg(test)]
mod tests;
