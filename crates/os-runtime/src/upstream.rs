//! Requests to other servers.
//!
//! **Invariant:** a response is complete and within its limits of time and size, or it
//! is an error. The caller judges the status.

use anyhow::Context;
use bytes::Bytes;
use std::time::Duration;

/// A GET request, and the limits of its response.
pub struct Request {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub timeout: Duration,
    pub max_bytes: u64,
    pub follows_redirects: bool,
}

/// A response.
pub struct Response {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Bytes,
}

/// Sends a GET request.
///
/// # Errors
/// When the server cannot be reached, is too slow or sends too much.
pub async fn get(request: Request) -> anyhow::Result<Response> {
    tokio::task::spawn_blocking(move || send(&request)).await.context("sending a request")?
}

fn send(request: &Request) -> anyhow::Result<Response> {
    let mut config = ureq::Agent::config_builder()
        .timeout_global(Some(request.timeout))
        .http_status_as_error(false);
    if !request.follows_redirects {
        config = config.max_redirects(0).max_redirects_will_error(false);
    }
    let agent: ureq::Agent = config.build().into();
    let mut call = agent.get(&request.url);
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    let mut response = call.call()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.body_mut().with_config().limit(request.max_bytes).read_to_vec()?;
    Ok(Response { status, headers, body: body.into() })
}
