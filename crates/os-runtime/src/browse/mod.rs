//! Browsing the catalog of the control plane through this runtime (contract
//! §3.11), so that a console needs one address only.
//!
//! **Invariant:** nothing of the caller but their languages goes upstream, no
//! credentials at all; only whole JSON comes back. A page that was read before
//! is served when the catalog is not well.

pub mod api;
mod cache;
mod snapshot;

use crate::upstream::{self, Question, Reply};
use crate::{Code, Error, Result, Runtime};
use bytes::Bytes;
use cache::{Cache, Kept};
use serde::de::IgnoredAny;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LARGEST: u64 = 32 * 1024 * 1024;
const AGENT: &str = "objectos-marketplace-proxy/1.1.0";
const MINUTE: Duration = Duration::from_secs(60);

/// Headers of the catalog that readers get to see.
const PASSED_ON: [&str; 5] = ["content-type", "cache-control", "etag", "last-modified", "vary"];

/// What somebody wants to see.
pub struct Asked {
    /// Below `/api/v1/marketplace/`, as it was sent.
    pub path: String,
    pub query: Option<String>,
    pub language: String,
    /// Whether what was kept will not do.
    pub is_fresh_wanted: bool,
}

/// A page of the catalog.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// Where a page came from: the header `X-Cache`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Hit {
        age: u64,
    },
    Revalidated,
    Miss,
    Bypass,
    /// Kept from before, because the catalog is not well.
    Stale {
        age: u64,
    },
    Snapshot,
    FilteredSnapshot,
}

/// The pages that were read. Clones share them.
#[derive(Clone, Default)]
pub struct Pages(Arc<Mutex<Cache>>);

impl Pages {
    fn get(&self, key: &str) -> Option<Kept> {
        self.0.lock().expect("no holder of this lock panics").get(key)
    }

    fn put(&self, key: String, page: Page) {
        self.0.lock().expect("no holder of this lock panics").put(key, page);
    }
}

impl Page {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A page: from the static catalog, from what was kept, or from the control plane.
///
/// # Errors
/// `MARKETPLACE_UNAVAILABLE` without a catalog, `MARKETPLACE_PROXY_FAILED` when it
/// does not answer as one, `INVALID_REQUEST` for a path that leads elsewhere.
pub async fn page(runtime: &Runtime, asked: Asked) -> Result<(Page, Source)> {
    let config = &runtime.config;
    checked(&asked)?;
    let cloud = config.cloud_url.as_deref();
    if let Some(base) = config.catalog_url.as_deref() {
        match snapshot::page(base, &asked, config.browse_timeout).await {
            Ok(found) => return Ok(found),
            Err(error) if cloud.is_none() => return Err(error),
            Err(_) => {}
        }
    }
    let Some(cloud) = cloud else {
        return Err(Code::MarketplaceUnavailable
            .error("this runtime has no control plane to browse; set `OS_CLOUD_URL`"));
    };
    let mut url = format!("{}/api/v1/marketplace/{}", cloud.trim_end_matches('/'), asked.path);
    if let Some(query) = &asked.query {
        url = format!("{url}?{query}");
    }
    live(runtime, &asked, url).await
}

/// A page of the control plane, or what was kept of it.
async fn live(runtime: &Runtime, asked: &Asked, url: String) -> Result<(Page, Source)> {
    let (timeout, longest) = (runtime.config.browse_timeout, runtime.config.browse_cache);
    if longest.is_zero() || asked.is_fresh_wanted {
        let page = read(url, asked, None, timeout).await?;
        return Ok((page, Source::Bypass));
    }
    let key = format!("{url}\n{}", asked.language);
    let kept = runtime.pages.get(&key);
    if let Some(kept) =
        kept.as_ref().filter(|kept| kept.is_fresh(lifetime(&asked.path).min(longest)))
    {
        return Ok((kept.page.clone(), Source::Hit { age: kept.age() }));
    }
    let tag = kept.as_ref().and_then(|kept| kept.page.header("etag")).map(str::to_owned);
    match (read(url, asked, tag, timeout).await, kept) {
        (Ok(page), Some(kept)) if page.status == 304 => {
            runtime.pages.put(key, kept.page.clone());
            Ok((kept.page, Source::Revalidated))
        }
        (Ok(page), _) => {
            if page.status == 200 {
                runtime.pages.put(key, page.clone());
            }
            Ok((page, Source::Miss))
        }
        (Err(error), Some(kept)) => {
            let why = error.message();
            tracing::warn!(path = asked.path, why, "an older page of the catalog is served");
            let age = kept.age();
            Ok((kept.page, Source::Stale { age }))
        }
        (Err(error), None) => Err(error),
    }
}

/// How long a page is right: of versions, which never change, for a day.
fn lifetime(path: &str) -> Duration {
    let depth = path.split('/').filter(|part| !part.is_empty()).count();
    match depth {
        _ if path.contains("/versions/latest") => MINUTE,
        0 | 1 => 30 * MINUTE,
        2 => 120 * MINUTE,
        _ => 24 * 60 * MINUTE,
    }
}

/// Refuses a path that would lead out of the catalog.
fn checked(asked: &Asked) -> Result<()> {
    let path = asked.path.to_ascii_lowercase();
    let leads_away = path.split('/').any(|part| matches!(part, "" | "." | ".." | "%2e" | "%2e%2e"))
        || ["%2f", "%5c", "\\", "..", "%00"].iter().any(|it| path.contains(it));
    if leads_away || path.len() > 1024 {
        return Err(Code::InvalidRequest
            .error("the path is none of the catalog, such as /api/v1/marketplace/packages"));
    }
    Ok(())
}

/// Asks upstream. Only an answer that a catalog would give comes back: JSON, with
/// a status that is about the question.
async fn read(url: String, asked: &Asked, tag: Option<String>, timeout: Duration) -> Result<Page> {
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("user-agent", AGENT.to_owned()),
        ("accept-language", asked.language.clone()),
    ];
    headers.retain(|(_, value)| !value.is_empty());
    headers.extend(tag.map(|tag| ("if-none-match", tag)));
    let reply = upstream::get(Question { url, headers, timeout, largest: LARGEST }).await;
    understood(reply.map_err(|error| failed(&format!("could not be read: {error}")))?)
}

fn understood(reply: Reply) -> Result<Page> {
    let Reply { status, headers, body } = reply;
    let header = |name: &'static str| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name, value.to_owned()))
    };
    let page = Page { status, headers: PASSED_ON.into_iter().filter_map(header).collect(), body };
    let is_json = page.header("content-type").is_some_and(|it| it.starts_with("application/json"))
        && serde_json::from_slice::<IgnoredAny>(&page.body).is_ok();
    match status {
        304 => Ok(page),
        200 | 400..=499 if is_json => Ok(page),
        200 | 400..=499 => {
            Err(failed(&format!("answered {status} with something that is not JSON")))
        }
        _ => Err(failed(&format!("answered {status}"))),
    }
}

fn failed(what: &str) -> Error {
    Code::MarketplaceProxyFailed
        .error(format!("the catalog {what}; installing from a file works without it"))
}
