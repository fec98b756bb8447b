//! The QuickJS engine, with nothing in it but the project's modules.

use super::failure::frames;
use super::modules::Modules;
use super::{Answer, Evaluated, Failure, Given, SandboxOptions};
use crate::authoring;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Exception, Function, Module, Object, Runtime,
    Value, module,
};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender};
use url::{Url, quirks};

const PRELUDE: &str = include_str!("prelude.js");

/// Bytes of heap at which garbage is first collected; no ordinary project needs as many.
const GC_THRESHOLD_BYTES: usize = 32 << 20;

/// Runs the engine: receives the modules, evaluates them, and sends the result.
pub fn run(given: Receiver<Given>, entry: &str, options: SandboxOptions, answers: &Sender<Answer>) {
    let modules = Modules::new(given);
    let engine = engine(options, &modules);
    let outcome = match &engine {
        Ok((runtime, context)) => {
            let watch = Watch::set(runtime, options);
            let outcome = context.with(|ctx| {
                let declared = declare(&ctx, entry, &modules, options);
                let outcome = declared.and_then(|it| evaluate(it, &watch, answers)).catch(&ctx);
                outcome.map_err(|error| failure(error, &watch, options))
            });
            outcome.map_err(|failure| match failure {
                // Without memory, the error that would reject a promise cannot be created.
                Failure::Pending if is_full(runtime, options) => {
                    Failure::Memory(options.limits.memory)
                }
                failure => failure,
            })
        }
        Err(error) => Err(Failure::Engine(error.to_string())),
    };
    // Nobody listens any more after the time limit. The answer comes before the engine is taken
    // down, because the compiler waits for it.
    let _ = answers.send(Answer::End(outcome));
}

fn engine(options: SandboxOptions, modules: &Modules) -> rquickjs::Result<(Runtime, Context)> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(options.limits.memory);
    runtime.set_max_stack_size(options.limits.stack);
    runtime.set_gc_threshold(GC_THRESHOLD_BYTES);
    runtime.set_loader(modules.clone(), modules.clone());
    let context = Context::full(&runtime)?;
    Ok((runtime, context))
}

/// Returns whether most of the memory limit is used.
fn is_full(runtime: &Runtime, options: SandboxOptions) -> bool {
    let used = usize::try_from(runtime.memory_usage().malloc_size).unwrap_or_default();
    used > options.limits.memory / 4 * 3
}

fn failure(error: CaughtError<'_>, watch: &Watch, options: SandboxOptions) -> Failure {
    // A thrown value is code, too: its getters run while it is described.
    match (explain(error, options), watch.is_exceeded()) {
        (Failure::Thrown { frames, .. }, true) => Failure::Steps(options.limits.steps, frames),
        (_, true) => Failure::Steps(options.limits.steps, Vec::new()),
        (failure, false) => failure,
    }
}

/// The entry with its imports, and the function that converts its exports to JSON.
type Declared<'js> = (Module<'js, module::Declared>, Function<'js>);

fn declare<'js>(
    ctx: &Ctx<'js>,
    entry: &str,
    modules: &Modules,
    options: SandboxOptions,
) -> rquickjs::Result<Declared<'js>> {
    let prelude: Function = ctx.eval(PRELUDE)?;
    let parse_url = Function::new(ctx.clone(), parse_url)?;
    let collect: Function = prelude.call((options.epoch as f64, options.traced, parse_url))?;
    Module::evaluate(ctx.clone(), authoring::CORE, authoring::CORE_SOURCE)?.finish::<()>()?;
    let declared = modules.declare(ctx, entry)?;
    match modules.are_complete() {
        true => Ok((declared, collect)),
        false => Err(Error::new_loading(entry)),
    }
}

fn evaluate<'js>(
    (entry, collect): Declared<'js>,
    watch: &Watch,
    answers: &Sender<Answer>,
) -> rquickjs::Result<Evaluated> {
    watch.begin();
    let (module, ran) = entry.eval()?;
    ran.finish::<()>()?;
    let answers = answers.clone();
    let emit = Function::new(module.ctx().clone(), move |json: String| {
        let _ = answers.send(Answer::Part(json));
    })?;
    let rest: Object = collect.call((module.namespace()?, emit))?;
    Ok(Evaluated { functions: rest.get("functions")?, notes: rest.get("notes")? })
}

/// Returns the parts of a URL, in the order in which the prelude names them.
fn parse_url(text: String, base: Option<String>) -> Option<Vec<String>> {
    let base = base.map(|base| Url::parse(&base)).transpose().ok()?;
    let url = Url::options().base_url(base.as_ref()).parse(&text).ok()?;
    let parts = [
        quirks::href(&url),
        quirks::protocol(&url),
        quirks::username(&url),
        quirks::password(&url),
        quirks::host(&url),
        quirks::hostname(&url),
        quirks::port(&url),
        quirks::pathname(&url),
        quirks::search(&url),
        quirks::hash(&url),
    ];
    Some(parts.iter().map(ToString::to_string).chain([quirks::origin(&url)]).collect())
}

/// Steps of the engine between two calls of its interrupt handler.
const STEPS_PER_INTERRUPT: u64 = 10_000;

/// Counts the steps of the code, and stops it when it has taken too many.
#[derive(Clone)]
struct Watch {
    is_running: Rc<Cell<bool>>,
    steps: Rc<Cell<u64>>,
    limit: u64,
}

impl Watch {
    fn set(runtime: &Runtime, options: SandboxOptions) -> Self {
        let watch =
            Self { is_running: Rc::default(), steps: Rc::default(), limit: options.limits.steps };
        let counting = watch.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            if counting.is_running.get() {
                counting.steps.set(counting.steps.get().saturating_add(STEPS_PER_INTERRUPT));
            }
            counting.is_exceeded()
        })));
        watch
    }

    /// Starts to count; parsing the modules does not count.
    fn begin(&self) {
        self.is_running.set(true);
    }

    fn is_exceeded(&self) -> bool {
        self.steps.get() > self.limit
    }
}

fn explain(error: CaughtError<'_>, options: SandboxOptions) -> Failure {
    match error {
        CaughtError::Exception(exception) => explain_exception(&exception, options),
        CaughtError::Value(value) => {
            Failure::Thrown { message: thrown(&value), frames: Vec::new() }
        }
        CaughtError::Error(Error::WouldBlock) => Failure::Pending,
        CaughtError::Error(Error::Allocation) => Failure::Memory(options.limits.memory),
        CaughtError::Error(error) => Failure::Engine(error.to_string()),
    }
}

fn explain_exception(exception: &Exception<'_>, options: SandboxOptions) -> Failure {
    let silent = || "the code of this project throws an error without a message".to_owned();
    let message = exception.message().filter(|text| !text.is_empty()).unwrap_or_else(silent);
    if message == "out of memory" {
        return Failure::Memory(options.limits.memory);
    }
    let name: String = exception.get("name").unwrap_or_default();
    let message = match (name.as_str(), message.as_str()) {
        ("InternalError" | "RangeError", text)
            if text.contains("call stack") || text.contains("stack overflow") =>
        {
            "the code of this project calls itself without an end".to_owned()
        }
        ("" | "Error" | "TypeError", text) => text.to_owned(),
        (name, text) => format!("{name}: {text}"),
    };
    Failure::Thrown { message, frames: frames(&exception.stack().unwrap_or_default()) }
}

/// Describes a thrown value that is no `Error`.
fn thrown(value: &Value<'_>) -> String {
    let text = value.as_string().and_then(|text| text.to_string().ok());
    match text {
        Some(text) => format!("the code of this project throws: {text}"),
        None => format!("the code of this project throws a value of type {}", value.type_name()),
    }
}
