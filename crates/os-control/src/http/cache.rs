//! Responses of the catalog, kept in memory.
//!
//! **Invariant:** a page is served only if nothing was committed by this process
//! since before it was read, and if it is younger than a second: another process
//! may share the database.

use crate::Result;
use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use os_db::Tx;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const LIFETIME: Duration = Duration::from_secs(1);
const MAX_CACHED_BYTES: usize = 64 << 20;
const MAX_CACHED_PAGES: usize = 4096;
const MAX_PATH_BYTES: usize = 512;
const LOCKS: usize = 64;

/// A response that is ready to be sent.
#[derive(Debug)]
pub struct Page {
    body: Bytes,
    etag: HeaderValue,
    cache_control: HeaderValue,
}

impl Page {
    /// Makes a response of JSON bytes, with their checksum as its ETag.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the checksum is no header value.
    pub fn new(body: Bytes, checksum: &str, cache_control: &'static str) -> Result<Self> {
        Ok(Self {
            body,
            etag: format!("\"{checksum}\"").try_into().context("an ETag")?,
            cache_control: HeaderValue::from_static(cache_control),
        })
    }

    /// Returns the whole response, or 304 to a client that has it already.
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let is_current = self.etag.to_str().is_ok_and(|etag| is_current(request, etag));
        let body = if is_current { Body::empty() } else { Body::from(self.body.clone()) };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, self.cache_control.clone());
        headers.insert(header::VARY, HeaderValue::from_static("authorization, cookie, x-api-key"));
        if is_current {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        response
    }
}

/// Returns whether a request carries this ETag in `If-None-Match`.
pub fn is_current(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.trim_start_matches("W/") == etag)
}

/// The pages that were requested lately.
pub struct Cache {
    /// Counts the changes that this process has committed.
    epoch: AtomicU64,
    pages: RwLock<Pages>,
    /// Locks, by path: of requests that miss the same page, one reads it.
    turns: [Mutex<()>; LOCKS],
    hasher: RandomState,
}

#[derive(Default)]
struct Pages {
    by_path: HashMap<Box<str>, Kept>,
    bytes: usize,
}

struct Kept {
    page: Arc<Page>,
    epoch: u64,
    since: Instant,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            epoch: AtomicU64::new(0),
            pages: RwLock::default(),
            turns: std::array::from_fn(|_| Mutex::new(())),
            hasher: RandomState::new(),
        }
    }
}

impl Cache {
    /// Commits a change that may show in the catalog, and drops the pages.
    ///
    /// # Errors
    /// Those of the commit.
    pub async fn commit(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.expire();
        Ok(())
    }

    /// Drops all pages that were read before now.
    pub fn expire(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Returns the page of a path, from memory or by reading it.
    ///
    /// # Errors
    /// Those of `read`, which are not kept.
    pub async fn get(
        &self,
        path: &str,
        read: impl AsyncFnOnce() -> Result<Page>,
    ) -> Result<Arc<Page>> {
        if let Some(page) = self.kept(path) {
            return Ok(page);
        }
        let turn = usize::try_from(self.hasher.hash_one(path) % LOCKS as u64).unwrap_or_default();
        let _turn = self.turns[turn].lock().await;
        if let Some(page) = self.kept(path) {
            return Ok(page);
        }
        // Taken before reading: what is committed meanwhile makes the page old.
        let (epoch, since) = (self.epoch.load(Ordering::Acquire), os_db::instant());
        let page = Arc::new(read().await?);
        if path.len() <= MAX_PATH_BYTES && page.body.len() <= MAX_CACHED_BYTES / 8 {
            self.keep(path, Kept { page: page.clone(), epoch, since });
        }
        Ok(page)
    }

    /// Returns the page of a path, if it is in memory and no change was committed since.
    pub fn kept(&self, path: &str) -> Option<Arc<Page>> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let kept = pages.by_path.get(path)?;
        let is_fresh = kept.epoch == self.epoch.load(Ordering::Acquire)
            && os_db::instant() - kept.since < LIFETIME;
        is_fresh.then(|| kept.page.clone())
    }

    fn keep(&self, path: &str, kept: Kept) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        pages.remove(path);
        if pages.bytes + kept.page.body.len() > MAX_CACHED_BYTES
            || pages.by_path.len() >= MAX_CACHED_PAGES
        {
            pages.make_room();
        }
        pages.bytes += kept.page.body.len();
        pages.by_path.insert(path.into(), kept);
    }
}

impl Pages {
    fn remove(&mut self, path: &str) {
        if let Some(kept) = self.by_path.remove(path) {
            self.bytes -= kept.page.body.len();
        }
    }

    /// Drops the older half, so that pages are dropped seldom.
    fn make_room(&mut self) {
        let mut ages: Vec<_> = self.by_path.values().map(|kept| kept.since).collect();
        ages.sort();
        let Some(middle) = ages.get(ages.len() / 2).copied() else { return };
        self.by_path.retain(|_, kept| kept.since > middle);
        self.bytes = self.by_path.values().map(|kept| kept.page.body.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn page(size: usize) -> Page {
        Page::new(vec![b' '; size].into(), "abc", "no-cache").unwrap()
    }

    #[tokio::test]
    async fn concurrent_misses_read_a_page_once_and_a_change_invalidates_it() {
        let (cache, reads) = (Arc::new(Cache::default()), Arc::new(AtomicUsize::new(0)));
        for expected in 1..=3 {
            let asking: Vec<_> = (0..20)
                .map(|_| {
                    let (cache, reads) = (cache.clone(), reads.clone());
                    tokio::spawn(async move {
                        let read = async || {
                            tokio::task::yield_now().await;
                            reads.fetch_add(1, Ordering::SeqCst);
                            Ok(page(10))
                        };
                        cache.get("/a", read).await.unwrap();
                    })
                })
                .collect();
            for asked in asking {
                asked.await.unwrap();
            }
            assert_eq!(reads.load(Ordering::SeqCst), expected);
            cache.expire();
        }
    }

    #[tokio::test]
    async fn a_commit_during_a_read_invalidates_the_page() {
        let cache = Cache::default();
        let read = async || {
            cache.expire();
            Ok(page(1))
        };
        cache.get("/a", read).await.unwrap();
        assert!(cache.kept("/a").is_none());
    }

    #[tokio::test]
    async fn it_stays_within_its_bounds() {
        let cache = Cache::default();
        for number in 0..100 {
            cache.get(&format!("/{number}"), async || Ok(page(1 << 20))).await.unwrap();
        }
        let pages = cache.pages.read().unwrap();
        assert!(pages.bytes <= MAX_CACHED_BYTES && pages.bytes == pages.by_path.len() << 20);
        assert!(pages.by_path.contains_key("/99"));
    }

    #[test]
    fn an_etag_is_found_in_a_list_and_behind_a_weak_mark() {
        for (given, current) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, given.parse().unwrap());
            assert_eq!(is_current(&headers, "\"a\""), current, "{given}");
        }
    }
}
