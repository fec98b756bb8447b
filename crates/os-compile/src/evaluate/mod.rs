//! Runs a project's modules and takes what they export, as JSON.
//!
//! **Invariant:** the code sees no file, no network, no clock and no chance; it ends within its
//! time, its memory and its stack, and the answer is the same on every machine.

mod failure;
mod sandbox;

pub use failure::Failure;

use crate::graph::Graph;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a project's code may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall clock.
    pub time: Duration,
    /// Bytes of its heap.
    pub memory: usize,
    /// Bytes of its stack.
    pub stack: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), memory: 256 << 20, stack: 1 << 20 }
    }
}

/// What the modules export.
#[derive(Debug)]
pub struct Evaluated {
    /// The stack as JSON. A function is `{"\u{0}function": number}`; a literal of a traced
    /// evaluation has a first key `"\u{0}at"`.
    pub json: String,
    /// The source of each function.
    pub functions: Vec<String>,
    /// What the code looked at that is not the same everywhere: `clock`, `random`.
    pub notes: Vec<String>,
}

/// The key that stands for a function.
pub const FUNCTION_KEY: &str = "\u{0}function";

/// The key that says where a literal was written.
pub const PLACE_KEY: &str = "\u{0}at";

/// How an evaluation is to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What it may use.
    pub limits: Limits,
    /// What `Date.now()` answers, in milliseconds.
    pub epoch: i64,
    /// Whether literals note where they were written.
    pub traced: bool,
}

/// Evaluates a graph on a thread of its own, which the engine needs.
///
/// # Errors
///
/// The code throws, or reaches a limit.
pub fn evaluate(graph: Graph, options: Options) -> Result<Evaluated, Failure> {
    let (sender, receiver) = mpsc::channel();
    // Room for the engine's own frames beside those of the code.
    let stack = options.limits.stack * 4 + (4 << 20);
    let run = move || {
        // Nobody listens any more when the time was over.
        let _ = sender.send(sandbox::run(graph, options));
    };
    let spawned = thread::Builder::new().name("evaluate".to_owned()).stack_size(stack).spawn(run);
    if let Err(error) = spawned {
        return Err(Failure::Engine(format!("no thread to evaluate on: {error}")));
    }
    // The engine watches the time itself; this is for what it cannot interrupt.
    let patience = options.limits.time + Duration::from_secs(2);
    match receiver.recv_timeout(patience) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Failure::Time(options.limits.time, Vec::new())),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Failure::Engine("the engine stopped".to_owned()))
        }
    }
}
