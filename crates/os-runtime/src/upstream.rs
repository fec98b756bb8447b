//! Requests to other servers.
//!
//! **Invariant:** a response is complete and within its limits of time and size, or it
//! is an error. The caller judges the status. Every request says that a runtime sent it
//! ([`FORWARDED_HEADER`]), so that one that comes back is refused, and requests that callers
//! cause are few at a time ([`OutgoingRequests`]).

use crate::{Code, Result};
use anyhow::Context;
use bytes::Bytes;
use os_api::client::FORWARDED_HEADER;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

/// The most requests to other servers of one kind that are under way at a time.
pub const MAX_OUTGOING_REQUESTS: usize = 8;

/// Requests to other servers that wait for a response, at most [`MAX_OUTGOING_REQUESTS`] of them.
/// Clones share the limit.
#[derive(Clone)]
pub struct OutgoingRequests(Arc<Semaphore>);

impl Default for OutgoingRequests {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_OUTGOING_REQUESTS)))
    }
}

impl OutgoingRequests {
    /// Sends a blocking request, which has a time limit of its own. It counts until it has ended,
    /// even if its caller has gone.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when as many as allowed are under way.
    pub async fn send<T: Send + 'static>(
        &self,
        request: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self.0.clone().try_acquire_owned().map_err(|_| {
            Code::Unavailable
                .error(format!(
                    "{MAX_OUTGOING_REQUESTS} requests to the control plane or the catalog are under way; try again in a moment"
                ))
                .with_retry_after(1)
        })?;
        let counted = move || {
            let response = request();
            drop(permit);
            response
        };
        Ok(on_thread(counted).await?)
    }
}

/// Sends a blocking request on a thread of its own: the end of the program does not wait for
/// the response.
///
/// # Errors
/// When no thread can be started.
pub async fn on_thread<T: Send + 'static>(
    request: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("control-plane".to_owned())
        .spawn(move || drop(sender.send(request())))
        .context("a thread for the control plane")?;
    receiver.await.context("asking the control plane")
}

/// A GET request, and the limits of its response.
pub struct Request {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub timeout: Duration,
    pub max_bytes: u64,
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
/// `SERVICE_UNAVAILABLE` when too many are under way; the error of `failed` when the server
/// cannot be reached, is too slow or sends too much.
pub async fn get(
    outgoing: &OutgoingRequests,
    request: Request,
    failed: impl FnOnce(&anyhow::Error) -> crate::Error,
) -> Result<Response> {
    outgoing.send(move || send(&request)).await?.map_err(|error| failed(&error))
}

fn send(request: &Request) -> anyhow::Result<Response> {
    // The time is that of the whole response. A redirect is the caller's to judge: it may lead
    // into a network that only this server reaches.
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(request.timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false);
    let agent: ureq::Agent = config.build().into();
    let mut call = agent.get(&request.url).header(FORWARDED_HEADER, "1");
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    let mut response = call.call()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.body_mut().with_config().limit(request.max_bytes).read_to_vec()?;
    Ok(Response { status, headers, body: body.into() })
}
