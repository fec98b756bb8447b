//! A JSON Schema in words: `list of Package`, `string or null`.

use crate::html::Html;
use crate::parts::safe;
use serde_json::Value;

/// A parameter, or a member of an object.
pub struct Field {
    pub name: String,
    /// The location of a parameter: `path` or `query`.
    pub location: String,
    pub type_: Html,
    pub is_required: bool,
    pub description: String,
}

/// The members of an object, in its own order; those of all its parts.
pub fn fields(schema: &Value) -> Vec<Field> {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let members = schema["properties"].as_object().into_iter().flatten();
    let own = members.map(|(name, property)| Field {
        name: name.clone(),
        location: String::new(),
        type_: type_of(property),
        is_required: required.iter().any(|it| it == name),
        description: property["description"].as_str().unwrap_or_default().to_owned(),
    });
    let parts = schema["allOf"].as_array().into_iter().flatten();
    own.chain(parts.flat_map(fields)).collect()
}

/// The type in words; the name of another type is a link to it.
pub fn type_of(schema: &Value) -> Html {
    Html(words(schema))
}

fn words(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        let name = safe(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(value) = schema.get("const") {
        return code(value);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(code).collect::<Vec<_>>().join(", ");
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[several].as_array() {
            return choices.iter().map(words).collect::<Vec<_>>().join(" or ");
        }
    }
    match &schema["type"] {
        Value::Array(types) => {
            let one = |name: &Value| words_of(name.as_str().unwrap_or_default(), schema);
            types.iter().map(one).collect::<Vec<_>>().join(" or ")
        }
        Value::String(name) => words_of(name, schema),
        _ => "any value".to_owned(),
    }
}

fn words_of(name: &str, schema: &Value) -> String {
    match (name, schema["format"].as_str()) {
        ("array", _) => match schema.get("items") {
            Some(items) => format!("list of {}", words(items)),
            None => "list".to_owned(),
        },
        ("object", _) => match schema.get("additionalProperties").filter(|it| it.is_object()) {
            Some(values) => format!("map to {}", words(values)),
            None => "object".to_owned(),
        },
        ("string", Some("date-time")) => "timestamp".to_owned(),
        ("string", Some(format)) => safe(format),
        _ => safe(name),
    }
}

fn code(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("<code>{}</code>", safe(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_read_as_words() {
        for (schema, expected) in [
            (json!({"type": "string"}), "string"),
            (json!({"type": ["string", "null"]}), "string or null"),
            (json!({"type": "string", "format": "date-time"}), "timestamp"),
            (
                json!({"type": "array", "items": {"$ref": "#/components/schemas/Row"}}),
                "list of <a href=\"#type-Row\">Row</a>",
            ),
            (json!({"enum": ["a", "<b>"]}), "<code>a</code>, <code>&#60;b&#62;</code>"),
            (json!({"type": "object", "additionalProperties": {}}), "map to any value"),
            (json!(true), "any value"),
        ] {
            assert_eq!(type_of(&schema).0, expected);
        }
    }
}
