//! What a request presents, before anybody looks it up.

use crate::config::Config;
use crate::{Code, Result};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

/// The cookie that better-auth clients replay.
const SESSION_COOKIE: &str = "better-auth.session_token";

/// The token of a request: its header, or else its cookie.
///
/// # Errors
/// `INVALID_ORIGIN` when a cookie comes with a change that another site sent.
pub fn token(parts: &Parts, config: &Config) -> Result<Option<String>> {
    if let Some(header) = text(&parts.headers, header::AUTHORIZATION.as_str())
        && let Some((scheme, secret)) = header.split_once(' ')
        && ["bearer", "apikey"].iter().any(|it| scheme.eq_ignore_ascii_case(it))
    {
        return Ok(Some(secret.trim().to_owned()));
    }
    if let Some(key) = text(&parts.headers, "x-api-key") {
        return Ok(Some(key.to_owned()));
    }
    let Some(token) = cookie(&parts.headers) else { return Ok(None) };
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_same_site(parts, config) {
        return Err(Code::InvalidOrigin.error(
            "this origin may not send changes with a cookie; open the runtime under its own address, or add the origin to `OS_TRUSTED_ORIGINS`",
        ));
    }
    Ok(Some(token))
}

/// Refuses a page of another site that would sign a browser in.
///
/// # Errors
/// `INVALID_ORIGIN`.
pub fn own_origin(parts: &Parts, config: &Config) -> Result<()> {
    match text(&parts.headers, "origin") {
        Some(origin) if !is_trusted(origin, &parts.headers, config) => {
            Err(Code::InvalidOrigin.error(format!("the origin `{origin}` is not trusted; open the runtime under its own address, or add the origin to `OS_TRUSTED_ORIGINS`")))
        }
        _ => Ok(()),
    }
}

/// Keeps the token in a browser for this many seconds; 0 makes it forget.
pub fn set_cookie(config: &Config, token: &str, seconds: i64) -> HeaderValue {
    let secure = if config.secure_cookies { "; Secure" } else { "" };
    let text = format!(
        "{SESSION_COOKIE}={token}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
    );
    HeaderValue::try_from(text).expect("tokens are URL-safe characters")
}

/// A change that carries a cookie must come from our own pages (contract §3.0.2),
/// or from a program, which does not say where it comes from.
fn is_same_site(parts: &Parts, config: &Config) -> bool {
    let headers = &parts.headers;
    let said = text(headers, "origin").or_else(|| text(headers, "referer"));
    match (said, text(headers, "sec-fetch-site")) {
        (Some(origin), _) => is_trusted(origin, headers, config),
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => needs_leave(parts),
    }
}

/// Whether a browser asks for leave before it sends this for another site, which
/// we never give: all but the posts that a form could make.
fn needs_leave(parts: &Parts) -> bool {
    let content_type = text(&parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    parts.method != Method::POST || kind.eq_ignore_ascii_case("application/json")
}

/// Whether `origin` is ours, loopback names being one, or one that was configured.
fn is_trusted(origin: &str, headers: &HeaderMap, config: &Config) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    let own = text(headers, "host").map(|host| format!("http://{host}"));
    let own = own.iter().map(String::as_str).chain(config.base_url.as_deref());
    let is_ours = own.filter_map(|it| Url::parse(it).ok()).any(|own| site(&own) == site(&origin));
    let mut trusted = config.trusted_origins.iter().filter_map(|it| Url::parse(it).ok());
    is_ours || trusted.any(|trusted| trusted.origin() == origin.origin())
}

fn site(url: &Url) -> (String, Option<u16>) {
    let host = match url.host_str().unwrap_or_default() {
        "127.0.0.1" | "[::1]" | "localhost" => "localhost".to_owned(),
        host => host.to_ascii_lowercase(),
    };
    (host, url.port_or_known_default())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|it| !it.is_empty())
}

/// The token in the cookie. Other clients append a signature after a dot.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs =
        cookies.flat_map(|it| it.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(key, _)| key.trim_start_matches("__Secure-") == SESSION_COOKIE)?.1;
    let token = value.split('.').next().unwrap_or(value);
    (!token.is_empty()).then(|| token.to_owned())
}
