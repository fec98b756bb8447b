//! The connection to a control plane: who this runtime is to it
//! (docs/wire/runtime-connection.md#routes-of-the-runtime).
//!
//! **Invariant:** the runtime token lies in one file, which its owner alone may
//! read, and goes to the control plane that gave it and to no other.

mod bind;
mod file;
pub mod http;
mod state;

pub use bind::bind_with_key;
pub use file::Credential;
pub use state::unbound_state;

use crate::upstream::OutgoingRequests;
use crate::{Code, Config, Error, Result};
use os_api::client::Client;
use os_api::runtime::connection::ConnectionState;
use os_api::runtime_connection::BoundRuntime;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use url::Url;

/// The longest response time of the control plane.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Ids that mean no environment of a control plane (docs/wire/README.md#ids).
const NO_ENVIRONMENT: [&str; 3] = ["", "env_local", "proj_local"];

/// The connection that handlers and the reconciler share. Clones share it.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    url: Option<Url>,
    key: Option<String>,
    /// The environment that the operator named.
    environment: Option<String>,
    file: PathBuf,
    credential: RwLock<Credential>,
    state: Mutex<ConnectionState>,
    changed: Notify,
    outgoing: OutgoingRequests,
}

impl Connection {
    /// Reads the connection that the runtime had when it stopped.
    pub fn new(config: &Config) -> Self {
        let url = config.cloud_url.as_deref().and_then(|url| url.parse().ok());
        let file = config.home.join("cloud-connection.json");
        let credential = match &url {
            Some(_) => file::read(&file),
            None => Credential::default(),
        };
        let environment = config.environment_id.clone().filter(|id| is_real(id));
        let state = if url.is_some() { state::unbound_state() } else { state::off_state() };
        Self(Arc::new(Inner {
            url,
            key: config.cloud_key.clone(),
            environment,
            file,
            credential: RwLock::new(credential),
            state: Mutex::new(state),
            changed: Notify::new(),
            outgoing: OutgoingRequests::default(),
        }))
    }

    /// Returns the credential.
    pub fn credential(&self) -> Credential {
        self.0.credential.read().expect("no holder of this lock panics").clone()
    }

    /// Writes a credential to its file, and wakes the reconciler.
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

    /// Returns the token of the control plane that is configured.
    fn token(&self) -> Option<String> {
        let Credential { runtime_token, control_plane_url, .. } = self.credential();
        let configured = self.0.url.as_ref().map(Url::as_str);
        let is_for_it = control_plane_url.is_none_or(|url| Some(url.as_str()) == configured);
        Some(runtime_token).filter(|token| !token.is_empty() && is_for_it)
    }

    /// Returns the operator's key, unless it is the token of a runtime.
    pub fn key(&self) -> Option<String> {
        self.0.key.clone().filter(|key| !key.starts_with("oscc_"))
    }

    /// Returns what to present to the control plane: the operator's key first
    /// (docs/wire/runtime-connection.md#routes-of-the-runtime).
    pub fn bearer(&self) -> Option<String> {
        self.0.key.clone().or_else(|| self.token())
    }

    /// Returns the token of this runtime, for requests that accept nothing else.
    pub fn runtime_token(&self) -> Option<String> {
        self.0.key.clone().filter(|key| key.starts_with("oscc_")).or_else(|| self.token())
    }

    /// Returns the environment of this runtime: the one it was bound to, or that the operator named.
    pub fn environment(&self) -> Option<String> {
        let bound = self.credential().environment_id.filter(|id| is_real(id));
        bound.or_else(|| self.0.environment.clone())
    }

    /// Returns the environment that the operator named.
    pub fn named_environment(&self) -> Option<String> {
        self.0.environment.clone()
    }

    /// Returns a client of the control plane with this token.
    ///
    /// # Errors
    /// `CLOUD_UNCONFIGURED`.
    pub fn client(&self, token: Option<String>) -> Result<Client> {
        let url = self.0.url.as_ref().ok_or_else(unconfigured)?;
        Ok(Client::new(url, token, Some(REQUEST_TIMEOUT)).of_runtime())
    }

    /// The requests that callers of this runtime cause. Those of the reconciler do not count.
    pub fn outgoing(&self) -> &OutgoingRequests {
        &self.0.outgoing
    }

    /// Returns a client that presents the runtime's credential.
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

    /// Returns whether a control plane is configured.
    pub fn is_configured(&self) -> bool {
        self.0.url.is_some()
    }

    /// Returns the address of the control plane.
    pub fn url(&self) -> Option<&Url> {
        self.0.url.as_ref()
    }

    /// Waits until the credential changes.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Returns the state for health and reports.
    pub fn state(&self) -> ConnectionState {
        self.0.state.lock().expect("no holder of this lock panics").clone()
    }

    /// Changes the state.
    pub fn update_state(&self, change: impl FnOnce(&mut ConnectionState)) {
        change(&mut self.0.state.lock().expect("no holder of this lock panics"));
    }
}

/// The environment and the organization that a runtime is bound to now. Clones follow it.
#[derive(Clone)]
pub struct Binding(Connection);

impl Binding {
    /// Returns the id of the environment, if the runtime is bound to one.
    pub fn environment(&self) -> Option<String> {
        self.0.environment()
    }

    /// Returns the id of the organization, if the runtime is bound.
    pub fn organization(&self) -> Option<String> {
        self.0.credential().organization_id
    }
}

impl crate::Runtime {
    /// Returns what the runtime is bound to.
    pub fn binding(&self) -> Binding {
        Binding(self.connection.clone())
    }

    /// Returns the id of this runtime at a control plane, if it was ever bound.
    pub fn runtime_id(&self) -> Option<String> {
        self.connection.credential().runtime_id
    }

    /// Returns whether the control plane of the same process may bind this runtime: it was never
    /// bound, or it was bound to another port of this machine.
    pub fn can_bind_locally(&self) -> bool {
        let kept = self.connection.credential();
        let is_local = |url: &Url| {
            url.host_str().is_some_and(|it| matches!(it, "localhost" | "127.0.0.1" | "[::1]"))
        };
        let earlier_url = kept.control_plane_url.as_ref().and_then(|url| url.parse().ok());
        let has_moved = !kept.runtime_token.is_empty() && self.connection.token().is_none();
        kept.runtime_id.is_none() || (has_moved && earlier_url.as_ref().is_some_and(is_local))
    }

    /// Keeps the credential from the control plane of the same process.
    ///
    /// # Errors
    /// `MARKETPLACE_STORAGE_FAILED`.
    pub fn bind_locally(&self, bound: BoundRuntime) -> Result<()> {
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

/// Returns whether an id is that of an environment of a control plane.
fn is_real(id: &str) -> bool {
    !NO_ENVIRONMENT.contains(&id)
}

fn unconfigured() -> Error {
    Code::CloudUnconfigured.error("this runtime has no control plane; start it with `OS_CLOUD_URL`")
}
