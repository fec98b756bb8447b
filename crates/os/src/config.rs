//! Settings: what flags, the environment and the user's files say together.
//!
//! **Invariant:** a stored token goes only to the server it was stored for.

use crate::cli::{Connection, EnvironmentArg, OutputArgs, RuntimeConnection};
use crate::credentials::Side;
use crate::failure::Failure;
use crate::output::Output;
use anyhow::{Context, Result};
use os_api::client::Client;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Where a server started by `os start` is.
pub const DEFAULT_SERVER: &str = "http://localhost:3000";

/// Values of `OS_CLOUD_URL` that switch the cloud off in a runtime; they name no server.
const OFF: [&str; 4] = ["off", "none", "local", "disabled"];

/// A server, and what is remembered about it.
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

    /// A client that acts for whoever is signed in.
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

    /// The environment a command is about, as it was named.
    pub fn named_environment(&self, argument: &EnvironmentArg) -> Result<String> {
        let named = argument.environment.clone().filter(|it| !it.is_empty());
        named.or_else(|| self.environment.clone()).ok_or_else(|| {
            Failure::usage("no environment was named")
                .hint("name one with `--env`, or choose one with `os environments switch`")
                .into()
        })
    }
}

/// How to print.
pub fn output(arguments: OutputArgs) -> Output {
    Output::new(arguments.is_json(), variable("NO_COLOR").is_some())
}

/// The server a flag or `OS_CLOUD_URL` names.
pub fn named_server(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.is_empty() && !OFF.contains(&it.to_ascii_lowercase().as_str()))
}

/// Reads a server's URL as people type it.
pub fn server_url(text: &str) -> Result<Url> {
    let bad = |why: &str| {
        Failure::usage(format!("`{text}` is not the URL of a server: {why}"))
            .hint(format!("write it like {DEFAULT_SERVER}"))
    };
    let mut url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad("it must start with http:// or https://").into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it must not hold a name or password").into());
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// A server's URL without the slash at its end.
pub fn shown(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether two URLs mean one server; this machine has several names.
pub fn is_same_server(stored: &str, url: &Url) -> bool {
    let place = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        let host = if matches!(&*host, "127.0.0.1" | "[::1]") { "localhost".into() } else { host };
        let path = url.path().trim_end_matches('/').to_owned();
        (url.scheme().to_owned(), host, url.port_or_known_default(), path)
    };
    Url::parse(stored).is_ok_and(|stored| place(&stored) == place(url))
}

/// `~/.objectstack`, where what belongs to a person is kept.
pub fn user_folder() -> Result<PathBuf> {
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let home = home.context("HOME is not set, so there is no place for your sign-in")?;
    Ok(PathBuf::from(home).join(".objectstack"))
}

/// What the clock says while compiling, in seconds: `SOURCE_DATE_EPOCH`, else the year 2000.
pub fn source_date_epoch() -> Result<i64> {
    const YEAR_2000: i64 = 946_684_800;
    let Some(text) = variable("SOURCE_DATE_EPOCH") else { return Ok(YEAR_2000) };
    let seconds = text.parse();
    seconds.map_err(|_| {
        Failure::usage(format!("SOURCE_DATE_EPOCH is `{text}`"))
            .hint("it is a number of seconds since 1970")
            .into()
    })
}

/// An environment variable, unless it is empty.
#[expect(clippy::disallowed_methods, reason = "this is where `os` reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_this_machine_are_one_server() {
        let url = server_url("http://localhost:3000").unwrap();
        for same in ["http://127.0.0.1:3000", "http://[::1]:3000/", "http://localhost:3000/"] {
            assert!(is_same_server(same, &url), "{same}");
        }
        for other in ["http://localhost:4000", "https://localhost:3000", "http://a.test:3000", ""] {
            assert!(!is_same_server(other, &url), "{other}");
        }
    }

    #[test]
    fn a_server_is_an_http_url() {
        assert_eq!(shown(&server_url("https://a.test/os/").unwrap()), "https://a.test/os");
        for bad in ["localhost:3000", "a.test", "ftp://a.test", "http://u:p@a.test", ""] {
            assert!(server_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values_that_switch_the_cloud_off_name_no_server() {
        assert_eq!(named_server(Some("OFF")), None);
        assert_eq!(named_server(Some("")), None);
        assert_eq!(named_server(Some("http://a.test")), Some("http://a.test"));
    }
}
