//! Why an expression has no value.

use super::Value;

/// Why an expression could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvaluationError {
    /// What is wrong, for people.
    pub message: String,
    /// The name that nothing has, where that is the reason.
    pub missing_key: Option<String>,
}

impl EvaluationError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), missing_key: None }
    }

    /// Nothing has this name.
    pub fn missing_key(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { message: format!("No such key: {name}"), missing_key: Some(name) }
    }

    /// A value of another type was needed.
    pub(crate) fn expected(wanted: &str, found: &Value) -> Self {
        match found {
            Value::Null => Self::null(&format!("used as {wanted}")),
            other => {
                Self::new(format!("expected {wanted}, found a value of type {}", other.type_name()))
            }
        }
    }

    /// Null has no such operation; authors guard it with `!= null`.
    pub(crate) fn null(what: &str) -> Self {
        Self::new(format!("null cannot be {what}; test `!= null` first"))
    }

    /// No operation takes these two types.
    pub(crate) fn no_overload(what: &str, left: &Value, right: &Value) -> Self {
        if matches!(left, Value::Null) || matches!(right, Value::Null) {
            return Self::null(&what.replace(" with", "").replace(" to", "").replace(" by", ""));
        }
        Self::new(format!(
            "a value of type {} cannot be {what} one of type {}",
            left.type_name(),
            right.type_name()
        ))
    }
}
