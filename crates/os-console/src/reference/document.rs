//! An OpenAPI document as a page shows it.

use super::schema::{Field, fields, type_of};
use crate::html::Html;
use serde_json::Value;

/// The API of one server.
pub struct Api {
    pub title: String,
    pub version: String,
    pub description: String,
    pub groups: Vec<Group>,
    pub schemas: Vec<Schema>,
}

/// The operations about one noun.
pub struct Group {
    pub tag: String,
    pub operations: Vec<Operation>,
}

/// A method of a path.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    /// True if it needs no credential.
    pub is_open: bool,
    pub parameters: Vec<Field>,
    /// The type of its body.
    pub body: Option<Html>,
    /// The type of its response, without the envelope.
    pub response: Option<Html>,
    /// True if the response has no envelope `{"success": true, "data": …}`.
    pub is_bare: bool,
}

/// A type that bodies and responses are made of.
pub struct Schema {
    pub name: String,
    pub description: String,
    /// Its members, where it is an object.
    pub fields: Vec<Field>,
    /// The type of a schema without fields.
    pub type_: Html,
}

impl Api {
    /// Reads a document that this program made.
    pub fn read(document: &Value) -> Self {
        let text = |name: &str| text(&document["info"][name]);
        let mut groups: Vec<Group> = Vec::new();
        for (path, methods) in members(&document["paths"]) {
            for (method, operation) in members(methods) {
                let tag = operation["tags"][0].as_str().unwrap_or_default();
                let operation = Operation::read(method, path, operation);
                match groups.iter_mut().find(|group| group.tag == tag) {
                    Some(group) => group.operations.push(operation),
                    None => {
                        groups.push(Group { tag: tag.to_owned(), operations: vec![operation] });
                    }
                }
            }
        }
        let schemas = members(&document["components"]["schemas"]);
        Self {
            title: text("title"),
            version: text("version"),
            description: text("description"),
            groups,
            schemas: schemas.map(|(name, schema)| Schema::read(name, schema)).collect(),
        }
    }
}

impl Operation {
    fn read(method: &str, path: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let content = &operation["responses"]["2XX"]["content"];
        let response = &content["application/json"]["schema"];
        let is_enveloped = response["properties"]["success"]["const"] == true;
        let data = if is_enveloped { &response["properties"]["data"] } else { response };
        let bytes = content.get("*/*").map(|_| Html("bytes".to_owned()));
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        Self {
            id: text(&operation["operationId"]),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            is_open: operation["security"].as_array().is_some_and(Vec::is_empty),
            parameters: parameters.map(parameter).collect(),
            body: body.is_object().then(|| type_of(body)),
            response: data.as_object().filter(|it| !it.is_empty()).map(|_| type_of(data)).or(bytes),
            is_bare: response.is_object() && !is_enveloped,
        }
    }
}

fn parameter(parameter: &Value) -> Field {
    let schema = &parameter["schema"];
    Field {
        name: text(&parameter["name"]),
        location: text(&parameter["in"]),
        type_: type_of(schema),
        is_required: parameter["required"] == true,
        description: text(&parameter["description"]),
    }
}

impl Schema {
    fn read(name: &str, schema: &Value) -> Self {
        Self {
            name: name.to_owned(),
            description: text(&schema["description"]),
            fields: fields(schema),
            type_: type_of(schema),
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_both_servers_is_shown_and_no_link_leads_nowhere() {
        for document in [os_control::openapi(), os_runtime::openapi()] {
            let api = Api::read(&document);
            let shown: usize = api.groups.iter().map(|group| group.operations.len()).sum();
            let there: usize = members(&document["paths"]).map(|(_, it)| members(it).count()).sum();
            assert_eq!(shown, there);
            let known: Vec<_> = api.schemas.iter().map(|it| format!("#type-{}", it.name)).collect();
            let operations = api.groups.iter().flat_map(|group| &group.operations);
            for html in operations.flat_map(|it| it.body.iter().chain(&it.response)) {
                for link in html.0.split("href=\"").skip(1) {
                    let link = link.split('"').next().unwrap_or_default().to_owned();
                    assert!(known.contains(&link), "{link}");
                }
            }
        }
    }
}
