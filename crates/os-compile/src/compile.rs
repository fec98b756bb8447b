//! The stages of a compile: graph, evaluation, normalisation, lowering, schema, pages.

use crate::convert::convert;
use crate::deep_stack;
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::evaluate::{self, Engine, Failure};
use crate::graph::{Builder, Cache, Graph};
use crate::normalise::{Written, normalise};
use crate::options::{Access, CompileOptions, Handlers, Locations};
use crate::project::Project;
use crate::resolve::Spec;
use crate::schema::suggested_id;
use crate::syntax::{Literals, strip};
use crate::{access, docs, locate, lower, missing, plain, schema};
use os_package::{InvalidArtifact, effect};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// An artifact, with warnings.
#[derive(Debug)]
pub struct Compiled {
    /// The content of `dist/objectstack.json` (docs/wire/artifact.md).
    pub artifact: Value,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
    /// The files it was compiled from, relative to the project.
    pub files: Vec<String>,
}

/// Compiles projects, and caches what it read for the next compile.
#[derive(Debug, Default)]
pub struct Compiler {
    options: CompileOptions,
    cache: Cache,
}

impl Compiler {
    /// Creates a compiler with an empty cache.
    pub fn new(options: CompileOptions) -> Self {
        Self { options, cache: Cache::default() }
    }

    /// Compiles a project.
    ///
    /// # Errors
    ///
    /// All diagnostics, errors first.
    pub fn compile(&mut self, project: &Project) -> Result<Compiled, Vec<Diagnostic>> {
        deep_stack::run(|| self.compile_here(project)).unwrap_or_else(|error| {
            let message = format!("no thread can be started to compile on: {error}");
            Err(vec![Diagnostic::error("system", message)])
        })
    }

    fn compile_here(&mut self, project: &Project) -> Result<Compiled, Vec<Diagnostic>> {
        project.look_again();
        let Written { stack, mut found, files } = self.written(project)?;
        let (artifact, problems) = schema::check(Value::Object(stack));
        found.extend(problems);
        let Value::Object(mut artifact) = artifact else {
            return Err(vec![Diagnostic::error("stack", NO_STACK)]);
        };
        found.extend(docs::collect(project, &mut artifact));
        drop_functions(&mut artifact);
        let artifact = Value::Object(artifact);
        if !found.iter().any(Diagnostic::is_error) {
            found.extend(self.as_loaded(&artifact));
        }
        if self.options.access == Access::Reviewed {
            found.extend(access::compare(project, &artifact));
        }
        let refused = found.iter().any(Diagnostic::is_error);
        let wanted = refused || self.options.locations == Locations::All;
        if wanted && found.iter().any(|it| it.path.is_some() && it.location.is_none()) {
            self.locate(project, &mut found);
        }
        found.sort_by_key(|it| it.severity);
        once(&mut found);
        if refused {
            return Err(found);
        }
        Ok(Compiled { artifact, warnings: found, files })
    }

    /// Returns the normalised stack, with handlers lowered.
    fn written(&mut self, project: &Project) -> Result<Written, Vec<Diagnostic>> {
        if plain::is_plain(project) {
            let mut written = plain::read(project, None)?;
            normalise(&mut written.stack);
            written.found.extend(convert(&mut written.stack));
            return Ok(written);
        }
        let failed = |failure| vec![thrown(&failure, project)];
        let engine = self.engine(project, false).map_err(failed)?;
        let graph = Builder::new(project, self.options.spec, &mut self.cache, &engine).build()?;
        let mut found = plugin_notes(&graph);
        let mut parts = Parts::default();
        let evaluated = match engine.evaluate(|json| parts.add(json)) {
            Ok(evaluated) => evaluated,
            Err(failure) => {
                let spec = self.options.spec;
                let missing = missing::explain(&failure.to_string(), project, spec, &self.cache);
                return Err(vec![missing.unwrap_or_else(|| thrown(&failure, project))]);
            }
        };
        found.extend(evaluated.notes.iter().map(|note| impure(note)));
        let mut stack = parts.stack()?;
        normalise(&mut stack);
        found.extend(convert(&mut stack));
        let severity = match self.options.handlers {
            Handlers::Any => Severity::Warning,
            Handlers::Data => Severity::Error,
        };
        let left = lower::lower(&mut stack, &evaluated.functions).into_iter();
        found.extend(left.map(|it| Diagnostic { severity, ..it }));
        Ok(Written { stack, found, files: graph.files.into_iter().collect() })
    }

    fn engine(&self, project: &Project, traced: bool) -> Result<Engine, Failure> {
        let CompileOptions { mut limits, epoch, spec, .. } = self.options;
        if spec == Spec::Project {
            limits.steps *= PROJECT_SPEC_FACTOR;
        }
        Engine::start(project.config(), evaluate::SandboxOptions { limits, epoch, traced })
    }

    /// Returns what a runtime that loads an artifact finds in it, under the id that it is published
    /// with.
    fn as_loaded(&self, artifact: &Value) -> Vec<Diagnostic> {
        let declared = |key: &str| artifact["manifest"][key].as_str().unwrap_or_default();
        // A lint warns of an id that is not one; nothing else is to be read under none.
        let Ok(id) = declared("id").parse().or_else(|_| suggested_id(declared("id")).parse())
        else {
            return Vec::new();
        };
        let found = match declared("version").parse() {
            Ok(version) => match self.options.reader {
                Some(reader) => reader(artifact, &id, &version),
                None => os_package::check_artifact(artifact, &id, &version).map(|(_, it)| it),
            },
            Err(error) => Err(InvalidArtifact::at("manifest.version", error.to_string())),
        };
        match found {
            Ok(warnings) => warnings.iter().map(|warning| noted(warning)).collect(),
            Err(invalid) => {
                let problems = invalid.problems.into_iter();
                problems.map(|it| Diagnostic::error("install", it.message).path(it.path)).collect()
            }
        }
    }

    /// Adds locations to diagnostics that have a path.
    pub fn locate(&mut self, project: &Project, found: &mut [Diagnostic]) {
        let mut literals = Literals::default();
        let stack = match plain::is_plain(project) {
            true => plain::read(project, Some(&mut literals)).ok().map(|written| written.stack),
            false => self.traced(project, &mut literals),
        };
        let Some(mut stack) = stack else { return };
        normalise(&mut stack);
        locate::locate(found, &Value::Object(stack), &literals, project);
    }

    /// Evaluates once more, with literals that carry their location.
    fn traced(&mut self, project: &Project, literals: &mut Literals) -> Option<Map<String, Value>> {
        let engine = self.engine(project, true).ok()?;
        let builder = Builder::new(project, self.options.spec, &mut self.cache, &engine);
        builder.traced(literals).build().ok()?;
        let mut parts = Parts::default();
        engine.evaluate(|json| parts.add(json)).ok()?;
        parts.stack().ok()
    }
}

/// Returns a warning of the reader, which begins with its path where it has one.
fn noted(warning: &str) -> Diagnostic {
    let rule = if effect::is_statement(warning) { "no-effect" } else { "install" };
    match warning.split_once(": ") {
        Some((path, message)) if !path.contains(' ') => {
            Diagnostic::warning(rule, message).path(path)
        }
        _ => Diagnostic::warning(rule, warning),
    }
}

/// Removes duplicates: one literal may occur several times in a stack.
fn once(found: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    found.retain(|it| {
        let location = it.location.as_ref().map(|it| (it.file.clone(), it.line, it.column));
        location.is_none_or(|location| seen.insert((location, it.message.clone())))
    });
}

/// The factor for the steps of a project that brings its own `@objectstack/spec`, whose code is
/// most of the work.
const PROJECT_SPEC_FACTOR: u64 = 6;

const NO_STACK: &str = "the config exports no stack";

/// A stack that is received in parts.
#[derive(Default)]
struct Parts {
    stack: Map<String, Value>,
    problem: Option<Diagnostic>,
}

impl Parts {
    fn add(&mut self, json: &str) {
        match serde_json::from_str(json) {
            Ok(Value::Object(part)) => self.stack.extend(part),
            read => self.problem = self.problem.take().or_else(|| Some(unreadable(read.err()))),
        }
    }

    fn stack(self) -> Result<Map<String, Value>, Vec<Diagnostic>> {
        self.problem.map_or(Ok(self.stack), |problem| Err(vec![problem]))
    }
}

/// Describes why the export of the config is no stack.
fn unreadable(error: Option<serde_json::Error>) -> Diagnostic {
    let (message, help) = match error {
        None => {
            (NO_STACK, "write `export default defineStack({ manifest: { … }, objects: [ … ] })`")
        }
        Some(error) if error.to_string().contains("recursion") => {
            ("the stack is nested too deeply", "look for a value that holds itself, or flatten it")
        }
        Some(_) => (
            "a string of the stack holds half of a character (a lone surrogate)",
            "write the character itself, or its code point: `\\u{1F600}`",
        ),
    };
    Diagnostic::error("stack", message).help(help)
}

fn plugin_notes(graph: &Graph) -> Vec<Diagnostic> {
    let note = |package: &String| {
        let message = format!("`{package}` runs in a server; what it makes is not in the artifact");
        Diagnostic::warning("plugin", message)
    };
    graph.plugins.iter().map(note).collect()
}

fn impure(note: &str) -> Diagnostic {
    let (what, help) = match note {
        "clock" => (
            "reads the clock, which stands still while compiling",
            "write cel`now()`, or set SOURCE_DATE_EPOCH",
        ),
        _ => ("asks for a random number, which is always the same", "write the value itself"),
    };
    Diagnostic::warning("deterministic", format!("the project {what}")).help(help)
}

/// Removes functions outside of handlers, which are not part of an artifact.
fn drop_functions(stack: &mut Map<String, Value>) {
    stack.retain(|_, value| lower::number(value).is_none());
    stack.values_mut().for_each(drop_functions_in);
}

fn drop_functions_in(value: &mut Value) {
    match value {
        Value::Object(map) => drop_functions(map),
        Value::Array(items) => items.iter_mut().for_each(drop_functions_in),
        _ => {}
    }
}

/// Describes what the project's code threw, with its location.
fn thrown(failure: &Failure, project: &Project) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("evaluation", failure.to_string());
    let (frames, message) = match failure {
        Failure::Thrown { frames, message } => (frames, message.as_str()),
        Failure::Steps(_, frames) => (frames, ""),
        _ => return diagnostic,
    };
    let mut location = frames.iter().find_map(|frame| {
        let source = project.read(&frame.module).ok()?;
        let stripped = strip(&frame.module, &source, true).ok()?;
        let (line, column) = stripped.original(frame.line, frame.column)?;
        Location::of_line(&frame.module, &source, line, column)
    });
    // The engine reports the location and not the name.
    if message == "not a function"
        && let Some(location) = &mut location
        && let Some(name) = name_at(location)
    {
        diagnostic.message = format!("`{name}` is not a function");
        location.width = u32::try_from(name.chars().count()).unwrap_or(1);
    }
    if message.contains("is not defined") {
        let help =
            "a project has its own files and `@objectstack/spec`; Node and browsers are not there";
        diagnostic = diagnostic.help(help);
    }
    diagnostic.at(location)
}

fn name_at(location: &Location) -> Option<String> {
    let from = location.text.chars().skip(location.column.saturating_sub(1) as usize);
    let name: String = from.take_while(|it| it.is_alphanumeric() || "_$".contains(*it)).collect();
    Some(name).filter(|name| !name.is_empty())
}
