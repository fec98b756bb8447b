//! The engine, with nothing in it but the project's modules.

use super::failure::frames;
use super::modules::Modules;
use super::{Answer, Evaluated, Failure, Given, Options};
use crate::authoring;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Exception, Function, Module, Object, Runtime,
    Value, module,
};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Instant;
use url::{Url, quirks};

const PRELUDE: &str = include_str!("prelude.js");

/// More than the heap of any project that is not lost: looking for cycles would only take time.
const FIRST_COLLECTION: usize = 32 << 20;

/// Gets ready, takes the modules, evaluates them and answers.
pub fn run(given: Receiver<Given>, entry: &str, options: Options, answers: &Sender<Answer>) {
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
                // Without memory there is none for the error that a promise would be refused with.
                Failure::Pending if is_full(runtime, options) => {
                    Failure::Memory(options.limits.memory)
                }
                failure => failure,
            })
        }
        Err(error) => Err(Failure::Engine(error.to_string())),
    };
    // Nobody listens any more when the time was over. The engine is taken down after the answer,
    // for which somebody waits.
    let _ = answers.send(Answer::End(outcome));
}

fn engine(options: Options, modules: &Modules) -> rquickjs::Result<(Runtime, Context)> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(options.limits.memory);
    runtime.set_max_stack_size(options.limits.stack);
    runtime.set_gc_threshold(FIRST_COLLECTION);
    runtime.set_loader(modules.clone(), modules.clone());
    let context = Context::full(&runtime)?;
    Ok((runtime, context))
}

/// Whether hardly any memory is left of what the code may have.
fn is_full(runtime: &Runtime, options: Options) -> bool {
    let used = usize::try_from(runtime.memory_usage().malloc_size).unwrap_or_default();
    used > options.limits.memory / 4 * 3
}

fn failure(error: CaughtError<'_>, watch: &Watch, options: Options) -> Failure {
    // What was thrown is code, too: its getters run while it is explained.
    match (explain(error, options), watch.late.get()) {
        (Failure::Thrown { frames, .. }, true) => Failure::Time(options.limits.time, frames),
        (_, true) => Failure::Time(options.limits.time, Vec::new()),
        (failure, false) => failure,
    }
}

/// The entry, with all that it imports; and the function that turns its exports into JSON.
type Declared<'js> = (Module<'js, module::Declared>, Function<'js>);

fn declare<'js>(
    ctx: &Ctx<'js>,
    entry: &str,
    modules: &Modules,
    options: Options,
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

/// The parts of an address, in the order in which the prelude names them.
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

/// Stops the code when its time is over.
#[derive(Clone)]
struct Watch {
    begun: Rc<Cell<Option<Instant>>>,
    late: Rc<Cell<bool>>,
}

impl Watch {
    fn set(runtime: &Runtime, options: Options) -> Self {
        let watch = Self { begun: Rc::default(), late: Rc::default() };
        let Self { begun, late } = watch.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || {
            late.set(begun.get().is_some_and(|begun| begun.elapsed() > options.limits.time));
            late.get()
        })));
        watch
    }

    fn begin(&self) {
        self.begun.set(Some(Instant::now()));
    }
}

fn explain(error: CaughtError<'_>, options: Options) -> Failure {
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

fn explain_exception(exception: &Exception<'_>, options: Options) -> Failure {
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

/// What was thrown, when it is no `Error`.
fn thrown(value: &Value<'_>) -> String {
    let text = value.as_string().and_then(|text| text.to_string().ok());
    match text {
        Some(text) => format!("the code of this project throws: {text}"),
        None => format!("the code of this project throws a value of type {}", value.type_name()),
    }
}
