//! The loop that keeps up: ask, apply, report, wait.

use super::Delivered;
use super::apply::{Artifacts, Trouble, apply, fetch};
use super::backoff::Backoff;
use super::observe::observe;
use super::plan::plan;
use crate::connection::{self, Connection, Link, aside};
use crate::install::Refused;
use crate::{Error, Result, Runtime};
use os_api::client::{self, Client};
use os_api::desired::{DesiredState, ObservedState};
use os_db::now;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one question waits at the control plane for something new.
const WAIT: Duration = Duration::from_secs(30);
/// An answer without news that comes sooner than this did not wait.
const TOO_SOON: Duration = Duration::from_millis(500);

/// Keeps up with the control plane for as long as it is polled. Without one, it
/// does nothing.
pub async fn run(runtime: Runtime) {
    if !runtime.connection.is_configured() {
        return;
    }
    let mut backoff = Backoff::default();
    let mut may_bind = true;
    loop {
        let Some(bound) = bound(&runtime, &mut may_bind, &mut backoff).await else { continue };
        let connection = runtime.connection.clone();
        tokio::select! {
            () = Keeping::new(runtime.clone(), bound).keep_up(&mut backoff, &mut may_bind) => {}
            // Bound otherwise, or no more.
            () = connection.changed() => {}
        }
    }
}

/// A control plane that knows us, and the environment we are.
struct Bound {
    client: Arc<Client>,
    environment: String,
}

/// Waits until this runtime is bound to an environment; with a key, binds it.
async fn bound(runtime: &Runtime, may_bind: &mut bool, backoff: &mut Backoff) -> Option<Bound> {
    let connection = &runtime.connection;
    if let Some(token) = connection.runtime_token() {
        let client = Arc::new(connection.client(Some(token)).ok()?);
        match environment(connection, client.clone()).await {
            Ok(Some(environment)) => {
                connection.note(|state| {
                    state.status = Link::Connecting;
                    state.environment_id = Some(environment.clone());
                });
                return Some(Bound { client, environment });
            }
            Ok(None) => {}
            Err(error) => {
                pause(connection, Link::Unreachable, &error, backoff).await;
                return None;
            }
        }
    }
    let named = connection.named_environment();
    if let (true, Some(key), Some(_)) = (*may_bind, connection.key(), named) {
        match connection::with_key(connection, &runtime.config, key).await {
            Ok(()) => backoff.reset(),
            Err(error) => pause(connection, Link::Unreachable, error.message(), backoff).await,
        }
        return None;
    }
    connection.note(|state| *state = connection::State::unbound());
    connection.changed().await;
    None
}

/// The environment of our token; where only a token was configured, the control
/// plane knows it.
async fn environment(
    connection: &Connection,
    client: Arc<Client>,
) -> Result<Option<String>, String> {
    if let Some(known) = connection.environment() {
        return Ok(Some(known));
    }
    let asked = aside(move || client.connection_status(None)).await;
    let status = asked.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    Ok(status["connection"]["environment_id"].as_str().map(str::to_owned))
}

/// Notes what is wrong, and waits before it is tried again.
async fn pause(connection: &Connection, status: Link, error: &str, backoff: &mut Backoff) {
    let is_news = connection.state().error.as_deref() != Some(error);
    if is_news {
        tracing::warn!(
            ?status,
            error,
            "the control plane cannot be followed; everything keeps running"
        );
    }
    connection.note(|state| {
        state.status = status;
        state.error = Some(error.to_owned());
    });
    tokio::select! {
        () = sleep(backoff.next()) => {}
        () = connection.changed() => {}
    }
}

/// One environment, kept up with.
struct Keeping {
    runtime: Runtime,
    bound: Bound,
    known: Option<(Arc<DesiredState>, Option<String>)>,
    artifacts: Artifacts,
    reported: Option<ObservedState>,
    /// When a generation that could not be applied is tried again.
    again: Option<Instant>,
    retries: Backoff,
}

impl Keeping {
    fn new(runtime: Runtime, bound: Bound) -> Self {
        Self {
            runtime,
            bound,
            known: None,
            artifacts: Artifacts::new(),
            reported: None,
            again: None,
            retries: Backoff::default(),
        }
    }

    /// Goes on until the control plane knows us no more.
    async fn keep_up(mut self, backoff: &mut Backoff, may_bind: &mut bool) {
        loop {
            let connection = self.runtime.connection.clone();
            match self.turn().await {
                Ok(()) => {
                    backoff.reset();
                    *may_bind = false;
                }
                Err(Trouble::Upstream(client::Error::Refused(refusal)))
                    if [401, 403, 404].contains(&refusal.status) =>
                {
                    // A key binds again after a start, not after a revocation.
                    if *may_bind && connection.key().is_some() && refusal.status == 401 {
                        *may_bind = connection.keep(renewed(&connection)).is_ok();
                        return;
                    }
                    pause(&connection, Link::Refused, &refusal.message, backoff).await;
                }
                Err(Trouble::Upstream(error)) => {
                    pause(&connection, Link::Unreachable, &error.to_string(), backoff).await;
                }
                Err(Trouble::Ours(error)) => {
                    let status = connection.state().status;
                    pause(&connection, status, error.message(), backoff).await;
                }
                Err(Trouble::Refused(refused)) => {
                    let status = connection.state().status;
                    pause(&connection, status, refused.error.message(), backoff).await;
                }
            }
        }
    }

    /// Asks what should run, makes it so, and reports.
    async fn turn(&mut self) -> Result<(), Trouble> {
        if let Some(news) = self.ask().await? {
            self.known = Some((Arc::new(news.0), news.1));
            (self.again, self.retries) = (None, Backoff::default());
        }
        let Some((state, _)) = &self.known else { return Ok(()) };
        let state = state.clone();
        self.runtime.connection.note(|it| {
            it.status = Link::Connected;
            it.desired_generation = Some(state.generation);
            it.last_sync = Some(now());
        });
        if self.again.is_some_and(|at| Instant::now() < at) {
            return Ok(());
        }
        let refused = match self.converge(&state).await {
            Ok(()) => None,
            Err(Trouble::Refused(refused)) => Some(refused),
            Err(trouble) => return Err(trouble),
        };
        self.settle(refused.as_ref());
        self.report(&state, refused.as_ref()).await
    }

    /// The news, where there are any before it is time to try again.
    async fn ask(&self) -> Result<Option<(DesiredState, Option<String>)>, Trouble> {
        let etag = self.known.as_ref().and_then(|(_, etag)| etag.clone());
        let until_again = self.again.map(|at| at.saturating_duration_since(Instant::now()));
        let wait = until_again.map_or(WAIT, |until| until.min(WAIT)).as_secs();
        // What was not reported yet is, before we wait.
        let wait = if self.reported.is_none() { 0 } else { wait };
        let (client, environment) = (self.bound.client.clone(), self.bound.environment.clone());
        let asked = Instant::now();
        let known = etag.clone();
        let answer =
            aside(move || client.desired_state(&environment, known.as_deref(), wait)).await;
        let news = answer.map_err(Error::from)?.map_err(Trouble::Upstream)?;
        if news.is_none() && self.reported.is_some() && asked.elapsed() < TOO_SOON {
            sleep(TOO_SOON).await;
        }
        Ok(news)
    }

    /// Makes a generation run, where it does not.
    async fn converge(&mut self, state: &Arc<DesiredState>) -> Result<(), Trouble> {
        let delivered = self.delivered().await?;
        let kernel = self.runtime.kernel();
        let steps = plan(&kernel, &delivered, state);
        if steps.is_empty() && delivered.generation == Some(state.generation) {
            return Ok(());
        }
        fetch(&self.bound.client, &steps, state, &mut self.artifacts).await?;
        drop(steps);
        apply(&self.runtime, state.clone(), &self.artifacts).await
    }

    /// Notes whether the generation runs, or when it is tried again.
    fn settle(&mut self, refused: Option<&Refused>) {
        match refused {
            None => {
                self.artifacts.clear();
                self.again = None;
            }
            Some(refused) => {
                // In whole seconds, as the control plane waits.
                let pause = self.retries.next().max(Duration::from_secs(1));
                self.again = Some(Instant::now() + pause);
                let reason = refused.error.message();
                tracing::warn!(reason, "what the control plane desires cannot be applied");
            }
        }
    }

    /// Tells the control plane what runs, unless it was told.
    async fn report(
        &mut self,
        state: &Arc<DesiredState>,
        refused: Option<&Refused>,
    ) -> Result<(), Trouble> {
        let delivered = self.delivered().await?;
        let observed = observe(&self.runtime.kernel(), &delivered, state, refused);
        self.runtime.connection.note(|it| {
            it.generation = delivered.generation;
            it.error.clone_from(&observed.error);
        });
        if self.reported.as_ref() == Some(&observed) {
            return Ok(());
        }
        self.reported = None;
        let (client, environment) = (self.bound.client.clone(), self.bound.environment.clone());
        let told = observed.clone();
        aside(move || client.report(&environment, &told))
            .await
            .map_err(Error::from)?
            .map_err(Trouble::Upstream)?;
        self.reported = Some(observed);
        Ok(())
    }

    async fn delivered(&self) -> Result<Delivered> {
        let mut tx = self.runtime.db.read().await?;
        Delivered::of(&mut tx, &self.bound.environment).await
    }
}

/// The credential without the token that is refused.
fn renewed(connection: &Connection) -> connection::Credential {
    connection::Credential { runtime_token: String::new(), ..connection.credential() }
}
