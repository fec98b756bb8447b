//! The HTTP client of a control plane, for the CLI and for runtimes.
//!
//! [`Client`] sends one [`Call`] at a time and blocks. It understands the three
//! forms of a response (docs/wire/envelopes-and-errors.md#envelope): enveloped, bare and error. The
//! operations are its methods, in a file for each noun.
//!
//! **Invariant:** the bearer token goes to the server it was given for and to
//! no other. A redirect is an error that says where it points, never followed.

mod desired;
mod environment;
mod error;
mod generation;
mod installation;
mod invitation;
mod package;
mod runtime;
mod session;

pub use error::{Error, Refusal};
pub use session::{DEVICE_SCOPE, DeviceCode, Poll};

use serde_json::Value;
use std::time::Duration;
pub use ureq::http::Method;
use ureq::http::{Request, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, SendBody};
use url::{Host, Url};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most rows that one response of a list holds.
const MAX_LIST_ROWS: usize = 100;

/// The largest response; a larger one does not come from a control plane.
const MAX_RESPONSE_BYTES: u64 = 64 * 1024 * 1024;

/// The header of every request that a runtime sends to another server. A runtime refuses such a
/// request: it came back to where it was sent from (docs/wire/runtime-connection.md#loops).
pub const FORWARDED_HEADER: &str = "x-objectstack-forwarded";

/// A server, with the credential for it.
pub struct Client {
    agent: Agent,
    base: Url,
    token: Option<String>,
    is_runtime: bool,
}

/// A request before it is sent. Paths are below `/api/v1`.
pub struct Call<'a> {
    method: Method,
    path: &'a [&'a str],
    query: Vec<(&'a str, String)>,
    body: Body,
    origin: bool,
    known: Option<String>,
}

/// A response, whatever its status.
#[derive(Debug)]
pub struct Raw {
    pub url: Url,
    pub status: u16,
    pub etag: Option<String>,
    pub bytes: Vec<u8>,
    location: Option<String>,
}

enum Body {
    None,
    Json(Value),
    Bytes { content_type: &'static str, bytes: Vec<u8> },
}

/// A successful response.
#[derive(Debug)]
pub struct Answer {
    /// The content of the envelope, or the whole body without one.
    pub data: Value,
    /// The reasons why a published version may not be listed yet; a member beside `data`.
    pub violations: Vec<String>,
}

impl Client {
    /// Creates a client of the server at `base`, such as `https://packages.acme.com`. `timeout`
    /// limits a whole request; `None` waits without limit.
    pub fn new(base: &Url, token: Option<String>, timeout: Option<Duration>) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(timeout)
            .user_agent(concat!("os/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
        if is_loopback(base) {
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), base: base.clone(), token, is_runtime: false }
    }

    /// Marks every request as sent by a runtime.
    pub fn of_runtime(mut self) -> Self {
        self.is_runtime = true;
        self
    }

    /// Returns the address of the server.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request and reads its response.
    ///
    /// # Errors
    /// [`Error::Unreachable`] without a response, [`Error::Refused`] for an error of the server,
    /// [`Error::NotOurs`] for a response that is not JSON.
    pub fn call(&self, call: Call<'_>) -> Result<Answer> {
        self.send(call)?.read()
    }

    /// Sends a request.
    ///
    /// # Errors
    /// [`Error::Unreachable`] without a response; any response is a success.
    pub fn send(&self, call: Call<'_>) -> Result<Raw> {
        let url = self.url(&call);
        let unreachable = |cause| Error::Unreachable { url: url.to_string(), cause };

        let mut request = Request::builder().method(call.method).uri(url.as_str());
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if self.is_runtime {
            request = request.header(FORWARDED_HEADER, "1");
        }
        if call.origin {
            request = request.header(header::ORIGIN, self.base.origin().ascii_serialization());
        }
        if let Some(etag) = &call.known {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let (content_type, bytes) = match call.body {
            Body::None => (None, None),
            Body::Json(body) => (Some("application/json"), Some(body.to_string().into_bytes())),
            Body::Bytes { content_type, bytes } => (Some(content_type), Some(bytes)),
        };
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = |body| request.body(body).map_err(|error| unreachable(error.into()));
        let mut response = match bytes {
            Some(bytes) => self.agent.run(request(bytes)?).map_err(unreachable)?,
            None => self
                .agent
                .run(request(Vec::new())?.map(|_| SendBody::none()))
                .map_err(unreachable)?,
        };

        let status = response.status().as_u16();
        let text = |name| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let (location, etag) = (text(header::LOCATION), text(header::ETAG));
        let body = response.body_mut().with_config().limit(MAX_RESPONSE_BYTES);
        let bytes = body.read_to_vec().map_err(unreachable)?;
        Ok(Raw { url, status, etag, bytes, location })
    }

    fn url(&self, call: &Call<'_>) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .expect("the base was checked to be http or https")
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        url
    }

    fn get(&self, path: &[&str]) -> Result<Value> {
        self.value(Call::new(Method::GET, path))
    }

    fn post(&self, path: &[&str], body: Value) -> Result<Value> {
        self.value(Call::new(Method::POST, path).json(body))
    }

    fn patch(&self, path: &[&str], body: Value) -> Result<Value> {
        self.value(Call::new(Method::PATCH, path).json(body))
    }

    /// Returns up to `limit` rows under `name` of a list, from as many pages as needed.
    /// `next_cursor` stays in the result when there are more.
    fn list(&self, call: Call<'_>, name: &str, limit: usize) -> Result<Value> {
        let size = limit.clamp(1, MAX_LIST_ROWS).to_string();
        let page = |cursor: Option<&str>| {
            let mut page = Call::new(Method::GET, call.path);
            page.query = call.query.clone();
            self.value(page.query("limit", Some(&size)).query("cursor", cursor))
        };
        let mut list = page(None)?;
        while let Some(cursor) = list["next_cursor"].as_str().map(str::to_owned)
            && list[name].as_array().is_some_and(|rows| rows.len() < limit)
        {
            let mut next = page(Some(&cursor))?;
            if let (Some(rows), Some(more)) = (list[name].as_array_mut(), next[name].as_array_mut())
            {
                rows.append(more);
            }
            list["next_cursor"] = next["next_cursor"].take();
        }
        Ok(list)
    }

    fn value(&self, call: Call<'_>) -> Result<Value> {
        self.call(call).map(|answer| answer.data)
    }
}

impl<'a> Call<'a> {
    /// Creates a request without query and body.
    pub fn new(method: Method, path: &'a [&'a str]) -> Self {
        Self { method, path, query: Vec::new(), body: Body::None, origin: false, known: None }
    }

    /// Sets `If-None-Match`, if there is an ETag.
    pub fn known(mut self, etag: Option<&str>) -> Self {
        self.known = etag.map(str::to_owned);
        self
    }

    /// Adds a parameter to the query, if there is a value.
    pub fn query(mut self, name: &'a str, value: Option<&str>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Sets a body of bytes.
    pub fn bytes(mut self, content_type: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Body::Bytes { content_type, bytes };
        self
    }

    /// Sets the server itself as the origin, which authentication routes require.
    pub fn with_origin(mut self) -> Self {
        self.origin = true;
        self
    }
}

impl Raw {
    /// Returns the content of a success.
    ///
    /// # Errors
    /// [`Error::Refused`] for an error of the server, [`Error::NotOurs`] for a response that is not
    /// JSON.
    pub fn read(self) -> Result<Answer> {
        error::read(&self.url, self.status, self.location, &self.bytes)
    }

    /// Returns itself, if it is a success.
    ///
    /// # Errors
    /// [`Error::Refused`] for an error of the server, [`Error::NotOurs`] for a response that is not
    /// JSON.
    pub fn expect_success(self) -> Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        match self.read() {
            Err(error) => Err(error),
            Ok(_) => unreachable!("what is no success is read as an error"),
        }
    }
}

/// Returns whether a URL names this machine; such requests bypass proxies.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
