//! The sender of a request, as far as the network shows.
//!
//! **Invariant:** a proxy's headers are read only if the operator declared a proxy. A page of another site cannot sign a browser in.

use crate::Result;
use crate::config::Config;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use os_http::{RequestId, own_origin, text};
use std::net::{IpAddr, SocketAddr};

/// The sender of a request to a route that is open to strangers.
#[derive(Debug, Clone)]
pub struct Client {
    /// `None` if the server does not know it, as in tests.
    pub address: Option<IpAddr>,
    pub user_agent: Option<String>,
    /// The URL that the client uses for this server, without a trailing slash.
    pub base_url: String,
    pub request: RequestId,
}

impl Client {
    /// Describes the sender of a request.
    ///
    /// # Errors
    /// `INVALID_ORIGIN` for a change that a page of another site sent.
    pub(crate) fn of(parts: &Parts, config: &Config) -> Result<Self> {
        let headers = &parts.headers;
        if parts.method != Method::GET {
            own_origin(headers, config.origins())?;
        }
        Ok(Self {
            address: address(parts, config),
            user_agent: text(headers, header::USER_AGENT.as_str())
                .map(|agent| agent.chars().take(255).collect()),
            base_url: base_url(headers, config),
            request: RequestId::of(parts),
        })
    }
}

/// The peer, or the last address that a trusted proxy saw: entries before the last are
/// what the client claims.
fn address(parts: &Parts, config: &Config) -> Option<IpAddr> {
    let forwarded = || {
        let entries = parts.headers.get_all("x-forwarded-for").iter().next_back()?;
        entries.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if config.behind_proxy { forwarded().or_else(peer) } else { peer() }
}

fn base_url(headers: &HeaderMap, config: &Config) -> String {
    if let Some(url) = &config.base_url {
        return url.trim_end_matches('/').to_owned();
    }
    let proxy = |name| text(headers, name).filter(|_| config.behind_proxy);
    let scheme = proxy("x-forwarded-proto").filter(|it| *it == "https").unwrap_or("http");
    let host = proxy("x-forwarded-host").or(text(headers, header::HOST.as_str()));
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}
