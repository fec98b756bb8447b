//! The errors of a record.

use crate::object::{Field, FieldError, Object};
use crate::{Code, Result};
use os_package::expression::EvaluationError;
use serde_json::{Value, json};

/// Something that is wrong with a record, as clients read it.
#[derive(Debug, Clone)]
pub struct RecordError {
    /// The field, or `_record` where no field alone is to blame.
    pub field: String,
    /// Of a field: without its label.
    pub message: String,
    json: Value,
}

/// Everything that is wrong with a record.
#[derive(Debug, Default)]
pub struct ValidationErrors(Vec<RecordError>);

impl RecordError {
    /// Returns a violation of a rule.
    pub fn rule(field: Option<&str>, message: &str) -> Self {
        let field = field.unwrap_or("_record");
        let json = json!({ "field": field, "code": "rule_violation", "message": message });
        Self { field: field.to_owned(), message: message.to_owned(), json }
    }

    /// Returns a rule that has no value, so that nobody knows whether it is violated
    /// (docs/wire/expressions.md#where-expressions-stand).
    pub fn unevaluable(field: Option<&str>, rule: &str, error: &EvaluationError) -> Self {
        let reason = &error.message;
        let message = format!(
            "Validation rule '{rule}' could not be evaluated ({reason}); the record was not written"
        );
        let mut found = Self::rule(field, &message);
        found.json["constraint"] =
            json!({ "rule": rule, "reason": "unevaluable", "fault": reason });
        if let Some(key) = &error.missing_key {
            found.json["constraint"]["missingKey"] = json!(key);
        }
        found
    }
}

impl ValidationErrors {
    /// Adds one.
    pub fn push(&mut self, error: RecordError) {
        self.0.push(error);
    }

    /// Adds one of a field.
    pub fn add(&mut self, field: &Field, error: &FieldError) {
        let mut json = json!({
            "field": field.name.as_str(), "code": error.code, "label": field.label,
            "message": format!("{} {}", field.label, error.message),
        });
        if error.code == "invalid_option" {
            json["options"] = json!(field.options);
        }
        let (field, message) = (field.name.to_string(), error.message.clone());
        self.0.push(RecordError { field, message, json });
    }

    /// Returns the first of them.
    pub fn into_first(self) -> Option<RecordError> {
        self.0.into_iter().next()
    }

    /// Refuses the record, if anything is wrong with it.
    ///
    /// # Errors
    /// `VALIDATION_FAILED` with `fields`.
    pub fn check(&self, object: &Object) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let fields: Vec<Value> = self.0.iter().map(|error| error.json.clone()).collect();
        let messages: Vec<&str> = fields.iter().filter_map(|it| it["message"].as_str()).collect();
        let error = Code::ValidationFailed.error(messages.join("; "));
        Err(error.with("fields", fields).with("object", object.name.as_str()))
    }
}
