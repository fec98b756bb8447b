//! The expressions of packages: formulas, validation rules, row rules.
//!
//! `os_package::expression` reads them; [`eval`] says what they are worth, as far as packages need:
//! literals, `record.field`, comparisons, logic, arithmetic, `? :`, `in`, lists, and functions.
//!
//! **Invariant:** an expression is read and evaluated in bounded time and space;
//! what is not understood is an error of the expression, never a guess.

mod eval;

pub use eval::{Scope, V, evaluate};
pub use os_package::expression::{Expr, Kind, Op};

/// Reads an expression; `None` if it is none.
pub fn parse(source: &str) -> Option<Expr> {
    os_package::expression::parse(source).ok()
}

/// The text of an expression, where a value is one: `{"dialect": "cel", "source": …}`.
pub fn source(value: &serde_json::Value) -> Option<&str> {
    let is_cel = value.get("dialect").and_then(serde_json::Value::as_str) == Some("cel");
    value.get("source").and_then(serde_json::Value::as_str).filter(|_| is_cel)
}
