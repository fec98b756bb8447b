//! Runs a project's modules and takes what they export, as JSON.
//!
//! **Invariant:** the code sees no file, no network, no clock and no chance; it ends within its
//! time, its memory and its stack, and the answer is the same on every machine.

mod failure;
mod modules;
mod sandbox;

pub use failure::Failure;

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

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

/// What the modules export, beside the stack itself.
#[derive(Debug)]
pub struct Evaluated {
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

/// A module, and what its imports mean: `(specifier, name of a module)`.
pub struct Code {
    pub text: Arc<str>,
    pub links: Vec<(String, String)>,
}

/// What an engine is given: each module as soon as it is read, then that nothing is wrong with any.
enum Given {
    Module(String, Code),
    Complete,
}

/// What an engine answers: the stack in parts, then what else there is to say.
enum Answer {
    Part(String),
    End(Result<Evaluated, Failure>),
}

/// An engine, which reads modules while the graph is still being built.
pub struct Engine {
    options: Options,
    given: mpsc::Sender<Given>,
    answers: mpsc::Receiver<Answer>,
}

impl Engine {
    /// Starts the engine on a thread of its own, which it needs, for the module that is `entry`.
    /// Dropping it ends the thread.
    ///
    /// # Errors
    ///
    /// The system has no thread for it.
    pub fn start(entry: &str, options: Options) -> Result<Self, Failure> {
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

    /// Hands over a module of the graph. One that an engine needs first is best given first.
    pub fn add(&self, name: &str, code: Code) {
        // An engine that is gone has an answer that says why.
        let _ = self.given.send(Given::Module(name.to_owned(), code));
    }

    /// Evaluates the graph, now that it is complete and nothing is wrong with it.
    ///
    /// `part` takes the stack as JSON, in objects whose keys belong together. A function is
    /// `{"\u{0}function": number}`; a literal of a traced evaluation has a first key `"\u{0}at"`.
    ///
    /// # Errors
    ///
    /// The code throws, or reaches a limit.
    pub fn evaluate(self, mut part: impl FnMut(&str)) -> Result<Evaluated, Failure> {
        let _ = self.given.send(Given::Complete);
        // The engine watches the time itself; this is for what it cannot interrupt.
        let until = Instant::now() + self.options.limits.time + Duration::from_secs(2);
        loop {
            match self.answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Answer::Part(json)) => part(&json),
                Ok(Answer::End(outcome)) => return outcome,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    return Err(Failure::Time(self.options.limits.time, Vec::new()));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Engine("the engine stopped".to_owned()));
                }
            }
        }
    }
}
