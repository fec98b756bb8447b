//! A server, from an empty folder to a graceful stop: what [`control`],
//! [`runtime`] and both [`combined`] have in common.
//!
//! **Invariant:** the port is taken at once and opens when everything is ready,
//! so that nobody is answered by a server that is still loading.

mod artifact;
pub mod combined;
mod connections;
pub mod control;
pub mod dev;
mod host;
mod log;
pub mod runtime;

use crate::cli::{FirstRunArgs, LimitArgs, ListenArgs};
use crate::config::{server_url, shown};
use crate::failure::Failure;
use crate::home::Database;
use crate::output::Output;
use anyhow::{Context, Result};
use axum::Router;
use connections::ConnectionLimits;
use os_db::{Db, Migration, StatementTimeouts};
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpSocket;

/// The longest time that open requests have to finish after a signal to stop. With
/// [`os_db::CLOSE_TIMEOUT`] and [`THREADS_TIMEOUT`] it ends within ten seconds.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(7);

/// The longest time that other work has to finish then.
const THREADS_TIMEOUT: Duration = Duration::from_millis(500);

/// The most connections by default, and where the system does not say how many files may be open.
const MAX_CONNECTIONS: usize = 4096;
const MAX_CONNECTIONS_UNKNOWN: usize = 768;

/// The wait for a database after which a notice is printed.
const CONNECT_NOTICE_DELAY: Duration = Duration::from_secs(2);

/// The most connections that wait to be accepted.
const MAX_PENDING_CONNECTIONS: u32 = 1024;

/// The email address of the first account by default.
const DEFAULT_ADMIN_EMAIL: &str = "admin@localhost";

/// The largest SQLite file whose pages are read at start; a larger one would delay it by seconds.
const MAX_CHECKED_BYTES: u64 = 256 * 1024 * 1024;

/// A port that is ours and not open yet.
struct Port {
    socket: TcpSocket,
    bound: SocketAddr,
    limits: ConnectionLimits,
}

impl Port {
    /// Takes the port.
    fn take<const PORT: u16>(arguments: &ListenArgs<PORT>, limits: &LimitArgs) -> Result<Self> {
        let limits = connection_limits(limits);
        let address = SocketAddr::new(arguments.host, arguments.port);
        let take = || {
            let socket =
                if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            Ok(Self { bound: socket.local_addr()?, socket, limits })
        };
        take().map_err(|error| cannot_listen(address, &error).into())
    }

    /// Returns the URL for a browser on this machine.
    fn url(&self) -> String {
        let bound = self.bound;
        let here = bound.ip().is_unspecified() || bound.ip() == IpAddr::from([127, 0, 0, 1]);
        if here { format!("http://localhost:{}", bound.port()) } else { format!("http://{bound}") }
    }

    /// Opens the port and serves until a signal asks us to stop.
    async fn serve(self, app: Router, ready: impl FnOnce(), output: Output) -> Result<()> {
        let listener = self
            .socket
            .listen(MAX_PENDING_CONNECTIONS)
            .map_err(|error| cannot_listen(self.bound, &error))?;
        // Before the server reports that it is ready, because it may be stopped right then.
        let stop = Stop::listen()?;
        ready();
        let (asked, stopping) = tokio::sync::oneshot::channel();
        let app = app.layer(axum::middleware::from_fn(host::one_host));
        let serving = connections::serve(listener, app, self.limits, async move {
            stop.asked().await;
            os_control::stop_waiting();
            let _ = asked.send(());
        });
        tokio::select! {
            () = serving => {}
            () = overdue(stopping) => output.note("stopped while requests were still running"),
        }
        Ok(())
    }
}

/// Runs a server on as many threads as there are cores.
fn block_on(server: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("could not start worker threads")?;
    let served = runtime.block_on(server);
    runtime.shutdown_timeout(THREADS_TIMEOUT);
    served
}

/// Returns the timeouts of statements.
fn statement_timeouts(limits: &LimitArgs) -> StatementTimeouts {
    StatementTimeouts {
        request: Duration::from_secs(limits.statement_timeout),
        install: Duration::from_secs(limits.install_timeout),
    }
}

fn connection_limits(limits: &LimitArgs) -> ConnectionLimits {
    let configured = limits.max_connections.map(|most| most as usize);
    ConnectionLimits {
        header_timeout: Duration::from_secs(limits.header_timeout),
        idle_timeout: Duration::from_secs(limits.idle_timeout),
        max_connections: configured.unwrap_or_else(default_connections),
    }
}

/// Returns a number of connections that leaves files for the database and for uploads.
fn default_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|rest| rest.split_whitespace().next());
    match files {
        Some("unlimited") => MAX_CONNECTIONS,
        files => match files.and_then(|files| files.parse::<usize>().ok()) {
            Some(files) => (files / 4 * 3).clamp(1, MAX_CONNECTIONS),
            None => MAX_CONNECTIONS_UNKNOWN,
        },
    }
}

/// Opens the database and brings its schema up to date.
async fn open(
    database: &Database,
    migrations: &[Migration],
    timeouts: StatementTimeouts,
    output: Output,
) -> Result<Db> {
    let db = connect(database, timeouts, output).await?;
    migrate(&db, database, migrations).await?;
    Ok(db)
}

/// Opens the database; says so where it takes long.
async fn connect(database: &Database, timeouts: StatementTimeouts, output: Output) -> Result<Db> {
    let connecting = database.connect(timeouts);
    tokio::pin!(connecting);
    let connected = tokio::select! {
        connected = &mut connecting => connected,
        () = tokio::time::sleep(CONNECT_NOTICE_DELAY) => {
            output.note(format!("waiting for the database {} …", database.shown()));
            connecting.await
        }
    };
    let db = connected.map_err(|error| failed("open", database, &error))?;
    check_pages(&db, database).await?;
    Ok(db)
}

/// Refuses an SQLite file with damaged pages (docs/operations.md#sqlite).
async fn check_pages(db: &Db, database: &Database) -> Result<()> {
    if database.bytes().is_none_or(|bytes| bytes > MAX_CHECKED_BYTES) {
        return Ok(());
    }
    let damage = db.damage().await.map_err(|error| failed("read", database, &error))?;
    match damage {
        None => Ok(()),
        Some(damage) => Err(Failure::new(format!(
            "the database {} is damaged: {damage}",
            database.shown()
        ))
        .hint(
            "restore it from a backup; what can still be read is saved by `sqlite3 FILE .recover`",
        )
        .into()),
    }
}

async fn migrate(db: &Db, database: &Database, migrations: &[Migration]) -> Result<()> {
    let failed = |error| failed("migrate", database, &error);
    let unknown = os_db::unknown(db, migrations).await.map_err(failed)?;
    if !unknown.is_empty() {
        return Err(newer(database, &unknown).into());
    }
    os_db::migrate(db, migrations).await.map_err(|error| failed(error).into())
}

/// Returns the refusal of a database that a newer program has changed.
fn newer(database: &Database, unknown: &[String]) -> Failure {
    let (shown, version) = (database.shown(), env!("CARGO_PKG_VERSION"));
    Failure::new(format!(
        "the database {shown} is newer than os {version}, which does not know its migrations {}",
        unknown.join(", ")
    ))
    .hint("start the version of os that was used last, or restore a backup from before the upgrade; if the database is another server's, choose another one with `--database`")
}

fn failed(what: &str, database: &Database, error: &os_db::Error) -> Failure {
    Failure::new(format!("could not {what} the database {}: {error}", database.shown()))
        .hint("check `--database` (OS_DATABASE_URL) with `os doctor`")
}

/// Returns the public URL of the server, if it is configured.
fn base_url<const PORT: u16>(arguments: &ListenArgs<PORT>) -> Result<Option<String>> {
    let url = arguments.base_url.as_deref().filter(|it| !it.is_empty());
    url.map(|url| Ok(shown(&server_url(url)?))).transpose()
}

/// Returns the other origins that may send our cookies.
fn trusted_origins(origins: &[String]) -> Result<Vec<String>> {
    let origins = origins.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    origins.map(|it| Ok(server_url(it)?.origin().ascii_serialization())).collect()
}

/// Email address and password of the first account, as the operator wishes them.
fn first_account(arguments: &FirstRunArgs) -> (String, Option<String>) {
    let filled = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let email = filled(&arguments.admin_email).unwrap_or_else(|| DEFAULT_ADMIN_EMAIL.to_owned());
    (email, filled(&arguments.admin_password))
}

/// Returns the refusal for a first account that cannot be made.
fn no_first_account(message: &str) -> Failure {
    Failure::new(format!("could not make the first account: {message}"))
        .hint("check OS_ADMIN_EMAIL and OS_ADMIN_PASSWORD")
}

/// Says where the server is, and what else there is to know of it.
fn tell_ready(output: Output, what: &str, url: &str, facts: &[(&str, String)]) {
    output.announce(format!("{what} {} is ready at {url}", env!("CARGO_PKG_VERSION")));
    output.announce("");
    for (name, value) in facts {
        output.announce(format!("  {name:12}  {value}"));
    }
}

/// Says how to sign in on a new server.
fn tell_first_account(output: Output, url: &str, email: &str, generated: Option<&str>) {
    let shown_once = generated.map(|it| format!("{it}   (shown only now)"));
    let password = shown_once.unwrap_or_else(|| "the one in OS_ADMIN_PASSWORD".to_owned());
    output.announce("");
    output.announce(format!("  Open          {url}"));
    output.announce(format!("  Email         {email}"));
    output.announce(format!("  Password      {password}"));
}

fn cannot_listen(address: SocketAddr, error: &Error) -> Failure {
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

/// Those who ask us to stop: Ctrl-C or SIGTERM.
struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Stop {
    /// Listens from now on.
    #[cfg(unix)]
    fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let of = |kind| signal(kind).context("could not listen for signals");
        Ok(Self { signals: [of(SignalKind::interrupt())?, of(SignalKind::terminate())?] })
    }

    #[cfg(not(unix))]
    fn listen() -> Result<Self> {
        Ok(Self {})
    }

    /// Ends when somebody asked since then.
    #[cfg(unix)]
    async fn asked(mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    }

    #[cfg(not(unix))]
    async fn asked(self) {
        drop(tokio::signal::ctrl_c().await);
    }
}

/// Ends when requests took too long after we were asked to stop, or when we
/// were asked a second time.
async fn overdue(stopping: tokio::sync::oneshot::Receiver<()>) {
    if stopping.await.is_err() {
        return std::future::pending().await;
    }
    let Ok(again) = Stop::listen() else { return tokio::time::sleep(SHUTDOWN_TIMEOUT).await };
    tokio::select! { () = tokio::time::sleep(SHUTDOWN_TIMEOUT) => {}, () = again.asked() => {} }
}
