//! Errors in a document: one response for each form, and the closed list of codes.

use crate::{ErrorCode, Form};
use os_api::device::DeviceError;
use os_api::{BareError, DataError, ErrorBody};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The name of the schema of all codes.
pub const CODE_SCHEMA: &str = "ErrorCode";

/// The errors of a server.
pub struct Errors<'a> {
    pub codes: &'a [ErrorCode],
}

/// The name of the response of a form.
pub fn response_of(form: Form) -> &'static str {
    match form {
        Form::Enveloped => "Error",
        Form::Bare => "BareError",
        Form::Device => "DeviceError",
        Form::Data => "DataError",
    }
}

/// The name of the response on a path that browsers open, too: JSON, or a page.
pub const ON_A_PAGE: &str = "ErrorOrPage";

/// The name of the response that another server may have made, with a code of its own.
pub const RELAYED: &str = "RelayedError";

impl Errors<'_> {
    /// A response for each form.
    pub fn responses(&self, generator: &mut SchemaGenerator) -> Map<String, Value> {
        let code = json!({ "$ref": format!("#/components/schemas/{CODE_SCHEMA}") });
        let in_detail = json!({ "properties": { "error": { "properties": { "code": code } } } });
        let at_top = json!({ "properties": { "code": code } });
        let mut responses = Map::new();
        let enveloped = json!({ "allOf": [schema::<ErrorBody>(generator), in_detail] });
        let bare = json!({ "allOf": [schema::<BareError>(generator), at_top] });
        let device = json!({ "anyOf": [schema::<DeviceError>(generator), bare] });
        let data = json!({ "allOf": [schema::<DataError>(generator), at_top] });
        let mut add = |name: &str, content: Value| {
            let response =
                json!({ "description": "An error. A 4xx changed nothing.", "content": content });
            responses.insert(name.to_owned(), response);
        };
        let in_json = |schema: &Value| json!({ "application/json": { "schema": schema } });
        add(response_of(Form::Enveloped), in_json(&enveloped));
        add(response_of(Form::Bare), in_json(&bare));
        add(response_of(Form::Device), in_json(&device));
        add(response_of(Form::Data), in_json(&data));
        add(RELAYED, in_json(&schema::<ErrorBody>(generator)));
        let mut on_a_page = in_json(&enveloped);
        on_a_page["text/html"] = json!({});
        add(ON_A_PAGE, on_a_page);
        responses
    }

    /// All codes, each with its HTTP statuses.
    pub fn code_schema(&self) -> Value {
        let mut by_name: Vec<(&str, Vec<String>)> = Vec::new();
        for code in self.codes {
            let status = code.status().as_u16().to_string();
            match by_name.iter_mut().find(|(name, _)| *name == code.as_str()) {
                Some((_, statuses)) => statuses.push(status),
                None => by_name.push((code.as_str(), vec![status])),
            }
        }
        let codes = by_name.into_iter().map(|(name, statuses)| {
            json!({ "const": name, "description": format!("HTTP {}", statuses.join(" or ")) })
        });
        json!({
            "description": "Why a request failed, for programs; docs/errors.md has the remedies.",
            "type": "string",
            "oneOf": codes.collect::<Vec<_>>(),
        })
    }
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}
