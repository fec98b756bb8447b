//! The engine, with nothing in it but the project's modules.

use super::failure::frames;
use super::{Evaluated, Failure, Options};
use crate::authoring;
use crate::graph::Graph;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Exception, Function, Module, Object, Runtime,
    Value,
};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

const PRELUDE: &str = include_str!("prelude.js");

/// Runs the entry of a graph and collects what it exports.
pub fn run(graph: Graph, options: Options) -> Result<Evaluated, Failure> {
    let engine = |error: Error| Failure::Engine(error.to_string());
    let runtime = Runtime::new().map_err(engine)?;
    runtime.set_memory_limit(options.limits.memory);
    runtime.set_max_stack_size(options.limits.stack);
    let started = Instant::now();
    let late = Rc::new(Cell::new(false));
    let noticed = Rc::clone(&late);
    runtime.set_interrupt_handler(Some(Box::new(move || {
        noticed.set(started.elapsed() > options.limits.time);
        noticed.get()
    })));
    let entry = graph.entry.clone();
    let modules = Rc::new(graph);
    runtime.set_loader(Links(Rc::clone(&modules)), Code(modules));
    let context = Context::full(&runtime).map_err(engine)?;
    let answer = context.with(|ctx| {
        let answer = collect(&ctx, &entry, options).catch(&ctx);
        // What was thrown is code, too: its getters run while it is explained.
        answer.map_err(|error| match (explain(error, options), late.get()) {
            (Failure::Thrown { frames, .. }, true) => Failure::Time(options.limits.time, frames),
            (_, true) => Failure::Time(options.limits.time, Vec::new()),
            (failure, false) => failure,
        })
    });
    match answer {
        // Without memory there is none for the error that a promise would be refused with.
        Err(Failure::Pending) if is_full(&runtime, options) => {
            Err(Failure::Memory(options.limits.memory))
        }
        answer => answer,
    }
}

/// Whether hardly any memory is left of what the code may have.
fn is_full(runtime: &Runtime, options: Options) -> bool {
    let used = usize::try_from(runtime.memory_usage().malloc_size).unwrap_or_default();
    used > options.limits.memory / 4 * 3
}

fn collect<'js>(ctx: &Ctx<'js>, entry: &str, options: Options) -> rquickjs::Result<Evaluated> {
    let prelude: Function = ctx.eval(PRELUDE)?;
    let collect: Function = prelude.call((options.epoch as f64, options.traced))?;
    Module::evaluate(ctx.clone(), authoring::CORE, authoring::CORE_SOURCE)?.finish::<()>()?;
    let module: Object = Module::import(ctx, entry)?.finish()?;
    let answer: Object = collect.call((module,))?;
    Ok(Evaluated {
        json: answer.get("json")?,
        functions: answer.get("functions")?,
        notes: answer.get("notes")?,
    })
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

struct Links(Rc<Graph>);

impl Resolver for Links {
    fn resolve<'js>(
        &mut self,
        _ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        if base.is_empty() || name == self.0.entry {
            return Ok(name.to_owned());
        }
        let link = self.0.links.get(&(base.to_owned(), name.to_owned()));
        link.cloned().ok_or_else(|| Error::new_resolving(base, name))
    }
}

struct Code(Rc<Graph>);

impl Loader for Code {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        let code = self.0.code.get(name).ok_or_else(|| Error::new_loading(name))?;
        Module::declare(ctx.clone(), name, code.as_bytes())
    }
}
