//! A form for the settings of an installation, made from the JSON Schema of its
//! version: the simple properties as fields, the rest as JSON.

use os_control::{Code, Result};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// One field of the form.
#[derive(Debug, Clone)]
pub struct SettingsField {
    pub name: String,
    pub label: String,
    pub hint: String,
    /// `text`, `password`, `number`, `boolean`, `choice` or `json`.
    pub kind: &'static str,
    pub value: String,
    pub choices: Vec<String>,
    pub required: bool,
    /// It is a secret that may be stored already.
    pub is_kept: bool,
}

/// The fields of a schema with the present values. Without properties in the
/// schema there is one field, the whole object as JSON, named by nothing.
pub fn fields_of(
    schema: Option<&Value>,
    present: &Value,
    is_installed: bool,
) -> Vec<SettingsField> {
    let empty = Map::new();
    let properties = schema.and_then(|it| it["properties"].as_object()).unwrap_or(&empty);
    if properties.is_empty() {
        let value = pretty(present);
        return vec![SettingsField {
            name: String::new(),
            label: "Settings".to_owned(),
            hint: "A JSON object. This version declares no schema for it, so values that may be secret are not shown: what you leave out stays, and null removes it.".to_owned(),
            kind: "json",
            value,
            choices: Vec::new(),
            required: false,
            is_kept: false,
        }];
    }
    let required = schema.and_then(|it| it["required"].as_array()).map_or(&[][..], Vec::as_slice);
    let is_required = |name: &str| required.iter().any(|it| it == name);
    properties
        .iter()
        .map(|(name, property)| SettingsField {
            is_kept: is_installed,
            ..field(name, property, &present[name], is_required(name))
        })
        .collect()
}

fn field(name: &str, property: &Value, present: &Value, required: bool) -> SettingsField {
    let text = |key: &str| property[key].as_str().unwrap_or_default().to_owned();
    let kind = kind_of(property);
    let present = if present.is_null() { &property["default"] } else { present };
    let value = match present {
        // What is secret never comes back from the server.
        _ if kind == "password" => String::new(),
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other if kind == "json" => pretty(other),
        other => other.to_string(),
    };
    let choices = property["enum"].as_array().map_or_else(Vec::new, |all| {
        all.iter().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect()
    });
    let label = Some(text("title")).filter(|it| !it.is_empty()).unwrap_or_else(|| name.to_owned());
    SettingsField {
        name: name.to_owned(),
        label,
        hint: text("description"),
        kind,
        value,
        choices,
        required,
        is_kept: false,
    }
}

fn kind_of(property: &Value) -> &'static str {
    let is_secret = property["writeOnly"] == true || property["format"] == "password";
    match property["type"].as_str() {
        Some("string") if is_secret => "password",
        Some("string") if property["enum"].is_array() => "choice",
        Some("string") => "text",
        Some("number" | "integer") => "number",
        Some("boolean") => "boolean",
        _ => "json",
    }
}

/// The settings that a filled-in form means. What the form does not show, and
/// secrets that were left empty, stay as they are.
///
/// # Errors
/// `VALIDATION_ERROR`, naming the field.
pub fn settings_from(
    schema: Option<&Value>,
    present: &Value,
    form: &HashMap<String, String>,
) -> Result<Value> {
    let mut settings = present.as_object().cloned().unwrap_or_default();
    for field in fields_of(schema, present, true) {
        let sent = form.get(&format!("setting.{}", field.name)).map_or("", |it| it.trim());
        if field.name.is_empty() {
            return parse("settings", if sent.is_empty() { "{}" } else { sent });
        }
        let value = match field.kind {
            "boolean" => Value::Bool(sent == "true"),
            "password" if sent.is_empty() => continue,
            _ if sent.is_empty() => {
                settings.remove(&field.name);
                continue;
            }
            "number" | "json" => parse(&field.label, sent)?,
            _ => Value::from(sent),
        };
        settings.insert(field.name, value);
    }
    Ok(Value::Object(settings))
}

fn parse(name: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|error| Code::ValidationError.error(format!("`{name}` is not JSON: {error}")))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_returns_the_settings_it_was_rendered_from() {
        let schema = json!({ "type": "object", "properties": {
            "currency": { "type": "string", "enum": ["EUR", "USD"] },
            "limit": { "type": "integer", "default": 5 },
            "loud": { "type": "boolean" },
            "token": { "type": "string", "writeOnly": true },
            "stages": { "type": "array" },
        }});
        let present = json!({ "currency": "EUR", "token": "***", "stages": [1] });
        let fields = fields_of(Some(&schema), &present, true);
        let kinds: Vec<_> = fields.iter().map(|field| field.kind).collect();
        assert_eq!(kinds, ["choice", "number", "boolean", "password", "json"]);
        let mut form: HashMap<String, String> =
            fields.into_iter().map(|it| (format!("setting.{}", it.name), it.value)).collect();
        form.insert("setting.loud".to_owned(), "true".to_owned());
        let settings = settings_from(Some(&schema), &present, &form).expect("valid");
        let expected =
            json!({ "currency": "EUR", "token": "***", "stages": [1], "limit": 5, "loud": true });
        assert_eq!(settings, expected);
        form.insert("setting.limit".to_owned(), "many".to_owned());
        assert!(settings_from(Some(&schema), &present, &form).is_err());
    }
}
