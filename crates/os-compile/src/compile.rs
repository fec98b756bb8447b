//! The whole way: graph, evaluation, one shape, lowering, schema, pages.

use crate::diagnostic::{Diagnostic, Place};
use crate::evaluate::{self, Evaluated, Failure, Limits, evaluate};
use crate::graph::{Builder, Cache, Graph};
use crate::project::Project;
use crate::resolve::Spec;
use crate::syntax::{Literals, strip};
use crate::{docs, locate, lower, normalise, plain, schema};
use serde_json::{Map, Value};

/// How projects are compiled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Which authoring module.
    pub spec: Spec,
    /// What the project's code may use.
    pub limits: Limits,
    /// What is told with its line.
    pub places: Places,
    /// What the clock says, in milliseconds; it stands still, so that a compile can be repeated.
    pub epoch: i64,
}

/// What is told with its line. To find lines a project is evaluated once more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Places {
    /// Whatever is found.
    #[default]
    All,
    /// What is found when there is no artifact; warnings beside one have their path alone.
    Errors,
}

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

/// A stack as its author wrote it.
#[derive(Debug)]
pub struct Written {
    /// Its members.
    pub stack: Map<String, Value>,
    /// What was noticed on the way.
    pub found: Vec<Diagnostic>,
    /// The files it is written in.
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
        let Written { stack, mut found, files } = self.written(project)?;
        let (artifact, problems) = schema::check(Value::Object(stack));
        found.extend(problems);
        let Value::Object(mut artifact) = artifact else {
            return Err(vec![Diagnostic::error("stack", NO_STACK)]);
        };
        found.extend(docs::collect(project, &mut artifact));
        drop_functions(&mut artifact);
        let refused = found.iter().any(Diagnostic::is_error);
        let wanted = refused || self.options.places == Places::All;
        if wanted && found.iter().any(|it| it.path.is_some() && it.place.is_none()) {
            self.locate(project, &mut found);
        }
        found.sort_by_key(|it| it.severity);
        if refused {
            return Err(found);
        }
        Ok(Compiled { artifact: Value::Object(artifact), warnings: found, files })
    }

    /// The stack in its one shape, handlers lowered.
    fn written(&mut self, project: &Project) -> Result<Written, Vec<Diagnostic>> {
        if plain::is_plain(project) {
            let mut written = plain::read(project, None)?;
            normalise::normalise(&mut written.stack);
            return Ok(written);
        }
        let graph = Builder::new(project, self.options.spec, &mut self.cache).build()?;
        let files = graph.files.iter().cloned().collect();
        let mut found = plugin_notes(&graph);
        let evaluated =
            self.run(graph, false).map_err(|failure| vec![thrown(&failure, project)])?;
        found.extend(evaluated.notes.iter().map(|note| impure(note)));
        let mut stack = stack_of(&evaluated)?;
        normalise::normalise(&mut stack);
        found.extend(lower::lower(&mut stack, &evaluated.functions));
        Ok(Written { stack, found, files })
    }

    fn run(&self, graph: Graph, traced: bool) -> Result<Evaluated, Failure> {
        let Options { limits, epoch, .. } = self.options;
        evaluate(graph, evaluate::Options { limits, epoch, traced })
    }

    /// Names the places of what was found, by its path in the stack.
    pub fn locate(&mut self, project: &Project, found: &mut [Diagnostic]) {
        let mut literals = Literals::default();
        let stack = match plain::is_plain(project) {
            true => plain::read(project, Some(&mut literals)).ok().map(|written| written.stack),
            false => self.traced(project, &mut literals),
        };
        let Some(mut stack) = stack else { return };
        normalise::normalise(&mut stack);
        locate::locate(found, &Value::Object(stack), &literals, project);
    }

    /// Evaluates once more, with literals that know where they were written.
    fn traced(&mut self, project: &Project, literals: &mut Literals) -> Option<Map<String, Value>> {
        let builder = Builder::new(project, self.options.spec, &mut self.cache);
        let graph = builder.traced(literals).build().ok()?;
        stack_of(&self.run(graph, true).ok()?).ok()
    }
}

const NO_STACK: &str = "the config exports no stack";

fn stack_of(evaluated: &Evaluated) -> Result<Map<String, Value>, Vec<Diagnostic>> {
    match serde_json::from_str(&evaluated.json) {
        Ok(Value::Object(stack)) => Ok(stack),
        _ => {
            let help = "write `export default defineStack({ manifest: { … }, objects: [ … ] })`";
            Err(vec![Diagnostic::error("stack", NO_STACK).help(help)])
        }
    }
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
    let Failure::Thrown { frames, message } = failure else { return diagnostic };
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
