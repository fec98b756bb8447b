//! Settings from flags and environment variables, and addresses of servers.

use crate::cli::OutputArgs;
use crate::failure::Failure;
use crate::output::Output;
use anyhow::{Context, Result};
use std::path::PathBuf;
use url::Url;

/// The address of a server started by `os start`.
pub const DEFAULT_SERVER: &str = "http://localhost:3000";

/// Values of `OS_CLOUD_URL` that disable the control plane of a runtime.
const DISABLED_VALUES: [&str; 4] = ["off", "none", "local", "disabled"];

/// Returns the output for these options.
pub fn output(arguments: OutputArgs) -> Output {
    Output::new(arguments.is_json(), variable("NO_COLOR").is_some())
}

/// Returns the server in a flag or `OS_CLOUD_URL`, unless the value disables it.
pub fn named_server(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.is_empty() && !DISABLED_VALUES.contains(&it.to_ascii_lowercase().as_str()))
}

/// Parses the URL of a server.
pub fn server_url(text: &str) -> Result<Url> {
    let bad = |why: &str| {
        Failure::usage(format!("`{text}` is not a server URL: {why}"))
            .hint(format!("write it like {DEFAULT_SERVER}"))
    };
    let mut url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad("it must start with http:// or https://").into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it must not contain a user name or password").into());
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Formats the URL of a server without a trailing slash.
pub fn shown(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Returns whether two URLs name the same server; `localhost` has several names.
pub fn is_same_server(stored: &str, url: &Url) -> bool {
    let place = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        let host = if matches!(&*host, "127.0.0.1" | "[::1]") { "localhost".into() } else { host };
        let path = url.path().trim_end_matches('/').to_owned();
        (url.scheme().to_owned(), host, url.port_or_known_default(), path)
    };
    Url::parse(stored).is_ok_and(|stored| place(&stored) == place(url))
}

/// Returns `~/.objectstack`, the folder for files of a user.
pub fn user_folder() -> Result<PathBuf> {
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let home = home.context("HOME is not set, so the sign-in cannot be stored")?;
    Ok(PathBuf::from(home).join(".objectstack"))
}

/// Returns the time that a project sees, in seconds: `SOURCE_DATE_EPOCH`, else the year 2000.
pub fn source_date_epoch() -> Result<i64> {
    const YEAR_2000: i64 = 946_684_800;
    const YEAR_9999_END: i64 = 253_402_300_799;
    let Some(text) = variable("SOURCE_DATE_EPOCH") else { return Ok(YEAR_2000) };
    let seconds = text.parse().ok().filter(|it| (0..=YEAR_9999_END).contains(it));
    seconds.ok_or_else(|| {
        Failure::usage(format!("`{text}` is not a valid SOURCE_DATE_EPOCH"))
            .hint(format!("use a number of seconds since 1970, at most {YEAR_9999_END}"))
            .into()
    })
}

/// Returns an environment variable unless it is empty.
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
