//! One operation of a document.

use super::errors::{ON_A_PAGE, RELAYED, response_of};
use super::parameter::parameters;
use super::tag;
use crate::endpoint::Content;
use crate::{Endpoint, Form};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

/// Makes the operations of one document.
pub struct Operations<'g> {
    generator: &'g mut SchemaGenerator,
    error_form: fn(&str) -> Form,
}

impl<'g> Operations<'g> {
    pub fn new(generator: &'g mut SchemaGenerator, error_form: fn(&str) -> Form) -> Self {
        Self { generator, error_form }
    }

    /// The operation of an endpoint.
    pub fn operation<S>(&mut self, endpoint: &Endpoint<S>) -> Value {
        let is_api = endpoint.path.starts_with("/api/") || endpoint.path.starts_with("/.");
        let error = match endpoint.relays {
            true => RELAYED,
            false if is_api => response_of((self.error_form)(endpoint.path)),
            false => ON_A_PAGE,
        };
        let error = json!({ "$ref": format!("#/components/responses/{error}") });
        let mut responses = json!({ "default": error });
        match endpoint.response {
            _ if endpoint.unsupported => responses["501"] = error,
            Some(Content::Redirect) => responses["302"] = redirect(),
            _ => responses["2XX"] = self.success(endpoint),
        }
        let mut operation = json!({
            "summary": endpoint.summary,
            "operationId": operation_id(endpoint),
            "tags": [tag(endpoint.path)],
            "parameters": parameters(endpoint, self.generator),
            "responses": responses,
        });
        if endpoint.open {
            operation["security"] = json!([]);
        }
        if let Some(body) = endpoint.body {
            let is_required = self.has_required_members(body);
            operation["requestBody"] = json!({
                "required": is_required, "content": self.content(body),
            });
        }
        operation
    }

    fn success<S>(&mut self, endpoint: &Endpoint<S>) -> Value {
        let content = match endpoint.response {
            Some(Content::Json(of)) => {
                let schema = of(self.generator).to_value();
                let schema = if endpoint.bare { schema } else { enveloped(&schema) };
                json!({ "application/json": { "schema": schema } })
            }
            Some(content @ Content::Bytes(_)) => self.content(content),
            Some(Content::Redirect) | None => json!({ "application/json": {} }),
        };
        json!({ "description": "Done", "content": content })
    }

    /// Returns whether no body is not enough: it stands for an object without members.
    fn has_required_members(&mut self, body: Content) -> bool {
        let Content::Json(of) = body else { return false };
        let schema = of(self.generator).to_value();
        let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        let schema =
            name.and_then(|name| self.generator.definitions().get(name)).unwrap_or(&schema);
        ["required", "anyOf"].iter().any(|key| schema.get(key).is_some())
            || schema["type"] == "array"
    }

    fn content(&mut self, content: Content) -> Value {
        match content {
            Content::Json(of) => {
                json!({ "application/json": { "schema": of(self.generator).to_value() } })
            }
            Content::Bytes(types) => types.iter().map(|it| ((*it).to_owned(), json!({}))).collect(),
            Content::Redirect => json!({}),
        }
    }
}

fn redirect() -> Value {
    json!({
        "description": "Another address",
        "headers": { "Location": { "required": true, "schema": { "type": "string" } } },
    })
}

fn enveloped(data: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data"],
        "properties": { "success": { "const": true }, "data": data },
    })
}

/// `GET /a/b/{c}` is `get_a_b_c`.
pub fn operation_id<S>(endpoint: &Endpoint<S>) -> String {
    let words = endpoint.path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !matches!(*word, "api" | "v1"));
    let words: Vec<&str> = words.collect();
    let path = if words.is_empty() { "api".to_owned() } else { words.join("_") };
    format!("{}_{path}", endpoint.method.as_str().to_ascii_lowercase())
}
