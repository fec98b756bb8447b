//! Expressions of packages as text: CEL, templates with holes, and times.
//!
//! **Invariant:** only the form is known here. What an expression is worth is the runtime's to say;
//! whatever the text, reading it takes time and stack that its length limits.

mod cron;
mod function;
mod parse;
mod template;
mod token;

pub use cron::check_cron;
pub use function::{Call, Callable, FUNCTIONS, callable};
pub use parse::parse;
pub use template::{FORMATTERS, Hole, holes};

use std::ops::Range;

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidExpression {
    /// What is wrong, for people.
    pub message: String,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
}

impl InvalidExpression {
    fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}

/// A part of an expression, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// The bytes of the text; of a member or a call those of its name.
    pub span: Range<usize>,
}

/// What a part of an expression is.
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
    /// `record.?name`, `list[?0]`: what may be absent
    Optional(Box<Expr>, Box<Expr>),
    /// `name(arguments)`, `receiver.name(arguments)`; macros such as `has` are calls, too.
    Call {
        /// What stands before the dot.
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

/// What stands between two parts.
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
    /// Whether it is this name alone.
    pub fn is_name(&self, wanted: &str) -> bool {
        matches!(&self.kind, Kind::Name(name) if name == wanted)
    }

    /// Its parts, from left to right.
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
