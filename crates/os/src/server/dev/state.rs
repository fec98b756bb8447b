//! The state that pages show: which state of the packages is live, and what is wrong with the project.

use os_compile::Diagnostic;
use os_runtime::Runtime;
use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender};

/// What is true of the project at one moment.
#[derive(Debug, Clone, Default, Serialize)]
pub struct State {
    /// Why its files are not what is live; empty when they are.
    pub problems: Vec<Diagnostic>,
    /// Whether it runs at all, as it was before.
    #[serde(rename = "running")]
    pub is_running: bool,
    #[serde(skip)]
    pub is_stopping: bool,
}

/// Where the builder writes the state and pages read it.
#[derive(Clone)]
pub struct Board {
    state: Sender<State>,
    runtime: Runtime,
}

impl Board {
    /// A board that says that nothing is wrong.
    pub fn new(runtime: &Runtime) -> Self {
        Self { state: Sender::default(), runtime: runtime.clone() }
    }

    /// What is live at this moment: another text whenever something else is, or another process.
    pub fn live(&self) -> String {
        format!("{}.{}", std::process::id(), *self.runtime.changes().borrow())
    }

    /// Says what is wrong with the project now.
    pub fn tell(&self, problems: Vec<Diagnostic>, is_running: bool) {
        self.state.send_modify(|state| {
            state.problems = problems;
            state.is_running = is_running;
        });
    }

    /// Says that something else is live, whatever is wrong.
    pub fn tell_again(&self) {
        self.state.send_modify(|_| {});
    }

    /// Ends everything that waits for a change.
    pub fn stop(&self) {
        self.state.send_modify(|state| state.is_stopping = true);
    }

    /// Whether we were asked to stop.
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
