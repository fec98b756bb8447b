//! Runs a project's modules and takes what they export, as JSON.
//!
//! **Invariant:** the code sees no file, network, clock or randomness; it ends within its limits of
//! steps, memory and stack, and the result is the same on every machine.

mod failure;
mod modules;
mod sandbox;

pub use failure::Failure;

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Limits of a project's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the engine: calls, loop iterations, backtracks of regular expressions.
    pub steps: u64,
    /// Wall-clock time, for the engine's own functions, which cannot be interrupted. It decides
    /// nothing about code that `steps` can stop.
    pub time: Duration,
    /// Bytes of its heap.
    pub memory: usize,
    /// Bytes of its stack.
    pub stack: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 500_000_000,
            time: Duration::from_secs(60),
            memory: 256 << 20,
            stack: 1 << 20,
        }
    }
}

/// The result of an evaluation, beside the stack itself.
#[derive(Debug)]
pub struct Evaluated {
    /// The source of each function.
    pub functions: Vec<String>,
    /// Sources of nondeterminism that the code used: `clock`, `random`.
    pub notes: Vec<String>,
}

/// The key that stands for a function.
pub const FUNCTION_KEY: &str = "\u{0}function";

/// The key that holds the number of a literal.
pub const LOCATION_KEY: &str = "\u{0}at";

/// Options of an evaluation.
#[derive(Debug, Clone, Copy, Default)]
pub struct SandboxOptions {
    /// The limits.
    pub limits: Limits,
    /// The value of `Date.now()`, in milliseconds.
    pub epoch: i64,
    /// `true` if literals carry the number of their source location.
    pub traced: bool,
}

/// A module, with the targets of its imports: `(specifier, module name)`.
pub struct Code {
    pub text: Arc<str>,
    pub links: Vec<(String, String)>,
}

/// Input of an engine: each module as soon as it is read, then the end of a valid graph.
enum Given {
    Module(String, Code),
    Complete,
}

/// Output of an engine: the stack in parts, then the result.
enum Answer {
    Part(String),
    End(Result<Evaluated, Failure>),
}

/// An engine, which parses modules while the graph is still being built.
pub struct Engine {
    options: SandboxOptions,
    given: mpsc::Sender<Given>,
    answers: mpsc::Receiver<Answer>,
}

impl Engine {
    /// Starts the engine on a thread of its own, for the module named `entry`.
    /// Dropping it ends the thread.
    ///
    /// # Errors
    ///
    /// The system cannot start a thread.
    pub fn start(entry: &str, options: SandboxOptions) -> Result<Self, Failure> {
        let (given, awaited) = mpsc::channel();
        let (sender, answers) = mpsc::channel();
        let entry = entry.to_owned();
        let run = move || sandbox::run(awaited, &entry, options, &sender);
        // Room for the engine's own frames beside those of the code.
        let stack = options.limits.stack * 4 + (4 << 20);
        let named = thread::Builder::new().name("evaluate".to_owned()).stack_size(stack);
        match named.spawn(run) {
            Ok(_) => Ok(Self { options, given, answers }),
            Err(error) => Err(Failure::Engine(format!("no thread to evaluate on: {error}"))),
        }
    }

    /// Adds a module of the graph. Modules that are needed first are best added first.
    pub fn add(&self, name: &str, code: Code) {
        // An engine that has stopped reports why in `evaluate`.
        let _ = self.given.send(Given::Module(name.to_owned(), code));
    }

    /// Evaluates the complete, valid graph.
    ///
    /// `part` takes the stack as JSON, in objects whose keys belong together. A function is
    /// `{"\u{0}function": number}`; a literal of a traced evaluation has a first key `"\u{0}at"`.
    ///
    /// # Errors
    ///
    /// The code throws, or reaches a limit.
    pub fn evaluate(self, mut part: impl FnMut(&str)) -> Result<Evaluated, Failure> {
        let _ = self.given.send(Given::Complete);
        // The engine counts its steps itself; this is for what it cannot interrupt.
        let until = Instant::now() + self.options.limits.time;
        loop {
            match self.answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Answer::Part(json)) => part(&json),
                Ok(Answer::End(outcome)) => return outcome,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    return Err(Failure::Time(self.options.limits.time));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Engine("the engine stopped".to_owned()));
                }
            }
        }
    }
}
