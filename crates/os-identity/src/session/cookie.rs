//! The cookie of a session, as better-auth names it.

use super::SESSION_TTL;
use crate::config::Config;
use axum::http::HeaderValue;
use os_http::SESSION_COOKIE;

/// Keeps the token in a browser: for a week, or until it is closed.
pub fn set(config: &Config, token: &str, is_remembered: bool) -> HeaderValue {
    let age = is_remembered.then(|| SESSION_TTL.num_seconds());
    cookie(config, token, age)
}

/// Makes a browser forget the token.
pub fn remove(config: &Config) -> HeaderValue {
    cookie(config, "", Some(0))
}

fn cookie(config: &Config, token: &str, age: Option<i64>) -> HeaderValue {
    // A console of a runtime is another site (docs/wire/installations.md#reads-for-consoles); that
    // needs TLS.
    let site = if config.secure_cookies { "None; Secure" } else { "Lax" };
    let age = age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let text = format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite={site}{age}");
    HeaderValue::try_from(text).expect("tokens are URL-safe characters")
}
