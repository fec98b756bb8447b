//! The reasons why a project's code returned no stack.

use std::time::Duration;
use thiserror::Error;

/// The reason that there is no stack.
#[derive(Debug, Error)]
pub enum Failure {
    /// The code threw.
    #[error("{message}")]
    Thrown {
        /// Its message.
        message: String,
        /// The stack, innermost first.
        frames: Vec<Frame>,
    },
    /// The code took more steps than it may.
    #[error("the code of this project did not end within {} million steps", .0 / 1_000_000)]
    Steps(
        /// The limit.
        u64,
        /// The stack, innermost first.
        Vec<Frame>,
    ),
    /// The engine was in one of its own functions for too long, where it cannot be interrupted.
    #[error("the code of this project did not end within {} s", .0.as_secs_f32())]
    Time(
        /// The limit.
        Duration,
    ),
    /// The code needed more memory than the limit.
    #[error("the code of this project needs more than {} MB of memory", .0 >> 20)]
    Memory(usize),
    /// A top-level `await` never resolves.
    #[error("a module waits with `await` for something that never happens")]
    Pending,
    /// The engine itself failed.
    #[error("the code of this project cannot be run: {0}")]
    Engine(String),
}

/// A line of a stack trace, in the stripped code, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The module.
    pub module: String,
    /// The line of its code.
    pub line: u32,
    /// The column of its code.
    pub column: u32,
}

/// Reads a stack trace of the engine: `    at name (src/a.ts:3:14)`.
pub fn frames(stack: &str) -> Vec<Frame> {
    let frame = |line: &str| {
        let line = line.trim().strip_prefix("at ")?.trim_end_matches(')');
        let place = line.rfind('(').map_or(line, |at| &line[at + 1..]);
        let (rest, column) = place.rsplit_once(':')?;
        let (module, line) = rest.rsplit_once(':')?;
        Some(Frame {
            module: module.to_owned(),
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    };
    stack.lines().filter_map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_trace_is_read() {
        let stack = "    at f (src/a.ts:3:14)\n    at <anonymous> (src/b.ts:1:2)\n    at native\n";
        let found = frames(stack);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].module.as_str(), found[0].line, found[0].column), ("src/a.ts", 3, 14));
    }
}
