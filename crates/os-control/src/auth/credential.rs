//! What a request presents, before anybody looks it up.

use crate::config::Config;
use crate::{Code, Result};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use url::Url;

/// The cookie that better-auth clients replay.
pub const SESSION_COOKIE: &str = "better-auth.session_token";

/// A secret, by how it is to be looked up (contract §3.0.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    ApiKey(String),
    RuntimeToken(String),
    /// A session token or the service key.
    Bearer(String),
    /// A session token from a cookie.
    Cookie(String),
}

impl Credential {
    /// The credential of a request. A header wins over the cookie.
    ///
    /// # Errors
    /// `INVALID_ORIGIN` when a cookie comes with a change that another site sent.
    pub fn of(parts: &Parts, config: &Config) -> Result<Option<Self>> {
        if let Some(header) = text(&parts.headers, header::AUTHORIZATION.as_str()) {
            let (scheme, secret) = header.split_once(' ').unwrap_or((header, ""));
            let secret = secret.trim().to_owned();
            if scheme.eq_ignore_ascii_case("bearer") {
                return Ok(Some(match () {
                    () if secret.starts_with("osk_") => Self::ApiKey(secret),
                    () if secret.starts_with("oscc_") => Self::RuntimeToken(secret),
                    () => Self::Bearer(secret),
                }));
            }
            if scheme.eq_ignore_ascii_case("apikey") {
                return Ok(Some(Self::ApiKey(secret)));
            }
        }
        if let Some(key) = text(&parts.headers, "x-api-key") {
            return Ok(Some(Self::ApiKey(key.to_owned())));
        }
        let Some(token) = cookie(&parts.headers, SESSION_COOKIE) else { return Ok(None) };
        if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS)
            && !is_same_site(&parts.headers, config)
        {
            return Err(Code::InvalidOrigin.error(
                "this origin may not send changes with a cookie; open the server under its own address, or add the origin to `OS_TRUSTED_ORIGINS`",
            ));
        }
        Ok(Some(Self::Cookie(token)))
    }
}

/// A change that carries a cookie must come from our own pages (contract §3.0.2).
fn is_same_site(headers: &HeaderMap, config: &Config) -> bool {
    match text(headers, "origin") {
        Some(origin) => is_trusted_origin(origin, headers, config),
        // Old browsers omit Origin on same-origin form posts; all of them that
        // omit it say where they come from, or are not browsers.
        None => match text(headers, "sec-fetch-site") {
            Some(site) => matches!(site, "same-origin" | "none"),
            None => match text(headers, "referer") {
                Some(referer) => is_trusted_origin(referer, headers, config),
                None => false,
            },
        },
    }
}

/// Whether `origin` is ours, loopback names being one, or one that was configured.
pub fn is_trusted_origin(origin: &str, headers: &HeaderMap, config: &Config) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    let own = text(headers, "host").map(|host| format!("http://{host}"));
    let own = own.iter().map(String::as_str).chain(config.base_url.as_deref());
    let same_host = own.filter_map(|it| Url::parse(it).ok()).any(|own| {
        let (here, there) = (site(&own), site(&origin));
        // Behind a proxy that ends TLS the ports are the schemes' defaults.
        here == there || (here.0 == there.0 && own.port().is_none() && origin.port().is_none())
    });
    same_host
        || config
            .trusted_origins
            .iter()
            .filter_map(|it| Url::parse(it).ok())
            .any(|trusted| trusted.origin() == origin.origin())
}

fn site(url: &Url) -> (String, Option<u16>) {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let host = match host.as_str() {
        "127.0.0.1" | "[::1]" | "localhost" => "localhost".to_owned(),
        _ => host,
    };
    (host, url.port_or_known_default())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|it| !it.is_empty())
}

/// The value of a cookie. Other clients append a signature after a dot.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let value = cookies
        .flat_map(|it| it.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name || key.strip_prefix("__Secure-") == Some(name))?
        .1;
    let token = value.split('.').next().unwrap_or(value);
    (!token.is_empty()).then(|| token.to_owned())
}
