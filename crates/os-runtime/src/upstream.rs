//! Asking another server over HTTP.
//!
//! **Invariant:** an answer is whole, within its limits of time and size, or it
//! is an error; the status is the caller's to judge.

use anyhow::Context;
use bytes::Bytes;
use std::time::Duration;

/// What is asked, and how long and how much may be answered.
pub struct Question {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub timeout: Duration,
    pub largest: u64,
}

/// What was answered.
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Bytes,
}

/// Asks with GET. Redirects are not followed: a catalog stays where it is.
///
/// # Errors
/// When the server cannot be reached, is too slow or sends too much.
pub async fn get(question: Question) -> anyhow::Result<Reply> {
    tokio::task::spawn_blocking(move || blocking(question)).await.context("asking a server")?
}

fn blocking(question: Question) -> anyhow::Result<Reply> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(question.timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into();
    let mut request = agent.get(&question.url);
    for (name, value) in &question.headers {
        request = request.header(*name, value);
    }
    let mut reply = request.call()?;
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    let body = reply.body_mut().with_config().limit(question.largest).read_to_vec()?;
    Ok(Reply { status, headers, body: body.into() })
}
