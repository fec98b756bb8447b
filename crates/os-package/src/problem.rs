//! What is wrong with an artifact: where, what, and what to do about it.
//!
//! **Invariant:** an [`InvalidArtifact`] holds at least one problem, and never more than a person
//! can read.

use std::fmt;

/// How a problem is to be reported (the codes of contract §3.0.5 are the control plane's).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemCode {
    /// Something is missing, malformed or contradictory.
    Invalid,
    /// A name that belongs to the platform (contract §4.8, `RESERVED_NAME`).
    ReservedName,
    /// Several packages in one artifact (contract §5.4, `PLUGIN_MANIFEST_INVALID`).
    MultiPackage,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `manifest.dependencies.com.acme.crm`, `objects[3].name`.
    pub path: String,
    /// What is wrong and what to do about it.
    pub message: String,
    /// Which kind of problem it is.
    pub code: ProblemCode,
}

/// Why an artifact or manifest is refused. The first problem stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidArtifact {
    /// Everything that is wrong, as far as it was looked for.
    pub problems: Vec<Problem>,
}

impl InvalidArtifact {
    /// A refusal for one reason.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        let code = ProblemCode::Invalid;
        Self { problems: vec![Problem { path: path.into(), message: message.into(), code }] }
    }

    /// Where the first problem is.
    pub fn path(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.path)
    }

    /// What the first problem is.
    pub fn message(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.message)
    }

    /// Which kind the first problem is.
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
        const SHOWN: usize = 5;
        for (index, problem) in self.problems.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for InvalidArtifact {}

/// Collects problems while reading goes on.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// More would not be read by anybody.
    const LIMIT: usize = 50;

    /// Notes a problem of the ordinary kind.
    pub fn add(&mut self, path: impl Into<String>, message: impl fmt::Display) {
        self.add_as(ProblemCode::Invalid, path, message);
    }

    /// Notes a problem of this kind.
    pub fn add_as(
        &mut self,
        code: ProblemCode,
        path: impl Into<String>,
        message: impl fmt::Display,
    ) {
        if self.0.len() < Self::LIMIT {
            self.0.push(Problem { path: path.into(), message: message.to_string(), code });
        }
    }

    /// Takes over what was found elsewhere.
    pub fn extend(&mut self, found: InvalidArtifact) {
        for problem in found.problems {
            self.add_as(problem.code, problem.path, problem.message);
        }
    }

    /// The value, if nothing was wrong.
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
