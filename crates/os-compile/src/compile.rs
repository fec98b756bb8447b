//! The whole way: graph, evaluation, one shape, lowering, schema, pages.

use crate::convert::convert;
use crate::deep_stack;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::evaluate::{self, Engine, Failure};
use crate::graph::{Builder, Cache, Graph};
use crate::normalise::{Written, normalise};
use crate::options::{Access, Handlers, Options, Places};
use crate::project::Project;
use crate::resolve::Spec;
use crate::syntax::{Literals, strip};
use crate::{access, docs, locate, lower, missing, plain, schema};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// An artifact, and what its author should know.
#[derive(Debug)]
pub struct Compiled {
    /// The content of `dist/objectstack.json` (contract §5).
    pub artifact: Value,
    /// What may not be as it was meant.
    pub warnings: Vec<Diagnostic>,
    /// The files it was made from, from the project's folder.
    pub files: Vec<String>,
}

/// Compiles projects, and remembers what it read for the next time.
#[derive(Debug, Default)]
pub struct Compiler {
    options: Options,
    cache: Cache,
}

impl Compiler {
    /// A compiler that has seen nothing yet.
    pub fn new(options: Options) -> Self {
        Self { options, cache: Cache::default() }
    }

    /// Compiles a project.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, with errors first.
    pub fn compile(&mut self, project: &Project) -> Result<Compiled, Vec<Diagnostic>> {
        deep_stack::run(|| self.compile_here(project)).unwrap_or_else(|error| {
            let message = format!("there is no thread to compile on: {error}");
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
        if self.options.access == Access::Reviewed {
            found.extend(access::compare(project, &artifact));
        }
        let refused = found.iter().any(Diagnostic::is_error);
        let wanted = refused || self.options.places == Places::All;
        if wanted && found.iter().any(|it| it.path.is_some() && it.place.is_none()) {
            self.locate(project, &mut found);
        }
        found.sort_by_key(|it| it.severity);
        once(&mut found);
        if refused {
            return Err(found);
        }
        Ok(Compiled { artifact, warnings: found, files })
    }

    /// The stack in its one shape, handlers lowered.
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
        let Options { mut limits, epoch, spec, .. } = self.options;
        if spec == Spec::Project {
            limits.time *= SPEC_SHARE;
        }
        Engine::start(project.config(), evaluate::Options { limits, epoch, traced })
    }

    /// Names the places of what was found, by its path in the stack.
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

    /// Evaluates once more, with literals that know where they were written.
    fn traced(&mut self, project: &Project, literals: &mut Literals) -> Option<Map<String, Value>> {
        let engine = self.engine(project, true).ok()?;
        let builder = Builder::new(project, self.options.spec, &mut self.cache, &engine);
        builder.traced(literals).build().ok()?;
        let mut parts = Parts::default();
        engine.evaluate(|json| parts.add(json)).ok()?;
        parts.stack().ok()
    }
}

/// What stands in two places of a stack, and was written once, is told once.
fn once(found: &mut Vec<Diagnostic>) {
    let mut told = HashSet::new();
    found.retain(|it| {
        let place = it.place.as_ref().map(|it| (it.file.clone(), it.line, it.column));
        place.is_none_or(|place| told.insert((place, it.message.clone())))
    });
}

/// How many times as long a project may take that brings its own `@objectstack/spec` along, which
/// is most of the work.
const SPEC_SHARE: u32 = 6;

const NO_STACK: &str = "the config exports no stack";

/// A stack that comes in parts.
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

/// Why what the config exports is no stack.
fn unreadable(error: Option<serde_json::Error>) -> Diagnostic {
    let (message, help) = match error {
        None => {
            (NO_STACK, "write `export default defineStack({ manifest: { … }, objects: [ … ] })`")
        }
        Some(error) if error.to_string().contains("recursion") => {
            ("the stack is nested too deeply", "look for a value that holds itself, or flatten it")
        }
        Some(_) => (
            "a text of the stack holds half of a character (a lone surrogate)",
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

/// Functions that no rule asked for are not part of an artifact.
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

/// What the project's code threw, at the place where it did.
fn thrown(failure: &Failure, project: &Project) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("evaluation", failure.to_string());
    let (frames, message) = match failure {
        Failure::Thrown { frames, message } => (frames, message.as_str()),
        Failure::Time(_, frames) => (frames, ""),
        _ => return diagnostic,
    };
    let mut place = frames.iter().find_map(|frame| {
        let source = project.read(&frame.module).ok()?;
        let stripped = strip(&frame.module, &source, true).ok()?;
        let (line, column) = stripped.original(frame.line, frame.column)?;
        Place::of_line(&frame.module, &source, line, column)
    });
    // The engine knows where it is, and not what it is called.
    if message == "not a function"
        && let Some(place) = &mut place
        && let Some(name) = name_at(place)
    {
        diagnostic.message = format!("`{name}` is not a function");
        place.width = u32::try_from(name.chars().count()).unwrap_or(1);
    }
    if message.contains("is not defined") {
        let help =
            "a project has its own files and `@objectstack/spec`; Node and browsers are not there";
        diagnostic = diagnostic.help(help);
    }
    diagnostic.at(place)
}

fn name_at(place: &Place) -> Option<String> {
    let from = place.text.chars().skip(place.column.saturating_sub(1) as usize);
    let name: String = from.take_while(|it| it.is_alphanumeric() || "_$".contains(*it)).collect();
    Some(name).filter(|name| !name.is_empty())
}
