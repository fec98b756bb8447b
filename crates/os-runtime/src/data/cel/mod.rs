//! The expressions of packages: formulas, validation rules, row rules.
//!
//! The part of CEL that packages use: literals, `record.field`, comparisons,
//! logic, arithmetic, `? :`, `in`, lists, and the functions in [`eval`].
//!
//! **Invariant:** an expression is read and evaluated in bounded time and space;
//! what is not understood is an error of the expression, never a guess.

mod eval;
mod parse;

pub use eval::{Scope, V, evaluate};
pub use parse::{Expr, Op, parse};

/// The text of an expression, where a value is one: `{"dialect": "cel", "source": …}`.
pub fn source(value: &serde_json::Value) -> Option<&str> {
    let is_cel = value.get("dialect").and_then(serde_json::Value::as_str) == Some("cel");
    value.get("source").and_then(serde_json::Value::as_str).filter(|_| is_cel)
}
