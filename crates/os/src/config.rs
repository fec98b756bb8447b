//! Settings from flags and environment variables, and addresses of servers.

use crate::cli::OutputArgs;
use crate::failure::Failure;
use crate::output::Output;
use anyhow::{Context, Result};
use std::path::PathBuf;
use url::Url;

/// Where a server started by `os start` is.
pub const DEFAULT_SERVER: &str = "http://localhost:3000";

/// Values of `OS_CLOUD_URL` that switch the cloud off in a runtime; they name no server.
const OFF: [&str; 4] = ["off", "none", "local", "disabled"];

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
