//! The server of a command: from flags, environment variables and stored sign-ins.
//!
//! **Invariant:** a stored token goes only to the server it was stored for.

use crate::cli::{Connection, EnvironmentArg, RuntimeConnection};
use crate::config::{DEFAULT_SERVER, is_same_server, named_server, server_url, shown, variable};
use crate::credentials::Side;
use crate::failure::Failure;
use anyhow::Result;
use os_api::client::Client;
use std::time::Duration;
use url::Url;

/// A server and the stored sign-in for it.
pub struct Target {
    side: Side,
    pub url: Url,
    pub token: Option<String>,
    pub timeout: Option<Duration>,
    /// The environment selected with `os environments switch`.
    pub environment: Option<String>,
    /// The server of the stored sign-in, if it is another one.
    elsewhere: Option<String>,
}

impl Target {
    /// Finds the control plane: from flags, then environment variables, then `cloud.json`, then
    /// `credentials.json`.
    pub fn find(connection: &Connection) -> Result<Self> {
        let Connection { server, token, timeout } = connection;
        Self::on(Side::Cloud, server.as_deref(), token.clone(), *timeout)
    }

    /// Finds the runtime: from flags, then environment variables, then `credentials.json`, then
    /// `cloud.json`.
    pub fn runtime(connection: &RuntimeConnection) -> Result<Self> {
        let RuntimeConnection { url, token, timeout } = connection;
        let url = url.clone().filter(|it| !it.is_empty()).or_else(|| variable("OS_CLOUD_URL"));
        Self::on(Side::Runtime, url.as_deref(), token.clone(), *timeout)
    }

    /// Finds the runtime of a command that otherwise uses a control plane; it never gets the
    /// control plane's key.
    pub fn local(runtime: Option<&str>, connection: &Connection) -> Result<Self> {
        let of_cloud = variable("OS_CLOUD_API_KEY");
        let token = connection.token.clone().filter(|it| Some(it) != of_cloud.as_ref());
        let named = runtime.map(str::to_owned).or_else(|| variable("OS_RUNTIME_URL"));
        Self::on(Side::Runtime, named.as_deref(), token, connection.timeout)
    }

    fn on(side: Side, named: Option<&str>, token: Option<String>, timeout: u64) -> Result<Self> {
        let stored = side.stored()?;
        let remembered = stored.first().map(|it| it.url.as_str());
        let url = server_url(named_server(named).or(remembered).unwrap_or(DEFAULT_SERVER))?;

        let here: Vec<_> = stored.iter().filter(|it| is_same_server(&it.url, &url)).collect();
        let token = token.filter(|it| !it.is_empty()).or_else(|| variable("OS_TOKEN"));
        Ok(Self {
            side,
            token: token.or_else(|| here.first().map(|it| it.token.clone())),
            timeout: (timeout > 0).then(|| Duration::from_millis(timeout)),
            environment: here.iter().find_map(|it| it.active_environment_id.clone()),
            elsewhere: if here.is_empty() { remembered.map(str::to_owned) } else { None },
            url,
        })
    }

    /// Returns a client with the stored credential.
    pub fn client(&self) -> Result<Client> {
        let Some(token) = &self.token else {
            let login = format!("`{} login --url {}`", self.side.command(), shown(&self.url));
            let hint = match (&self.elsewhere, self.side) {
                (Some(other), _) => {
                    format!("you are signed in to {other}; sign in to this server with {login}")
                }
                (None, Side::Cloud) => format!("sign in with {login}, or set OS_CLOUD_API_KEY"),
                (None, Side::Runtime) => format!("sign in with {login}, or set OS_TOKEN"),
            };
            return Err(Failure::new(format!("not signed in to {}", shown(&self.url)))
                .hint(hint)
                .into());
        };
        Ok(Client::new(&self.url, Some(token.clone()), self.timeout))
    }

    /// Returns the environment of a command, as the user wrote it.
    pub fn named_environment(&self, argument: &EnvironmentArg) -> Result<String> {
        let named = argument.environment.clone().filter(|it| !it.is_empty());
        named.or_else(|| self.environment.clone()).ok_or_else(|| {
            Failure::usage("no environment given")
                .hint("pass `--env`, or select one with `os environments switch`")
                .into()
        })
    }
}
