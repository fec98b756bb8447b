//! The computations of functions, by the type they work on.
//!
//! Behind a dot a function takes exactly its type; called alone, functions of strings take null
//! as the empty string, as docs/wire/expressions.md#functions has it.

pub mod bytes;
pub mod convert;
pub mod list;
pub mod number;
pub mod optional;
pub mod text;
pub mod time;

pub use text::pattern;
pub use time::zone;

use super::value::{EvaluationError, Value};
use chrono::{DateTime, Utc};
use regex::Regex;
use std::borrow::Cow;
use std::collections::HashMap;

/// Regular expressions that stand in the text, by their pattern.
pub type Patterns = HashMap<String, Regex>;

/// The values of the arguments of a call, its receiver first.
pub struct Arguments<'e> {
    pub values: Vec<Value>,
    /// `true` if a receiver stands before the dot.
    pub is_method: bool,
    pub now: DateTime<Utc>,
    pub patterns: &'e Patterns,
}

/// The number of parameters is checked before a function is called.
const TOO_FEW: &Value = &Value::Null;

impl Arguments<'_> {
    fn value(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(TOO_FEW)
    }

    fn count(&self) -> usize {
        self.values.len()
    }

    fn number(&self, at: usize) -> Result<f64, EvaluationError> {
        let value = self.value(at);
        value.as_number().ok_or_else(|| EvaluationError::expected("a number", value))
    }

    /// Returns an integer; decimals are cut.
    fn integer(&self, at: usize) -> Result<i64, EvaluationError> {
        Ok(self.number(at)? as i64)
    }

    /// Returns a place in a string or list.
    fn place(&self, at: usize) -> Result<usize, EvaluationError> {
        usize::try_from(self.integer(at)?)
            .map_err(|_| EvaluationError::new("a place must be 0 or more"))
    }

    fn text(&self, at: usize) -> Result<Cow<'_, str>, EvaluationError> {
        match self.value(at) {
            Value::String(text) => Ok(Cow::Borrowed(text)),
            Value::Null if !self.is_method => Ok(Cow::Borrowed("")),
            other => {
                let text = other.to_text().filter(|_| !self.is_method);
                text.map(Cow::Owned).ok_or_else(|| EvaluationError::expected("a string", other))
            }
        }
    }

    fn list(&self, at: usize) -> Result<&[Value], EvaluationError> {
        match self.value(at) {
            Value::List(items) => Ok(items),
            other => Err(EvaluationError::expected("a list", other)),
        }
    }
}
