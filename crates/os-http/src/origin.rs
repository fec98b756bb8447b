//! The site that a request comes from.
//!
//! **Invariant:** a page of another site can neither change anything with the
//! cookie of a browser, nor sign that browser in.

use crate::error::{Code, Error, Result};
use crate::text;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use url::Url;

/// The addresses of our own pages.
#[derive(Debug, Clone, Copy)]
pub struct Origins<'c> {
    /// The configured address of this server. The address in the `Host` header is ours
    /// in any case.
    pub base_url: Option<&'c str>,
    /// Other sites that the operator trusts.
    pub trusted: &'c [String],
}

/// Checks that no page of another site signs a browser in.
///
/// # Errors
/// `INVALID_ORIGIN`.
pub fn own_origin(headers: &HeaderMap, origins: Origins) -> Result<()> {
    match text(headers, "origin") {
        Some(origin) if !is_trusted(origin, headers, origins) => {
            Err(foreign(&format!("the origin `{origin}` is not trusted")))
        }
        _ => Ok(()),
    }
}

/// Checks that no other site sent this change with the cookie of a browser
/// (docs/wire/authentication.md#credentials).
///
/// # Errors
/// `INVALID_ORIGIN`.
pub fn own_change(parts: &Parts, origins: Origins) -> Result<()> {
    let is_read = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_read || is_same_site(parts, origins) {
        return Ok(());
    }
    Err(foreign("this origin may not send changes with a cookie"))
}

fn foreign(problem: &str) -> Error {
    Code::InvalidOrigin.error(format!(
        "{problem}; open the server under its own address, or add the origin to `OS_TRUSTED_ORIGINS`"
    ))
}

/// Returns whether our own site sent the request. Browsers name the site; programs that
/// replay a cookie do not.
fn is_same_site(parts: &Parts, origins: Origins) -> bool {
    let headers = &parts.headers;
    if let Some(origin) = text(headers, "origin") {
        return is_trusted(origin, headers, origins);
    }
    if let Some(site) = text(headers, "sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(headers, "referer") {
        Some(referer) => is_trusted(referer, headers, origins),
        None => needs_preflight(parts),
    }
}

/// Returns whether a browser sends a preflight request before it sends this one for another
/// site: everything but the posts that a form could make. Only trusted sites pass a preflight.
fn needs_preflight(parts: &Parts) -> bool {
    let content_type = text(&parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    parts.method != Method::POST || kind.eq_ignore_ascii_case("application/json")
}

/// Returns whether the address is ours or trusted. All loopback names are the same.
fn is_trusted(address: &str, headers: &HeaderMap, origins: Origins) -> bool {
    let Ok(address) = Url::parse(address) else { return false };
    let parsed = |url: &str| Url::parse(url).ok();
    let host = text(headers, "host").and_then(|host| parsed(&format!("http://{host}")));
    let is_here = host.is_some_and(|here| {
        host_and_port(&here) == host_and_port(&address) || is_behind_tls(&here, &address)
    });
    let base_url = origins.base_url.and_then(parsed);
    is_here
        || base_url.is_some_and(|base_url| host_and_port(&base_url) == host_and_port(&address))
        || origins
            .trusted
            .iter()
            .any(|it| parsed(it).is_some_and(|it| it.origin() == address.origin()))
}

/// Returns whether a proxy that ends TLS can stand between the two: it passes the name on, and
/// each side has the port that its scheme implies.
fn is_behind_tls(here: &Url, address: &Url) -> bool {
    let implied = here.port().is_none() && address.port().is_none();
    implied && address.scheme() == "https" && host_and_port(here).0 == host_and_port(address).0
}

fn host_and_port(url: &Url) -> (String, Option<u16>) {
    let host = match url.host_str().unwrap_or_default() {
        "127.0.0.1" | "[::1]" | "localhost" => "localhost".to_owned(),
        host => host.to_ascii_lowercase(),
    };
    (host, url.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    /// Returns whether a form at `origin` may post to a server that is asked for `host`.
    fn may_change(host: &str, base_url: Option<&str>, origin: &str) -> bool {
        let trusted = ["https://console.acme.com".to_owned()];
        let request = Request::post("/").header("host", host).header("origin", origin);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let origins = Origins { base_url, trusted: &trusted };
        assert_eq!(
            own_origin(&parts.headers, origins).is_ok(),
            own_change(&parts, origins).is_ok(),
            "signing in and changing follow one rule: {host} {origin}"
        );
        own_change(&parts, origins).is_ok()
    }

    #[test]
    fn trusted_pages_have_our_host_the_base_url_or_a_trusted_origin() {
        for (host, origin) in [
            ("localhost:3000", "http://localhost:3000"),
            ("localhost:3000", "http://127.0.0.1:3000"),
            ("[::1]:3000", "http://localhost:3000"),
            ("apps.acme.com", "http://apps.acme.com"),
            ("apps.acme.com", "http://APPS.acme.com:80"),
            // A proxy that ends TLS.
            ("apps.acme.com", "https://apps.acme.com"),
            ("apps.acme.com:443", "https://apps.acme.com"),
            ("apps.acme.com:8443", "https://apps.acme.com:8443"),
            ("internal:3000", "https://console.acme.com"),
        ] {
            assert!(may_change(host, None, origin), "{host} {origin}");
        }
        assert!(may_change(
            "internal:3000",
            Some("https://apps.acme.com"),
            "https://apps.acme.com"
        ));
    }

    #[test]
    fn other_sites_are_refused_also_those_that_look_alike() {
        for (host, origin) in [
            ("apps.acme.com", "https://evil.example"),
            ("apps.acme.com", "https://apps.acme.com.evil.example"),
            ("apps.acme.com", "https://evil.example/apps.acme.com"),
            ("apps.acme.com", "https://apps.acme.com@evil.example"),
            ("apps.acme.com", "https://acme.com"),
            ("apps.acme.com", "https://apps.acme.com:8443"),
            ("apps.acme.com:3000", "https://apps.acme.com"),
            ("apps.acme.com:443", "http://apps.acme.com"),
            ("apps.acme.com", "ftp://apps.acme.com"),
            ("apps.acme.com", "null"),
            ("apps.acme.com", "apps.acme.com"),
            ("localhost:3000", "http://localhost:8080"),
            ("localhost", "http://localhost.evil.example"),
            ("internal:3000", "http://console.acme.com"),
            ("internal:3000", "https://console.acme.com:444"),
        ] {
            assert!(!may_change(host, None, origin), "{host} {origin}");
        }
        // TLS is not taken off again.
        assert!(!may_change(
            "internal:3000",
            Some("https://apps.acme.com"),
            "http://apps.acme.com"
        ));
    }
}
