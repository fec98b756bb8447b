//! The error of an expression without a value.

use super::Value;

/// An error: the expression could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvaluationError {
    /// The message, for people.
    pub message: String,
    /// The name that nothing has, where that is the reason.
    pub missing_key: Option<String>,
}

impl EvaluationError {
    /// Creates an error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), missing_key: None }
    }

    /// Creates the error of a name that nothing has.
    pub fn missing_key(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { message: format!("No such key: {name}"), missing_key: Some(name) }
    }

    /// Creates the error of a value of another type.
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

    /// Creates the error of two types that no operation takes.
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
