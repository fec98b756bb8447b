use crate::Result;
use crate::config::Config;
use axum::http::request::Parts;
use os_http::PresentedCredential as Presented;

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
        Ok(Presented::of(parts, config.origins())?.map(|presented| match presented {
            Presented::Bearer(secret) if secret.starts_with("osk_") => Self::ApiKey(secret),
            Presented::Bearer(secret) if secret.starts_with("oscc_") => Self::RuntimeToken(secret),
            Presented::Bearer(secret) => Self::Bearer(secret),
            Presented::ApiKey(secret) => Self::ApiKey(secret),
            Presented::Cookie(token) => Self::Cookie(token),
        }))
    }
}
