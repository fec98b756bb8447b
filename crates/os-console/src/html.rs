//! Markup that needs no escaping.

use askama::filters::HtmlSafe;
use std::fmt;

/// HTML that is already escaped.
#[derive(Debug, Clone, Default)]
pub struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}
