//! From a changed file to the live runtime, one change after the other.
//!
//! **Invariant:** what does not compile, or is refused, changes nothing but the report.

use super::Source;
use super::report::{Built, Report};
use super::since;
use super::state::Board;
use crate::project::named;
use crate::watch::Watch;
use anyhow::{Context, Result};
use os_compile::{Compiled, Compiler, Diagnostic, Project};
use os_plan::diff::diff;
use os_runtime::{Draft, Error, LeftOut, Runtime};
use serde_json::Value;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Compiles a project and installs it, again and again.
pub struct Builder {
    project: Project,
    compiler: Compiler,
    runtime: Runtime,
    board: Board,
    report: Report,
    /// The installer in the ledger: `os dev` and the project's folder.
    from: String,
    /// The id and version of the project's package that is live.
    name: Option<String>,
    /// The artifact that was installed last.
    live: Option<Value>,
    /// The artifact that compiles and that the runtime refused.
    refused: Option<Value>,
    /// Seeds that could not be loaded yet.
    again: LeftOut,
    /// The number of swaps of the kernel at the last look.
    seen: u64,
}

impl Builder {
    /// Creates a builder that has built nothing yet.
    pub fn new(source: Source, runtime: Runtime, board: Board, report: Report) -> Self {
        let Source { project, compiler } = source;
        let from = format!("os dev in {}", project.root().display());
        Self {
            name: runtime.developed_from(&from),
            project,
            compiler,
            runtime,
            board,
            report,
            from,
            live: None,
            refused: None,
            again: LeftOut::new(),
            seen: 0,
        }
    }

    /// Builds on a thread of its own: once, then at each change. What is returned ends when the
    /// thread does, which is never unless it fails.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(
        mut self,
        mut watch: Watch,
        ready: oneshot::Sender<()>,
    ) -> Result<oneshot::Receiver<()>> {
        let (alive, ended) = oneshot::channel();
        let handle = Handle::current();
        let work = move || {
            let _alive = alive;
            self.build(&handle, &[]);
            let _ = ready.send(());
            loop {
                let files = watch.next();
                if self.board.is_stopping() {
                    continue;
                }
                match files.is_empty() {
                    false => self.build(&handle, &files),
                    true => self.look_again(&handle),
                }
            }
        };
        std::thread::Builder::new()
            .name("build".to_owned())
            .spawn(work)
            .context("could not start a thread")?;
        Ok(ended)
    }

    fn build(&mut self, handle: &Handle, files: &[String]) {
        let started = Instant::now();
        let compiled = self.compile();
        let built =
            Built { files: files.to_vec(), compile_ms: Some(since(started)), ..Built::default() };
        match compiled {
            Err(found) => {
                self.refused = None;
                self.broken(&built, found);
            }
            Ok(compiled) => {
                let built = Built { warnings: compiled.warnings, ..built };
                if self.live.as_ref() == Some(&compiled.artifact) {
                    self.refused = None;
                    self.report.unchanged(&built);
                    return self.board.set_state(Vec::new(), true);
                }
                self.install(handle, compiled.artifact, built);
            }
        }
    }

    /// Returns the project as it is now; its config may be another file than before.
    fn compile(&mut self) -> Result<Compiled, Vec<Diagnostic>> {
        let config = self.project.root().join(self.project.config());
        let place = if config.is_file() { &config } else { self.project.root() };
        self.project = Project::open(place)
            .map_err(|error| vec![Diagnostic::error("file", error.to_string())])?;
        self.compiler.compile(&self.project)
    }

    fn install(&mut self, handle: &Handle, artifact: Value, mut built: Built) {
        let (from, again) = (self.from.clone(), self.again.clone());
        let draft = Draft { artifact: artifact.clone(), from, again };
        let started = Instant::now();
        let installed = handle.block_on(self.runtime.develop(draft));
        built.install_ms = Some(since(started));
        self.seen = *self.runtime.changes().borrow();
        match installed {
            Ok(developed) => {
                built.changes = self.live.as_ref().map(|before| diff(before, &artifact));
                self.again = developed.left_out.clone();
                self.report.live(&built, &artifact, developed);
                self.name = Some(named(&artifact));
                self.live = Some(artifact);
                self.refused = None;
                self.board.set_state(Vec::new(), true);
            }
            Err(error) => {
                let mut found = diagnostics(&error);
                self.compiler.locate(&self.project, &mut found);
                self.refused = Some(artifact);
                self.broken(&built, found);
            }
        }
    }

    fn broken(&mut self, built: &Built, found: Vec<Diagnostic>) {
        self.report.broken(built, &found, self.name.as_deref());
        self.board.set_state(found, self.name.is_some());
    }

    /// Something else was installed: what the project waits for may be there.
    fn look_again(&mut self, handle: &Handle) {
        let now = *self.runtime.changes().borrow();
        if now == std::mem::replace(&mut self.seen, now) {
            return;
        }
        if self.runtime.developed_from(&self.from).is_none() {
            // Somebody took it away, or put another artifact in its place.
            self.live = None;
        }
        match self.refused.take() {
            Some(artifact) => self.install(handle, artifact, Built::default()),
            None => self.board.notify(),
        }
    }
}

/// Returns the reasons why the runtime refuses the project, with their locations in the stack.
fn diagnostics(error: &Error) -> Vec<Diagnostic> {
    let details = error.details().cloned().unwrap_or_default();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let problems = details["problems"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !problems.is_empty() {
        let of =
            |it: &Value| Diagnostic::error("install", text(it, "message")).path(text(it, "path"));
        return problems.iter().map(of).collect();
    }
    let message = error.cause().map_or_else(
        || error.message().to_owned(),
        |source| format!("{}: {source}", error.message()),
    );
    let found = Diagnostic::error("install", message);
    let code = error.code().as_str();
    vec![match code {
        _ if code.contains("DEPENDENCY") => found
            .path("manifest.dependencies")
            .help("install what is missing here, from a file or a project; then this one comes to life by itself"),
        _ if details["type"] == "namespace_conflict" => found.path("manifest.namespace"),
        _ => found,
    }]
}
