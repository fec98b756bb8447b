//! What is wrong at one place, and what to write instead.
//!
//! **Invariant:** a message says what is wrong in one sentence; the remedy stands apart.

/// One thing that is wrong; its place is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub help: Option<String>,
}

impl Problem {
    /// What is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// What to write instead.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// What rules find, by the path below the place that they judge.
#[derive(Debug, Default)]
pub struct Report(pub Vec<(String, Problem)>);

impl Report {
    /// Something is wrong.
    pub fn add(&mut self, below: impl Into<String>, message: impl Into<String>, help: &str) {
        self.0.push((below.into(), Problem::new(message).help(help)));
    }
}
