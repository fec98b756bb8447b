//! The loop of a runtime that follows its environment: ask, apply, report, wait.

use super::apply::{Artifacts, ReconcileError, apply, fetch};
use super::backoff::Backoff;
use super::plan::plan;
use super::report::observed_state;
use crate::connection::{self, Connection};
use crate::delivery::Delivered;
use crate::install::{ChangeRefused, Installer};
use crate::upstream::on_thread;
use crate::{Error, Result, Runtime};
use os_api::client::{self, Client};
use os_api::desired::{DesiredState, ObservedState};
use os_api::runtime::connection::ConnectionStatus;
use os_db::now;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The longest wait of one request at the control plane for another generation.
const LONG_POLL_TIMEOUT: Duration = Duration::from_secs(30);
/// A response without news that comes sooner than this did not wait.
const MIN_POLL_DURATION: Duration = Duration::from_millis(500);

/// Follows the environment of a control plane for as long as it is polled. Without a control
/// plane it returns at once.
pub async fn reconcile(runtime: Runtime) {
    if !runtime.connection.is_configured() {
        return;
    }
    let (installer, connection) = (runtime.installer(), runtime.connection);
    let mut backoff = Backoff::default();
    let mut may_bind = true;
    loop {
        let bound = bound(&installer, &connection, &mut may_bind, &mut backoff).await;
        let Some(bound) = bound else { continue };
        let reconciler = Reconciler::new(installer.clone(), connection.clone(), bound);
        tokio::select! {
            () = reconciler.run(&mut backoff, &mut may_bind) => {}
            // The runtime was bound to another environment, or unbound.
            () = connection.changed() => {}
        }
    }
}

/// A control plane that knows this runtime, and the environment to follow.
struct BoundEnvironment {
    client: Arc<Client>,
    environment: String,
}

/// Waits until this runtime is bound to an environment; with a key of the operator, binds it.
async fn bound(
    installer: &Installer,
    connection: &Connection,
    may_bind: &mut bool,
    backoff: &mut Backoff,
) -> Option<BoundEnvironment> {
    if let Some(token) = connection.runtime_token() {
        let client = Arc::new(connection.client(Some(token)).ok()?);
        match environment(connection, client.clone()).await {
            Ok(Some(environment)) => {
                connection.update_state(|state| {
                    state.status = ConnectionStatus::Connecting;
                    state.environment_id = Some(environment.clone());
                });
                return Some(BoundEnvironment { client, environment });
            }
            Ok(None) => {}
            Err(error) => {
                pause(connection, ConnectionStatus::Unreachable, &error, backoff).await;
                return None;
            }
        }
    }
    let named = connection.named_environment();
    if let (true, Some(key), Some(_)) = (*may_bind, connection.key(), named) {
        match connection::bind_with_key(connection, &installer.config, key).await {
            Ok(()) => backoff.reset(),
            Err(error) => {
                pause(connection, ConnectionStatus::Unreachable, error.message(), backoff).await;
            }
        }
        return None;
    }
    connection.update_state(|state| *state = connection::unbound_state());
    connection.changed().await;
    None
}

/// Returns the environment of the token. Where only a token was configured, the control plane
/// knows it.
async fn environment(
    connection: &Connection,
    client: Arc<Client>,
) -> Result<Option<String>, String> {
    if let Some(known) = connection.environment() {
        return Ok(Some(known));
    }
    let response = on_thread(move || client.connection_status(None)).await;
    let response = response.map_err(|error| error.to_string())?;
    let status = response.map_err(|error| error.to_string())?;
    Ok(status["connection"]["environment_id"].as_str().map(str::to_owned))
}

/// Records an error in the connection's state, and waits before the next attempt.
async fn pause(
    connection: &Connection,
    status: ConnectionStatus,
    error: &str,
    backoff: &mut Backoff,
) {
    if connection.state().error.as_deref() != Some(error) {
        tracing::warn!(
            ?status,
            error,
            "the control plane cannot be followed; everything keeps running"
        );
    }
    connection.update_state(|state| {
        state.status = status;
        state.error = Some(error.to_owned());
    });
    tokio::select! {
        () = sleep(backoff.next()) => {}
        () = connection.changed() => {}
    }
}

/// Follows one environment.
struct Reconciler {
    installer: Installer,
    connection: Connection,
    bound: BoundEnvironment,
    /// The last desired state, with its ETag.
    desired: Option<(Arc<DesiredState>, Option<String>)>,
    artifacts: Artifacts,
    reported: Option<ObservedState>,
    /// The time of the next attempt at a generation that was refused.
    retry_at: Option<Instant>,
    retries: Backoff,
}

impl Reconciler {
    fn new(installer: Installer, connection: Connection, bound: BoundEnvironment) -> Self {
        Self {
            installer,
            connection,
            bound,
            desired: None,
            artifacts: Artifacts::new(),
            reported: None,
            retry_at: None,
            retries: Backoff::default(),
        }
    }

    /// Reconciles until the control plane does not accept the token any more.
    async fn run(mut self, backoff: &mut Backoff, may_bind: &mut bool) {
        let connection = self.connection.clone();
        loop {
            let (status, error) = match self.round().await {
                Ok(()) => {
                    backoff.reset();
                    *may_bind = false;
                    continue;
                }
                Err(ReconcileError::Upstream(client::Error::Refused(refusal)))
                    if [401, 403, 404].contains(&refusal.status) =>
                {
                    // A key binds again after a start, not after a revocation.
                    if *may_bind && connection.key().is_some() && refusal.status == 401 {
                        *may_bind = connection.keep(without_token(&connection)).is_ok();
                        return;
                    }
                    (ConnectionStatus::Refused, refusal.message.clone())
                }
                Err(ReconcileError::Upstream(error)) => {
                    (ConnectionStatus::Unreachable, error.to_string())
                }
                Err(ReconcileError::Internal(error)) => {
                    (connection.state().status, error.message().to_owned())
                }
            };
            pause(&connection, status, &error, backoff).await;
        }
    }

    /// One round: asks what should run, applies it, and reports.
    async fn round(&mut self) -> Result<(), ReconcileError> {
        if let Some((desired, etag)) = self.ask().await? {
            self.desired = Some((Arc::new(desired), etag));
            (self.retry_at, self.retries) = (None, Backoff::default());
        }
        let Some((desired, _)) = &self.desired else { return Ok(()) };
        let desired = desired.clone();
        let wanted = desired.packages.iter().map(|it| it.package_id.clone());
        self.installer.managed.set(&self.bound.environment, wanted);
        self.connection.update_state(|state| {
            state.status = ConnectionStatus::Connected;
            state.desired_generation = Some(desired.generation);
            state.last_sync = Some(now());
        });
        if self.retry_at.is_some_and(|at| Instant::now() < at) {
            return Ok(());
        }
        let refused = self.converge(&desired).await?;
        self.schedule_retry(&refused);
        self.report(&desired, &refused).await
    }

    /// Returns another desired state, if there is one before the next retry.
    async fn ask(&self) -> Result<Option<(DesiredState, Option<String>)>, ReconcileError> {
        let etag = self.desired.as_ref().and_then(|(_, etag)| etag.clone());
        let until_retry = self.retry_at.map(|at| at.saturating_duration_since(Instant::now()));
        let wait =
            until_retry.map_or(LONG_POLL_TIMEOUT, |until| until.min(LONG_POLL_TIMEOUT)).as_secs();
        // What was not reported yet is reported before the runtime waits.
        let wait = if self.reported.is_none() { 0 } else { wait };
        let (client, environment) = (self.bound.client.clone(), self.bound.environment.clone());
        let asked_at = Instant::now();
        let response =
            on_thread(move || client.desired_state(&environment, etag.as_deref(), wait)).await;
        let news = response.map_err(Error::from)?.map_err(ReconcileError::Upstream)?;
        if news.is_none() && self.reported.is_some() && asked_at.elapsed() < MIN_POLL_DURATION {
            sleep(MIN_POLL_DURATION).await;
        }
        Ok(news)
    }

    /// Applies a generation that does not run yet. Returns the packages that it could not change.
    async fn converge(
        &mut self,
        desired: &Arc<DesiredState>,
    ) -> Result<Vec<ChangeRefused>, ReconcileError> {
        let delivered = self.delivered().await?;
        let kernel = self.installer.live.load();
        let steps = plan(&kernel, &delivered, desired);
        if steps.is_empty() && delivered.generation == Some(desired.generation) {
            return Ok(Vec::new());
        }
        let unavailable = fetch(&self.bound.client, &steps, desired, &mut self.artifacts).await?;
        drop(steps);
        Ok(apply(&self.installer, desired.clone(), &self.artifacts, unavailable).await?)
    }

    /// Schedules the next attempt at the packages that were refused; after success there is none.
    fn schedule_retry(&mut self, refused: &[ChangeRefused]) {
        if refused.is_empty() {
            self.artifacts.clear();
            self.retry_at = None;
            return;
        }
        // In whole seconds, as the control plane waits.
        let pause = self.retries.next().max(Duration::from_secs(1));
        self.retry_at = Some(Instant::now() + pause);
        for ChangeRefused { package, error } in refused {
            let reason = error.message();
            tracing::warn!(package, reason, "this package cannot be brought to what is desired");
        }
    }

    /// Reports what runs, unless the control plane knows it.
    async fn report(
        &mut self,
        desired: &Arc<DesiredState>,
        refused: &[ChangeRefused],
    ) -> Result<(), ReconcileError> {
        let delivered = self.delivered().await?;
        let observed = observed_state(&self.installer.live.load(), &delivered, desired, refused);
        self.connection.update_state(|state| {
            state.generation = delivered.generation;
            state.error.clone_from(&observed.error);
        });
        if self.reported.as_ref() == Some(&observed) {
            return Ok(());
        }
        self.reported = None;
        let (client, environment) = (self.bound.client.clone(), self.bound.environment.clone());
        let report = observed.clone();
        on_thread(move || client.report(&environment, &report))
            .await
            .map_err(Error::from)?
            .map_err(ReconcileError::Upstream)?;
        self.reported = Some(observed);
        Ok(())
    }

    async fn delivered(&self) -> Result<Delivered> {
        let mut tx = self.installer.db.read().await?;
        Delivered::from(&mut tx, &self.bound.environment).await
    }
}

/// Returns the credential without the token that the control plane refuses.
fn without_token(connection: &Connection) -> connection::Credential {
    connection::Credential { runtime_token: String::new(), ..connection.credential() }
}
