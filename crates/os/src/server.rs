//! A server, from an empty folder to a graceful stop.

use crate::cli::{LogArgs, LogFormat, ServerArgs};
use crate::failure::Failure;
use crate::home::{Database, Home};
use crate::output::Output;
use anyhow::{Context, Result};
use axum::serve::ListenerExt;
use os_control::{Config, Control, FirstRun, FirstRunOutcome, MIGRATIONS};
use os_db::Db;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How long requests may go on after we were asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a database may take to answer before we say that we wait for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who owns a new server when nobody says otherwise.
const FIRST_EMAIL: &str = "admin@localhost";

/// Serves until a signal asks us to stop.
pub fn run<const PORT: u16>(arguments: &ServerArgs<PORT>, output: Output) -> Result<()> {
    let config = configuration(arguments)?;
    log_to_stderr(&arguments.log)?;
    let home = Home::find(&arguments.database)?;
    let _lock = home.prepare()?;
    let runtime = tokio::runtime::Runtime::new().context("could not start worker threads")?;
    runtime.block_on(serve(arguments, &home, config, output))
}

async fn serve<const PORT: u16>(
    arguments: &ServerArgs<PORT>,
    home: &Home,
    config: Config,
    output: Output,
) -> Result<()> {
    let address = SocketAddr::new(arguments.host, arguments.port);
    let listener =
        TcpListener::bind(address).await.map_err(|error| cannot_listen(address, error))?;
    let bound = listener.local_addr().context("could not read the address we listen on")?;

    let db = open(&home.database, output).await?;
    let url = config.base_url.clone().unwrap_or_else(|| browser_url(bound));
    let control = Control::new(db.clone(), config);
    let outcome = first_run(&control, arguments).await?;
    greet(output, home, &url, bound, &outcome);
    let _sweeper = sweep_hourly(control.clone());

    let app = os_control::routes(control).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not turn off Nagle's algorithm");
        }
    });
    let (asked, stopping) = tokio::sync::oneshot::channel();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop_signal().await;
        let _ = asked.send(());
    });
    tokio::select! {
        served = serving.into_future() => served.context("could not serve any more")?,
        () = overdue(stopping) => output.note("stopped while requests were still running"),
    }
    db.close().await;
    Ok(())
}

/// Opens the database and brings its schema up to date.
async fn open(database: &Database, output: Output) -> Result<Db> {
    let failed = |what: &str, error: os_db::Error| {
        Failure::new(format!("could not {what} the database {}: {error}", database.shown()))
            .hint("check `--database` (OS_DATABASE_URL) with `os doctor`")
    };
    let url = database.url();
    let connecting = Db::connect(&url);
    tokio::pin!(connecting);
    let connected = tokio::select! {
        connected = &mut connecting => connected,
        () = tokio::time::sleep(PATIENCE) => {
            output.note(format!("waiting for the database {} …", database.shown()));
            connecting.await
        }
    };
    let db = connected.map_err(|error| failed("open", error))?;
    os_db::migrate(&db, MIGRATIONS).await.map_err(|error| failed("migrate", error))?;
    Ok(db)
}

/// What an operator decided.
fn configuration<const PORT: u16>(arguments: &ServerArgs<PORT>) -> Result<Config> {
    let security = &arguments.security;
    let base_url = match arguments.base_url.as_deref().filter(|it| !it.is_empty()) {
        Some(url) => Some(crate::config::shown(&crate::config::server_url(url)?)),
        None => None,
    };
    let origins = security.trusted_origins.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    let trusted_origins = origins
        .map(|it| Ok(crate::config::server_url(it)?.origin().ascii_serialization()))
        .collect::<Result<_>>()?;
    Ok(Config {
        base_url,
        service_key: security.service_key.clone().filter(|it| !it.is_empty()),
        open_registration: security.open_registration,
        trusted_origins,
        secure_cookies: security.secure_cookies,
        behind_proxy: security.behind_proxy,
        examples: crate::examples::EXAMPLES,
        ..Config::default()
    })
}

/// Where a browser on this machine finds us.
fn browser_url(bound: SocketAddr) -> String {
    let here = bound.ip().is_unspecified() || bound.ip() == IpAddr::from([127, 0, 0, 1]);
    if here { format!("http://localhost:{}", bound.port()) } else { format!("http://{bound}") }
}

/// Makes the first account on an empty database.
async fn first_run<const PORT: u16>(
    control: &Control,
    arguments: &ServerArgs<PORT>,
) -> Result<FirstRunOutcome> {
    let wish = &arguments.first_run;
    let email = wish.admin_email.clone().filter(|it| !it.is_empty());
    let password = wish.admin_password.clone().filter(|it| !it.is_empty());
    let wish = FirstRun { email: email.unwrap_or_else(|| FIRST_EMAIL.to_owned()), password };
    os_control::prepare(control, wish).await.map_err(|error| {
        let hint = "check OS_ADMIN_EMAIL and OS_ADMIN_PASSWORD";
        Failure::new(format!("could not make the first account: {}", error.message()))
            .hint(hint)
            .into()
    })
}

/// Deletes what has expired, every hour, until it is dropped.
fn sweep_hourly(control: Control) -> tokio::task::JoinSet<()> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        let mut hours = tokio::time::interval(Duration::from_secs(3600));
        loop {
            hours.tick().await;
            if let Err(error) = os_control::sweep(&control).await {
                tracing::warn!(error = error.message(), "could not delete what has expired");
            }
        }
    });
    tasks
}

/// Says where to go; on a new server also how to sign in, and what to do first.
fn greet(output: Output, home: &Home, url: &str, bound: SocketAddr, outcome: &FirstRunOutcome) {
    output.announce(format!("os {} is ready at {url}", env!("CARGO_PKG_VERSION")));
    output.announce("");
    output.announce(format!("  Listening on  {bound}"));
    output.announce(format!("  Database      {}", home.database.shown()));
    if let FirstRunOutcome::Created { email, generated_password, .. } = outcome {
        let shown_once = generated_password.as_ref().map(|it| format!("{it}   (shown only now)"));
        let password = shown_once.unwrap_or_else(|| "the one in OS_ADMIN_PASSWORD".to_owned());
        output.announce("");
        output.announce(format!("  Open          {url}"));
        output.announce(format!("  Email         {email}"));
        output.announce(format!("  Password      {password}"));
        output.announce("");
        output.announce("  Then, in another terminal:");
        output.announce(format!("    os cloud login --url {url} --email {email}"));
        output.announce("    os package publish dist/objectstack.json");
        output.announce("    os package install <id> --env development");
    }
    output.announce("");
    output.announce("Press Ctrl-C to stop");
}

fn cannot_listen(address: SocketAddr, error: std::io::Error) -> Failure {
    let (port, host) = (address.port(), address.ip());
    match error.kind() {
        ErrorKind::AddrInUse => Failure::new(format!("port {port} on {host} is already in use"))
            .hint("choose another one with `--port`, or OS_PORT; 0 takes any free one"),
        ErrorKind::PermissionDenied => {
            Failure::new(format!("port {port} needs more rights than we have"))
                .hint("choose one above 1023 with `--port`, or OS_PORT")
        }
        ErrorKind::AddrNotAvailable => Failure::new(format!("this machine has no address {host}"))
            .hint("choose one with `--host`, or OS_HOST; 0.0.0.0 is all of them"),
        _ => Failure::new(format!("could not listen on {address}: {error}")),
    }
}

/// Ends when somebody asks us to stop: Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}

/// Ends when requests took too long after we were asked to stop, or when we
/// were asked a second time.
async fn overdue(stopping: tokio::sync::oneshot::Receiver<()>) {
    if stopping.await.is_err() {
        return std::future::pending().await;
    }
    tokio::select! { () = tokio::time::sleep(GRACE) => {}, () = stop_signal() => {} }
}

/// Writes the log to standard error.
fn log_to_stderr(arguments: &LogArgs) -> Result<()> {
    let targets = targets(&arguments.level)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    match arguments.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
        LogFormat::Text => {
            let colour = crate::config::variable("NO_COLOR").is_none()
                && std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(lines.with_ansi(colour).with_target(false)).init();
        }
    }
    Ok(())
}

/// Reads `info`, or `info,os_control=debug`: a level alone is for all modules.
fn targets(text: &str) -> Result<Targets> {
    let wrong = |part: &str| {
        Failure::usage(format!("`{part}` is not a log level"))
            .hint("write `--log` (OS_LOG) like info, or like info,os_control=debug")
    };
    let mut targets = Targets::new();
    let text = if text.is_empty() { "info" } else { text };
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (module, level) = part.rsplit_once('=').unwrap_or(("", part));
        let level: LevelFilter = level.parse().map_err(|_| wrong(part))?;
        targets = match module {
            "" => targets.with_default(level),
            module => targets.with_target(module, level),
        };
    }
    Ok(targets)
}
