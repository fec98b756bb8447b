//! Expressions of packages: CEL, templates with placeholders, and schedules.
//!
//! [`parse`] reads the text, `function` lists the functions, [`evaluate`] computes the value.
//!
//! **Invariant:** whatever the text, reading it takes time and stack that its length bounds, and
//! evaluating it ends within a budget.

mod cron;
pub mod evaluate;
mod function;
mod library;
mod parse;
mod template;
mod token;
mod value;

pub use cron::check_cron;
pub use evaluate::{Expression, Reference, Scope};
pub use function::{Call, Callable, FUNCTIONS, Returns, callable};
pub use parse::parse;
pub use template::{FORMATTERS, Hole, holes};
pub use value::{EvaluationError, Value};

pub(crate) use library::pattern as compile_pattern;
use std::ops::Range;

/// An error: the text cannot be parsed as an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidExpression {
    /// The problem, for people.
    pub message: String,
    /// Its place in the text, in bytes.
    pub span: Range<usize>,
}

impl InvalidExpression {
    fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}

/// Returns the text of an expression in CEL, where a value is one: `{"dialect": "cel", "source":
/// "…"}`.
pub fn cel_source(value: &serde_json::Value) -> Option<&str> {
    let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str);
    text("source").filter(|_| text("dialect") == Some("cel"))
}

/// A part of an expression, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its kind, with its own parts.
    pub kind: Kind,
    /// Its place in the text, in bytes; of a member or a call that of its name.
    pub span: Range<usize>,
}

/// The kind of a part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`
    Bool(bool),
    /// `12`, `0x1F`, `3u`, `1.5e3`
    Number(f64),
    /// `'text'`, `"text"`, `r'raw'`, `'''over lines'''`
    Text(String),
    /// `b'bytes'`
    Bytes(Vec<u8>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{'key': value}`
    Map(Vec<(Expr, Expr)>),
    /// `record`
    Name(String),
    /// `record.name`
    Member(Box<Expr>, String),
    /// `list[0]`
    Index(Box<Expr>, Box<Expr>),
    /// `record.?name`, `list[?0]`: a part that may be absent
    Optional(Box<Expr>, Box<Expr>),
    /// `name(arguments)`, `receiver.name(arguments)`; macros such as `has` are calls, too.
    Call {
        /// The part before the dot.
        receiver: Option<Box<Expr>>,
        /// Of the function.
        name: String,
        /// In their order.
        arguments: Vec<Expr>,
    },
    /// `!a`
    Not(Box<Expr>),
    /// `-a`
    Minus(Box<Expr>),
    /// `a + b`
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `condition ? then : otherwise`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// An operator between two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Expr {
    /// Returns whether it is this name alone.
    pub fn is_name(&self, wanted: &str) -> bool {
        matches!(&self.kind, Kind::Name(name) if name == wanted)
    }

    /// Returns its parts, from left to right.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => Vec::new(),
            Kind::Text(_) | Kind::Bytes(_) | Kind::Name(_) => Vec::new(),
            Kind::List(items) => items.iter().collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Member(of, _) | Kind::Not(of) | Kind::Minus(of) => vec![of],
            Kind::Index(of, by) | Kind::Optional(of, by) | Kind::Binary(_, of, by) => {
                vec![of, by]
            }
            Kind::Call { receiver, arguments, .. } => {
                receiver.as_deref().into_iter().chain(arguments).collect()
            }
            Kind::If(condition, then, otherwise) => vec![condition, then, otherwise],
        }
    }
}

#[cfg(test)]
mod tests;
