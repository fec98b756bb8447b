//! Parsing of JavaScript and TypeScript.
//!
//! **Invariant:** only this folder knows the parser (it changes its interface with each minor
//! version); it returns strings, offsets and names. Text that is nested too deeply for the
//! stack is refused before it is parsed.

mod handler;
mod literal;
mod nesting;
mod strip;

pub use handler::{Handler, read_handler};
pub use literal::{Literals, tag_literals};
pub use strip::{Import, Stripped, strip};

use oxc::diagnostics::Diagnostics;
use oxc::span::Span;
use std::ops::Range;

/// An error: the file cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The message of the parser.
    pub message: String,
    /// The remedy, where the parser has one.
    pub help: Option<String>,
    /// The bytes that are meant.
    pub span: Range<usize>,
}

fn syntax_errors(diagnostics: &Diagnostics) -> Vec<SyntaxError> {
    let one = |error: &oxc::diagnostics::OxcDiagnostic| {
        let label = error.labels.first();
        let start = label.map_or(0, |label| label.offset() as usize);
        SyntaxError {
            message: error.message.to_string(),
            help: error.help.as_ref().map(ToString::to_string),
            span: start..start + label.map_or(0, |label| label.len() as usize),
        }
    };
    diagnostics.errors().map(one).collect()
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
