//! Where a request comes from, as far as the network tells.
//!
//! **Invariant:** what a proxy says is believed only where the operator said
//! that there is one. A page of another site cannot sign a browser in.

use crate::auth::RequestId;
use crate::config::Config;
use crate::{Control, Error, Result};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use os_http::{own_origin, text};
use std::net::{IpAddr, SocketAddr};

/// Whoever sends a request to a route that is open to strangers.
#[derive(Debug, Clone)]
pub struct Client {
    /// `None` where the server was not told, as in tests.
    pub address: Option<IpAddr>,
    pub user_agent: Option<String>,
    /// How the client reaches us, without a trailing slash.
    pub base_url: String,
    pub request: RequestId,
}

impl FromRequestParts<Control> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let (headers, config) = (&parts.headers, &*control.config);
        if parts.method != Method::GET {
            own_origin(headers, config.origins())?;
        }
        Ok(Self {
            address: address(parts, config),
            user_agent: text(headers, header::USER_AGENT.as_str())
                .map(|agent| agent.chars().take(255).collect()),
            base_url: base_url(headers, config),
            request: parts.extensions.get::<RequestId>().cloned().unwrap_or_default(),
        })
    }
}

/// The peer, or what the proxy in front of us saw: the last entry, since all
/// before it is what the client claims.
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
