//! Problems of an artifact: the path, the message, and the remedy.
//!
//! **Invariant:** an [`InvalidArtifact`] holds at least one problem, and a bounded number of
//! them.

use crate::text::printable;
use std::fmt;

/// The kind of a problem (the codes of docs/wire/envelopes-and-errors.md#codes are the control
/// plane's).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemCode {
    /// Something is missing, malformed or contradictory.
    Invalid,
    /// A name that belongs to the platform (docs/wire/names.md#reserved-names, `RESERVED_NAME`).
    ReservedName,
    /// Several packages in one artifact (docs/wire/artifact.md#several-packages,
    /// `PLUGIN_MANIFEST_INVALID`).
    MultiPackage,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path: `manifest.dependencies.com.acme.crm`, `objects[3].name`.
    pub path: String,
    /// The message, with the remedy.
    pub message: String,
    /// The kind.
    pub code: ProblemCode,
}

impl Problem {
    /// The most characters of a path and of a message: names of the artifact in them may be long.
    const MAX_PATH_CHARS: usize = 250;
    const MAX_MESSAGE_CHARS: usize = 1000;

    fn new(path: String, message: &str, code: ProblemCode) -> Self {
        let path = printable(&path, Self::MAX_PATH_CHARS);
        Self { path, message: printable(message, Self::MAX_MESSAGE_CHARS), code }
    }
}

/// The reason to refuse an artifact or manifest. The first problem stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidArtifact {
    /// The problems that were found.
    pub problems: Vec<Problem>,
}

impl InvalidArtifact {
    /// Creates a refusal for one problem.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        let problem = Problem::new(path.into(), &message.into(), ProblemCode::Invalid);
        Self { problems: vec![problem] }
    }

    /// Returns the path of the first problem.
    pub fn path(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.path)
    }

    /// Returns the message of the first problem.
    pub fn message(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.message)
    }

    /// Returns the kind of the first problem.
    pub fn code(&self) -> ProblemCode {
        self.problems.first().map_or(ProblemCode::Invalid, |problem| problem.code)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.message)
    }
}

impl fmt::Display for InvalidArtifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_SHOWN: usize = 5;
        for (index, problem) in self.problems.iter().take(MAX_SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        match self.problems.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for InvalidArtifact {}

/// Collects problems while an artifact is read.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Problems that are kept.
    const MAX_PROBLEMS: usize = 50;

    /// Adds a problem of the ordinary kind.
    pub fn add(&mut self, path: impl Into<String>, message: impl fmt::Display) {
        self.add_as(ProblemCode::Invalid, path, message);
    }

    /// Adds a problem of this kind.
    pub fn add_as(
        &mut self,
        code: ProblemCode,
        path: impl Into<String>,
        message: impl fmt::Display,
    ) {
        if self.0.len() < Self::MAX_PROBLEMS {
            self.0.push(Problem::new(path.into(), &message.to_string(), code));
        }
    }

    /// Adds problems that were found elsewhere.
    pub fn extend(&mut self, found: InvalidArtifact) {
        for problem in found.problems {
            self.add_as(problem.code, problem.path, problem.message);
        }
    }

    /// Returns the value, if there are no problems.
    pub fn none_or<T>(self, value: T) -> Result<T, InvalidArtifact> {
        if self.0.is_empty() { Ok(value) } else { Err(InvalidArtifact { problems: self.0 }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_shown_with_their_path_and_in_bounds() {
        let mut problems = Problems::default();
        problems.add("manifest.id", "missing");
        assert_eq!(problems.none_or(()).unwrap_err().to_string(), "`manifest.id`: missing");

        let mut problems = Problems::default();
        for index in 0..1000 {
            problems.add(format!("objects[{index}]"), "no name");
        }
        let refused = problems.none_or(()).unwrap_err();
        assert_eq!(refused.problems.len(), 50);
        assert!(refused.to_string().ends_with("`objects[4]`: no name; and 45 more"));
        assert_eq!((refused.path(), refused.message()), ("objects[0]", "no name"));
    }
}
