//! The state that pages show: which state of the packages is live, and what is wrong with the project.

use os_compile::Diagnostic;
use os_runtime::Runtime;
use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender};

/// The state of the project at one time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct State {
    /// The reasons why its files are not live; empty when they are.
    pub problems: Vec<Diagnostic>,
    /// `true` if it runs at all, as it was before.
    #[serde(rename = "running")]
    pub is_running: bool,
    #[serde(skip)]
    pub is_stopping: bool,
}

/// The shared state: the builder writes it, pages read it.
#[derive(Clone)]
pub struct Board {
    state: Sender<State>,
    runtime: Runtime,
}

impl Board {
    /// Creates a board without problems.
    pub fn new(runtime: &Runtime) -> Self {
        Self { state: Sender::default(), runtime: runtime.clone() }
    }

    /// Returns a string for what is live: another one after each change, and in another process.
    pub fn live(&self) -> String {
        format!("{}.{}", std::process::id(), *self.runtime.changes().borrow())
    }

    /// Sets the problems of the project, for all pages.
    pub fn set_state(&self, problems: Vec<Diagnostic>, is_running: bool) {
        self.state.send_modify(|state| {
            state.problems = problems;
            state.is_running = is_running;
        });
    }

    /// Notifies pages that another artifact is live; the problems stay.
    pub fn notify(&self) {
        self.state.send_modify(|_| {});
    }

    /// Ends everything that waits for a change.
    pub fn stop(&self) {
        self.state.send_modify(|state| state.is_stopping = true);
    }

    /// Returns whether we were asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.state.borrow().is_stopping
    }

    /// Follows the state, beginning with the one of this moment.
    pub fn follow(&self) -> Receiver<State> {
        let mut states = self.state.subscribe();
        states.mark_changed();
        states
    }
}
