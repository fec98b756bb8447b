use crate::origin::own_change;
use crate::{Origins, Refused, text};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The cookie that better-auth clients replay.
pub const SESSION_COOKIE: &str = "better-auth.session_token";

/// The secret that a request shows, before anybody looks it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Bearer(String),
    ApiKey(String),
    /// A session token.
    Cookie(String),
}

impl Shown {
    /// What a request shows, if anything. A header wins over the cookie.
    ///
    /// # Errors
    /// [`Refused::ForeignOrigin`] when a cookie comes with a change that another
    /// site sent.
    pub fn of(parts: &Parts, origins: Origins) -> Result<Option<Self>, Refused> {
        let headers = &parts.headers;
        if let Some(shown) = authorization(headers) {
            return Ok(Some(shown));
        }
        if let Some(key) = text(headers, "x-api-key") {
            return Ok(Some(Self::ApiKey(key.to_owned())));
        }
        let Some(token) = cookie(headers) else { return Ok(None) };
        own_change(parts, origins)?;
        Ok(Some(Self::Cookie(token)))
    }

    /// The secret itself, however it was shown.
    pub fn into_secret(self) -> String {
        match self {
            Self::Bearer(secret) | Self::ApiKey(secret) | Self::Cookie(secret) => secret,
        }
    }
}

fn authorization(headers: &HeaderMap) -> Option<Shown> {
    let header = text(headers, header::AUTHORIZATION.as_str())?;
    let (scheme, secret) = header.split_once(' ').unwrap_or((header, ""));
    let secret = secret.trim().to_owned();
    match () {
        () if scheme.eq_ignore_ascii_case("bearer") => Some(Shown::Bearer(secret)),
        () if scheme.eq_ignore_ascii_case("apikey") => Some(Shown::ApiKey(secret)),
        () => None,
    }
}

/// The token in the cookie. Other clients append a signature after a dot.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs =
        cookies.flat_map(|it| it.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let is_ours = |name: &str| name.strip_prefix("__Secure-").unwrap_or(name) == SESSION_COOKIE;
    let value = pairs.find(|(name, _)| is_ours(name))?.1;
    let token = value.split('.').next().unwrap_or(value);
    (!token.is_empty()).then(|| token.to_owned())
}
