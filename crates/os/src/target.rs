//! The server a command talks to: from flags, the environment and the stored sign-ins.
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

/// A server, and what is stored about it.
pub struct Target {
    side: Side,
    pub url: Url,
    pub token: Option<String>,
    pub timeout: Option<Duration>,
    /// The environment chosen by `os environments switch`.
    pub environment: Option<String>,
    /// Where we are signed in, if that is another server.
    elsewhere: Option<String>,
}

impl Target {
    /// A control plane: flags first, then the environment, then `cloud.json`, then
    /// `credentials.json`.
    pub fn find(connection: &Connection) -> Result<Self> {
        let Connection { server, token, timeout } = connection;
        Self::on(Side::Cloud, server.as_deref(), token.clone(), *timeout)
    }

    /// A runtime: flags first, then the environment, then `credentials.json`, then
    /// `cloud.json`.
    pub fn runtime(connection: &RuntimeConnection) -> Result<Self> {
        let RuntimeConnection { url, token, timeout } = connection;
        let url = url.clone().filter(|it| !it.is_empty()).or_else(|| variable("OS_CLOUD_URL"));
        Self::on(Side::Runtime, url.as_deref(), token.clone(), *timeout)
    }

    /// The runtime of a command that is else about a control plane, whose key it
    /// never sees.
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

    /// A client with the credential of the signed-in user.
    pub fn client(&self) -> Result<Client> {
        let Some(token) = &self.token else {
            let login = format!("`{} login --url {}`", self.side.command(), shown(&self.url));
            let hint = match (&self.elsewhere, self.side) {
                (Some(other), _) => {
                    format!("you are signed in to {other}; sign in here with {login}")
                }
                (None, Side::Cloud) => format!("sign in with {login}, or set OS_CLOUD_API_KEY"),
                (None, Side::Runtime) => format!("sign in with {login}, or set OS_TOKEN"),
            };
            return Err(Failure::new(format!("you are not signed in to {}", shown(&self.url)))
                .hint(hint)
                .into());
        };
        Ok(Client::new(&self.url, Some(token.clone()), self.timeout))
    }

    /// The environment a command is about, as the user named it.
    pub fn named_environment(&self, argument: &EnvironmentArg) -> Result<String> {
        let named = argument.environment.clone().filter(|it| !it.is_empty());
        named.or_else(|| self.environment.clone()).ok_or_else(|| {
            Failure::usage("no environment was named")
                .hint("name one with `--env`, or choose one with `os environments switch`")
                .into()
        })
    }
}
