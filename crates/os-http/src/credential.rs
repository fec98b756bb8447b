//! The secret that a request presents.

use crate::error::Result;
use crate::origin::own_change;
use crate::{Origins, text};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The cookie that better-auth clients replay.
pub const SESSION_COOKIE: &str = "better-auth.session_token";

/// The prefix of every API key.
pub const API_KEY_PREFIX: &str = "osk_";

/// The secret that a request presents, not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentedCredential {
    Bearer(String),
    ApiKey(String),
    /// A session token.
    Cookie(String),
}

impl PresentedCredential {
    /// Returns the credential that a request presents. A header wins over the cookie.
    ///
    /// # Errors
    /// `INVALID_ORIGIN` for a change that another site sends with the cookie.
    pub fn of(parts: &Parts, origins: Origins) -> Result<Option<Self>> {
        let headers = &parts.headers;
        if let Some(presented) = authorization(headers) {
            return Ok(Some(presented));
        }
        if let Some(key) = text(headers, "x-api-key") {
            return Ok(Some(Self::ApiKey(key.to_owned())));
        }
        let Some(token) = cookie(headers) else { return Ok(None) };
        own_change(parts, origins)?;
        Ok(Some(Self::Cookie(token)))
    }

    /// Returns the secret itself.
    pub fn secret(&self) -> &str {
        match self {
            Self::Bearer(secret) | Self::ApiKey(secret) | Self::Cookie(secret) => secret,
        }
    }

    /// Returns whether it is an API key, by its header or its prefix.
    pub fn is_api_key(&self) -> bool {
        match self {
            Self::ApiKey(_) => true,
            Self::Bearer(secret) => secret.starts_with(API_KEY_PREFIX),
            Self::Cookie(_) => false,
        }
    }
}

fn authorization(headers: &HeaderMap) -> Option<PresentedCredential> {
    let header = text(headers, header::AUTHORIZATION.as_str())?;
    let (scheme, secret) = header.split_once(' ').unwrap_or((header, ""));
    let secret = secret.trim().to_owned();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(PresentedCredential::Bearer(secret));
    }
    scheme.eq_ignore_ascii_case("apikey").then_some(PresentedCredential::ApiKey(secret))
}

/// Returns the token in the cookie, without the signature that other clients append after
/// a dot.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs =
        cookies.flat_map(|it| it.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let is_ours = |name: &str| name.strip_prefix("__Secure-").unwrap_or(name) == SESSION_COOKIE;
    let value = pairs.find(|(name, _)| is_ours(name))?.1;
    let token = value.split('.').next().unwrap_or(value);
    (!token.is_empty()).then(|| token.to_owned())
}
