//! Browsing the catalog of the control plane through this runtime
//! (docs/wire/catalog.md#browse-proxy), so that a console needs one address only.
//!
//! **Invariant:** nothing of the caller but their languages goes upstream, no
//! credentials at all; only complete JSON comes back. A response that was read before
//! is served when the catalog fails.

mod cache;
pub mod http;
mod snapshot;

use crate::upstream::{self, OutgoingRequests, Request, Response};
use crate::{Code, Config, Error, Result};
use bytes::Bytes;
use cache::{Cache, Cached};
use serde::de::IgnoredAny;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The largest response of the catalog.
const MAX_RESPONSE_BYTES: u64 = 32 * 1024 * 1024;
/// The longest path of the catalog.
const MAX_PATH_BYTES: usize = 1024;
const USER_AGENT: &str = "objectos-marketplace-proxy/1.1.0";
const MINUTE: Duration = Duration::from_secs(60);

/// Headers of the catalog that readers receive.
const PASSED_HEADERS: [&str; 5] =
    ["content-type", "cache-control", "etag", "last-modified", "vary"];

/// A request of a page.
pub struct CatalogRequest {
    /// Below `/api/v1/marketplace/`, as it was sent.
    pub path: String,
    pub query: Option<String>,
    /// The `Accept-Language` header.
    pub language: String,
    pub bypasses_cache: bool,
}

/// A response of the catalog.
#[derive(Debug, Clone, Default)]
pub struct CatalogResponse {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// The source of a response: the header `X-Cache`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `age` is in seconds.
    Hit {
        age: u64,
    },
    Revalidated,
    Miss,
    Bypass,
    /// Cached, because the catalog fails; `age` is in seconds.
    Stale {
        age: u64,
    },
    Snapshot,
    FilteredSnapshot,
}

/// Reads the catalog for others. Clones share the cache.
#[derive(Clone)]
pub struct CatalogProxy {
    config: Arc<Config>,
    cache: Arc<Mutex<Cache>>,
    /// Of its own, because anybody may browse.
    outgoing: OutgoingRequests,
}

impl CatalogResponse {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl CatalogProxy {
    /// Creates a proxy of the configured catalogs, with an empty cache.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, cache: Arc::default(), outgoing: OutgoingRequests::default() }
    }

    /// Returns a page: of the static catalog, of the cache, or of the control plane.
    ///
    /// # Errors
    /// `MARKETPLACE_UNAVAILABLE` without a catalog, `MARKETPLACE_PROXY_FAILED` when it
    /// does not answer as one, `INVALID_REQUEST` for a path outside of the catalog.
    pub async fn get(&self, request: CatalogRequest) -> Result<(CatalogResponse, Source)> {
        check_path(&request)?;
        let cloud = self.config.cloud_url.as_deref();
        if let Some(base) = self.config.catalog_url.as_deref() {
            match snapshot::page(self, base, &request).await {
                Ok(found) => return Ok(found),
                Err(error) if cloud.is_none() => return Err(error),
                Err(_) => {}
            }
        }
        let Some(cloud) = cloud else {
            return Err(Code::MarketplaceUnavailable
                .error("this runtime has no control plane to browse; set `OS_CLOUD_URL`"));
        };
        let mut url =
            format!("{}/api/v1/marketplace/{}", cloud.trim_end_matches('/'), request.path);
        if let Some(query) = &request.query {
            url = format!("{url}?{query}");
        }
        self.live(&request, url).await
    }

    /// Returns a page of the control plane, or of the cache.
    async fn live(
        &self,
        request: &CatalogRequest,
        url: String,
    ) -> Result<(CatalogResponse, Source)> {
        let max_age = self.config.browse_cache;
        if max_age.is_zero() || request.bypasses_cache {
            let response = self.read(url, request, None).await?;
            return Ok((response, Source::Bypass));
        }
        let key = format!("{url}\n{}", request.language);
        let cached = self.cached(&key);
        let is_fresh = |it: &&Cached| it.is_fresh(ttl(&request.path).min(max_age));
        if let Some(cached) = cached.as_ref().filter(is_fresh) {
            return Ok((cached.response.clone(), Source::Hit { age: cached.age() }));
        }
        let etag = cached.as_ref().and_then(|it| it.response.header("etag")).map(str::to_owned);
        match (self.read(url, request, etag).await, cached) {
            (Ok(response), Some(cached)) if response.status == 304 => {
                self.put(key, cached.response.clone());
                Ok((cached.response, Source::Revalidated))
            }
            (Ok(response), _) => {
                if response.status == 200 {
                    self.put(key, response.clone());
                }
                Ok((response, Source::Miss))
            }
            (Err(error), Some(cached)) => {
                let reason = error.message();
                tracing::warn!(
                    path = request.path,
                    reason,
                    "a cached page of the catalog is served"
                );
                let age = cached.age();
                Ok((cached.response, Source::Stale { age }))
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Sends a request to a catalog. Only a response in JSON, with a status about the request, is
    /// accepted.
    async fn read(
        &self,
        url: String,
        request: &CatalogRequest,
        etag: Option<String>,
    ) -> Result<CatalogResponse> {
        let mut headers = vec![
            ("accept", "application/json".to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
            ("accept-language", request.language.clone()),
        ];
        headers.retain(|(_, value)| !value.is_empty());
        headers.extend(etag.map(|etag| ("if-none-match", etag)));
        let request = Request {
            url,
            headers,
            timeout: self.config.browse_timeout,
            max_bytes: MAX_RESPONSE_BYTES,
        };
        let unread = |error: &anyhow::Error| failed(&format!("could not be read: {error}"));
        accepted(upstream::get(&self.outgoing, request, unread).await?)
    }

    fn cached(&self, key: &str) -> Option<Cached> {
        self.cache.lock().expect("no holder of this lock panics").get(key)
    }

    fn put(&self, key: String, response: CatalogResponse) {
        self.cache.lock().expect("no holder of this lock panics").put(key, response);
    }
}

/// Returns how long a page is cached: a day for versions, which never change.
fn ttl(path: &str) -> Duration {
    let depth = path.split('/').filter(|part| !part.is_empty()).count();
    match depth {
        _ if path.contains("/versions/latest") => MINUTE,
        0 | 1 => 30 * MINUTE,
        2 => 120 * MINUTE,
        _ => 24 * 60 * MINUTE,
    }
}

/// Refuses a path that leads out of the catalog.
fn check_path(request: &CatalogRequest) -> Result<()> {
    let path = request.path.to_ascii_lowercase();
    let leads_away = path.split('/').any(|part| matches!(part, "" | "." | ".." | "%2e" | "%2e%2e"))
        || ["%2f", "%5c", "\\", "..", "%00"].iter().any(|it| path.contains(it));
    if leads_away || path.len() > MAX_PATH_BYTES {
        return Err(Code::InvalidRequest
            .error("the path is not one of the catalog, such as /api/v1/marketplace/packages"));
    }
    Ok(())
}

fn accepted(response: Response) -> Result<CatalogResponse> {
    let Response { status, headers, body } = response;
    let header = |name: &'static str| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name, value.to_owned()))
    };
    let page = CatalogResponse {
        status,
        headers: PASSED_HEADERS.into_iter().filter_map(header).collect(),
        body,
    };
    let is_json = page.header("content-type").is_some_and(|it| it.starts_with("application/json"))
        && serde_json::from_slice::<IgnoredAny>(&page.body).is_ok();
    match status {
        304 => Ok(page),
        200 | 400..=499 if is_json => Ok(page),
        200 | 400..=499 => Err(failed(&format!("answered {status} without JSON"))),
        508 => Err(Code::MarketplaceProxyFailed.error(
            "the address of the catalog leads back to a runtime; set `OS_CLOUD_URL` to a control plane",
        )),
        _ => Err(failed(&format!("answered {status}"))),
    }
}

fn failed(what: &str) -> Error {
    Code::MarketplaceProxyFailed
        .error(format!("the catalog {what}; installing from a file works without it"))
}
