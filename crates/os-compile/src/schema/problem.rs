//! Problems with one node of a stack.
//!
//! **Invariant:** a message is one sentence; the remedy is separate.

/// A problem; its path is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub help: Option<String>,
}

impl Problem {
    /// Returns the problem.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Returns the remedy.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Problems that rules report, by the path below their node.
#[derive(Debug, Default)]
pub struct Report(pub Vec<(String, Problem)>);

impl Report {
    /// Adds a problem.
    pub fn add(&mut self, below: impl Into<String>, message: impl Into<String>, help: &str) {
        self.0.push((below.into(), Problem::new(message).help(help)));
    }
}
