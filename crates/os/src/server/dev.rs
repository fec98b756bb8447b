//! `os dev`: a project and a runtime for it, in one process.
//!
//! **Invariant:** what is live is the last state of the project that compiles and that the runtime
//! takes. Nobody but this machine reaches a runtime whose password everybody knows.

mod builder;
mod pages;
mod report;
mod state;

use super::{Port, Stop, base_url, block_on, log, runtime, trusted_origins};
use crate::cli::{DatabaseArgs, Dev, LogArgs, LogFormat};
use crate::home::{Home, RUNTIME_FILE};
use crate::output::Output;
use crate::project;
use crate::watch::{Waker, Watch};
use anyhow::{Context, Result};
use builder::Builder;
use os_compile::{Access, CompileOptions, Project};
use os_runtime::{Config, FirstRun, FirstRunOutcome, Runtime};
use report::Report;
use serde_json::json;
use state::Board;
use std::time::Instant;
use tokio::sync::oneshot;

/// The password of the first account, where only this machine reaches the runtime.
const KNOWN_PASSWORD: &str = "admin123";

/// Compiles, serves and watches a project until a signal asks us to stop.
pub fn run(arguments: &Dev, output: Output) -> Result<()> {
    // Permissions are reviewed when they are published, not while they are tried.
    let options = CompileOptions { access: Access::Any, ..project::quick() };
    let (project, compiler) = project::open(&arguments.project, options)?;
    let folder = || project.root().join(".objectstack");
    let home = arguments.home.clone().filter(|it| !it.as_os_str().is_empty());
    let database =
        DatabaseArgs { home: home.unwrap_or_else(folder), database: arguments.database.clone() };
    let home = Home::find(&database, RUNTIME_FILE)?;
    log::to_stderr(&LogArgs { level: arguments.log.clone(), format: LogFormat::Text })?;
    let _lock = home.prepare()?;
    block_on(serve(arguments, &home, Source { project, compiler }, output))
}

/// A project, and the compiler for it.
struct Source {
    project: Project,
    compiler: os_compile::Compiler,
}

async fn serve(arguments: &Dev, home: &Home, source: Source, output: Output) -> Result<()> {
    let port = Port::take(&arguments.listen, &arguments.limits)?;
    let config = configuration(arguments, home, output)?;
    let url = config.base_url.clone().unwrap_or_else(|| port.url());
    let timeouts = super::statement_timeouts(&arguments.limits);
    let (db, _claim) = runtime::open_alone(&home.database, timeouts, output).await?;
    let runtime = Runtime::new(db, config);
    let booted = runtime::boot(&runtime, None).await?;
    let account = first_run(&runtime, arguments).await?;

    let board = Board::new(&runtime);
    let watch = Watch::new(source.project.root())?;
    let _waking = wake_on_changes(&runtime, watch.waker());
    let (ready, is_ready) = oneshot::channel();
    let report = Report::new(output, url.clone());
    let builder = Builder::new(source, runtime.clone(), board.clone(), report);
    let ended = builder.start(watch, ready)?;
    is_ready.await.context("the project could not be built")?;

    let (stopping, stop) = (board.clone(), Stop::listen()?);
    tokio::spawn(async move {
        stop.asked().await;
        stopping.stop();
    });
    let here = arguments.listen.host.is_loopback().then(|| url.clone());
    let app = pages::around(os_console::runtime(runtime.clone()), board, here);
    let started = Started { arguments, url: &url, home, booted: &booted };
    let greet = || greet(&started, &account, output);
    tokio::select! {
        served = port.serve(app, greet, output) => served?,
        _ = ended => anyhow::bail!("the project is not watched any more; start again"),
    }
    runtime.db.close().await;
    Ok(())
}

/// Wakes the builder whenever something else is live: what it waits for may be there.
fn wake_on_changes(runtime: &Runtime, waker: Waker) -> tokio::task::JoinSet<()> {
    let mut changes = runtime.changes();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        while changes.changed().await.is_ok() {
            waker.wake();
        }
    });
    tasks
}

fn configuration(arguments: &Dev, home: &Home, output: Output) -> Result<Config> {
    Ok(Config {
        base_url: base_url(&arguments.listen)?,
        trusted_origins: trusted_origins(&arguments.trusted_origins)?,
        home: home.folder.clone(),
        name: runtime::machine(),
        seed_environment: runtime::seeds(Some(&arguments.seeds), output),
        ..Config::default()
    })
}

/// The account to sign in with.
struct Account {
    email: String,
    /// `None`: it was made before, or is the operator's own.
    password: Option<String>,
    is_new: bool,
}

async fn first_run(runtime: &Runtime, arguments: &Dev) -> Result<Account> {
    let own = arguments.admin_password.clone().filter(|it| !it.is_empty());
    let is_known = own.is_none() && arguments.listen.host.is_loopback();
    let known = is_known.then(|| KNOWN_PASSWORD.to_owned());
    let (email, password) = (arguments.admin_email.clone(), own.or_else(|| known.clone()));
    let made = os_runtime::prepare(runtime, FirstRun { email: email.clone(), password }).await;
    Ok(match made.map_err(|error| super::no_first_account(error.message()))? {
        FirstRunOutcome::Created { email, generated_password } => {
            Account { email, password: generated_password.or(known), is_new: true }
        }
        FirstRunOutcome::AlreadyDone | FirstRunOutcome::NobodyHasAPassword { .. } => {
            Account { email, password: known, is_new: false }
        }
    })
}

/// A server that accepts requests.
struct Started<'s> {
    arguments: &'s Dev,
    url: &'s str,
    home: &'s Home,
    booted: &'s os_runtime::Booted,
}

/// Prints the address, and how to sign in.
fn greet(started: &Started<'_>, account: &Account, output: Output) {
    let Started { arguments, url, home, booted } = *started;
    let Account { email, password, is_new } = account;
    if output.is_json() {
        let ready = json!({
            "event": "ready", "url": url, "email": email, "password": password, "new": is_new,
            "setAside": booted.quarantined,
        });
        return output.announce(ready.to_string());
    }
    for it in &booted.quarantined {
        output.warn(format!("{} is not loaded: {}", it.manifest_id, it.reason));
    }
    let password = match password {
        Some(password) if *is_new => password.clone(),
        Some(password) => format!("{password}, unless you chose another one"),
        None => "the one you chose".to_owned(),
    };
    output.announce("");
    for (name, value) in [
        ("Open", url.to_owned()),
        ("Sign in", format!("{email}, password {password}")),
        ("Records", home.database.shown()),
    ] {
        output.announce(format!("  {name:8}  {value}"));
    }
    output.announce("");
    if !arguments.listen.host.is_loopback() {
        output.warn(
            "other machines reach this runtime, and see lines of your files when they are wrong",
        );
        if !is_new {
            output.warn(format!(
                "if it was created on this machine alone, everybody knows its password, {KNOWN_PASSWORD}; `--home` chooses another folder"
            ));
        }
    }
    output.announce("Watching for changes; press Ctrl-C to stop");
}

/// Milliseconds since then, for people: with a digit where it is short.
fn since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}
