//! The connections of a server: how many there are, and how long each may keep it waiting.
//!
//! **Invariant:** a connection that sends no whole head or nothing at all, or that does not take its
//! response, ends by itself, and
//! the server never runs out of file descriptors: further clients wait until one leaves.

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// The pause after the system refused to accept a connection.
const ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(200);

/// The limits of the connections of a server.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// From the first byte of a request, or from the start, to the end of its head.
    pub header_timeout: Duration,
    /// Between the end of a response and the next request, and for a client that takes nothing of a
    /// response.
    pub idle_timeout: Duration,
    pub max_connections: usize,
}

/// Serves until `stop` ends; then lets open requests end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(limits.max_connections));
    let (stopping, is_stopping) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut stop => break,
        };
        let (stream, peer, permit) = accepted;
        let connection =
            Connection { app: app.clone(), peer, limits, stopping: is_stopping.clone() };
        tokio::spawn(async move {
            connection.run(stream).await;
            drop(permit);
        });
    }
    drop((listener, is_stopping));
    let _ = stopping.send(true);
    // Each connection has a receiver.
    stopping.closed().await;
}

/// Waits for a place, and then for a client.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = permits.clone().acquire_owned().await.expect("it is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "could not turn off Nagle's algorithm");
                }
                return (stream, peer, permit);
            }
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_RETRY_INTERVAL).await;
            }
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connection {
    app: Router,
    peer: SocketAddr,
    limits: ConnectionLimits,
    stopping: watch::Receiver<bool>,
}

impl Connection {
    async fn run(mut self, stream: TcpStream) {
        let state = State::new();
        let (app, peer, answering) = (self.app.clone(), self.peer, state.clone());
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let busy = answering.start_request();
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let app = app.clone();
            async move {
                let response = app.oneshot(request).await?;
                Ok::<_, Infallible>(response.map(|inner| Answer { inner, _busy: busy }))
            }
        });
        let io = TokioIo::new(Observed { stream, state: state.clone() });
        let mut serving =
            pin!(http1::Builder::new().header_read_timeout(None).serve_connection(io, service));
        let check = self.limits.header_timeout.min(self.limits.idle_timeout) / 4;
        let mut checks = tokio::time::interval(check.max(Duration::from_millis(10)));
        let mut is_stopping = false;
        loop {
            tokio::select! {
                served = serving.as_mut() => {
                    if let Err(error) = served {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return;
                }
                _ = self.stopping.wait_for(|it| *it), if !is_stopping => {
                    is_stopping = true;
                    serving.as_mut().graceful_shutdown();
                }
                _ = checks.tick() => {
                    if state.is_overdue(&self.limits) {
                        return;
                    }
                }
            }
        }
    }
}

/// The event that a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// For the first byte of another request.
    Idle,
    /// For the rest of a head.
    Head,
    /// For us, or for a body.
    Busy,
}

/// The state of a connection. Clones share it.
#[derive(Debug, Clone)]
struct State(Arc<Mutex<Times>>);

#[derive(Debug, Clone, Copy)]
struct Times {
    phase: Phase,
    /// The start of the phase, or the last bytes that the client took in it.
    since: Instant,
    /// The time since which the client takes nothing of a response.
    stalled: Option<Instant>,
}

impl State {
    /// A client that connects wants something: its first head is due.
    fn new() -> Self {
        let times = Times { phase: Phase::Head, since: Instant::now(), stalled: None };
        Self(Arc::new(Mutex::new(times)))
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(Phase) -> Phase) {
        let mut times = self.times();
        let next = change(times.phase);
        if next != times.phase {
            *times = Times { phase: next, since: Instant::now(), ..*times };
        }
    }

    fn start_request(&self) -> Busy {
        self.change(|_| Phase::Busy);
        Busy(self.clone())
    }

    /// Notes whether the client took bytes.
    fn note_write(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let mut times = self.times();
        if written.is_pending() {
            times.stalled.get_or_insert_with(Instant::now);
        } else {
            *times = Times { since: Instant::now(), stalled: None, ..*times };
        }
        drop(times);
        written
    }

    fn is_overdue(&self, limits: &ConnectionLimits) -> bool {
        let times = *self.times();
        let is_stalled = times.stalled.is_some_and(|since| since.elapsed() >= limits.idle_timeout);
        is_stalled
            || match times.phase {
                Phase::Idle => times.since.elapsed() >= limits.idle_timeout,
                Phase::Head => times.since.elapsed() >= limits.header_timeout,
                Phase::Busy => false,
            }
    }
}

/// A request, until its response was taken.
struct Busy(State);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.change(|_| Phase::Idle);
    }
}

/// The body of a response.
struct Answer {
    inner: Body,
    _busy: Busy,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A stream that notes when a client begins a request, and whether it takes the response.
struct Observed {
    stream: TcpStream,
    state: State,
}

impl AsyncRead for Observed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.state.change(|phase| if phase == Phase::Idle { Phase::Head } else { phase });
        }
        read
    }
}

impl AsyncWrite for Observed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.state.note_write(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.state.note_write(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
