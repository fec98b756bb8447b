//! The connection to a control plane: who this runtime is to it (contract §3.12).
//!
//! **Invariant:** the runtime token lies in one file, which its owner alone may
//! read, and goes to the control plane that gave it and to no other.

pub mod api;
mod bind;
mod file;
mod state;

pub use bind::with_key;
pub use file::Credential;
pub use state::{Link, State};

use crate::{Code, Config, Error, Result};
use anyhow::Context;
use os_api::client::Client;
use os_api::runtime_connection::BoundRuntime;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use url::Url;

/// How long the control plane may take to answer.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Environments that are none (contract §0.2).
const NO_ENVIRONMENT: [&str; 3] = ["", "env_local", "proj_local"];

/// What the handlers and the reconciler share. Clones share it.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    url: Option<Url>,
    key: Option<String>,
    /// The environment that the operator named.
    environment: Option<String>,
    file: PathBuf,
    credential: RwLock<Credential>,
    state: Mutex<State>,
    changed: Notify,
}

impl Connection {
    /// The connection that was there when the runtime stopped.
    pub fn new(config: &Config) -> Self {
        let url = config.cloud_url.as_deref().and_then(|url| url.parse().ok());
        let file = config.home.join("cloud-connection.json");
        let credential = match &url {
            Some(_) => file::read(&file),
            None => Credential::default(),
        };
        let environment = config.environment_id.clone().filter(|id| is_real(id));
        let state = if url.is_some() { State::unbound() } else { State::off() };
        Self(Arc::new(Inner {
            url,
            key: config.cloud_key.clone(),
            environment,
            file,
            credential: RwLock::new(credential),
            state: Mutex::new(state),
            changed: Notify::new(),
        }))
    }

    /// What was agreed with the control plane.
    pub fn credential(&self) -> Credential {
        self.0.credential.read().expect("no holder of this lock panics").clone()
    }

    /// Keeps a credential, and lets the reconciler know.
    ///
    /// # Errors
    /// `MARKETPLACE_STORAGE_FAILED`.
    pub fn keep(&self, credential: Credential) -> Result<()> {
        file::write(&self.0.file, &credential).map_err(|error| {
            Code::StorageFailed.error(format!(
                "the credential could not be written to {}: {error}",
                self.0.file.display()
            ))
        })?;
        *self.0.credential.write().expect("no holder of this lock panics") = credential;
        self.0.changed.notify_one();
        Ok(())
    }

    /// The token of the control plane that we are configured for.
    fn token(&self) -> Option<String> {
        let Credential { runtime_token, control_plane_url, .. } = self.credential();
        let ours = self.0.url.as_ref().map(Url::as_str);
        let is_theirs = control_plane_url.is_none_or(|url| Some(url.as_str()) == ours);
        Some(runtime_token).filter(|token| !token.is_empty() && is_theirs)
    }

    /// The key of the operator, unless it is the token of a runtime.
    pub fn key(&self) -> Option<String> {
        self.0.key.clone().filter(|key| !key.starts_with("oscc_"))
    }

    /// What to show the control plane: the operator's key first (contract §3.12).
    pub fn bearer(&self) -> Option<String> {
        self.0.key.clone().or_else(|| self.token())
    }

    /// What to show it where only the token of a runtime will do.
    pub fn runtime_token(&self) -> Option<String> {
        self.0.key.clone().filter(|key| key.starts_with("oscc_")).or_else(|| self.token())
    }

    /// The environment of this runtime: the one it was bound to, or that was named.
    pub fn environment(&self) -> Option<String> {
        let bound = self.credential().environment_id.filter(|id| is_real(id));
        bound.or_else(|| self.0.environment.clone())
    }

    /// The environment that the operator named.
    pub fn named_environment(&self) -> Option<String> {
        self.0.environment.clone()
    }

    /// A client of the control plane, with this token.
    ///
    /// # Errors
    /// `CLOUD_UNCONFIGURED`.
    pub fn client(&self, token: Option<String>) -> Result<Client> {
        let url = self.0.url.as_ref().ok_or_else(unconfigured)?;
        Ok(Client::new(url, token, Some(TIMEOUT)))
    }

    /// A client that shows what this runtime has.
    ///
    /// # Errors
    /// `CLOUD_UNCONFIGURED` without control plane or credential.
    pub fn bound_client(&self) -> Result<Client> {
        let bearer = self.bearer().ok_or_else(|| {
            Code::CloudUnconfigured.error(
                "this runtime is not bound to a control plane; bind it, or set `OS_CLOUD_API_KEY`",
            )
        })?;
        self.client(Some(bearer))
    }

    /// Whether there is a control plane at all.
    pub fn is_configured(&self) -> bool {
        self.0.url.is_some()
    }

    /// The address of the control plane.
    pub fn url(&self) -> Option<&Url> {
        self.0.url.as_ref()
    }

    /// Waits until the credential is another one.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// How it goes.
    pub fn state(&self) -> State {
        self.0.state.lock().expect("no holder of this lock panics").clone()
    }

    /// Notes how it goes.
    pub fn note(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.state.lock().expect("no holder of this lock panics"));
    }
}

impl crate::Runtime {
    /// What this runtime is known by at a control plane, if it ever was.
    pub fn runtime_id(&self) -> Option<String> {
        self.connection.credential().runtime_id
    }

    /// Whether the control plane beside us may make itself known: nobody ever
    /// bound this runtime, or it was bound to a port of this machine that moved.
    pub fn may_be_bound_beside(&self) -> bool {
        let kept = self.connection.credential();
        let is_here = |url: &Url| {
            url.host_str().is_some_and(|it| matches!(it, "localhost" | "127.0.0.1" | "[::1]"))
        };
        let was = kept.control_plane_url.as_ref().and_then(|url| url.parse().ok());
        let has_moved = !kept.runtime_token.is_empty() && self.connection.token().is_none();
        kept.runtime_id.is_none() || (has_moved && was.as_ref().is_some_and(is_here))
    }

    /// Keeps what the control plane beside us has agreed to.
    ///
    /// # Errors
    /// `MARKETPLACE_STORAGE_FAILED`.
    pub fn bound_beside(&self, bound: BoundRuntime) -> Result<()> {
        let connection = bound.connection;
        self.connection.keep(Credential {
            runtime_token: bound.runtime_token,
            runtime_id: Some(bound.runtime_id.to_string()),
            environment_id: connection.environment_id.map(|id| id.to_string()),
            control_plane_url: self.connection.url().map(Url::to_string),
            organization_id: Some(connection.organization_id.to_string()),
            account_email: connection.account_email,
            bound_at: Some(connection.bound_at.to_rfc3339()),
        })
    }
}

/// Whether an id means an environment of a control plane.
fn is_real(id: &str) -> bool {
    !NO_ENVIRONMENT.contains(&id)
}

fn unconfigured() -> Error {
    Code::CloudUnconfigured.error("this runtime has no control plane; start it with `OS_CLOUD_URL`")
}

/// Asks a server on a thread of its own: the end of the program does not wait
/// for the answer.
///
/// # Errors
/// Only when there can be no thread.
pub async fn aside<T: Send + 'static>(
    ask: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name("control-plane".to_owned())
        .spawn(move || drop(answer.send(ask())))
        .context("a thread for the control plane")?;
    answered.await.context("asking the control plane")
}
