//! Responses of the catalog, kept in memory.
//!
//! **Invariant:** never more than [`MAX_CACHED_RESPONSES`] and [`MAX_CACHED_BYTES`]; the least
//! recently used goes first.

use super::CatalogResponse;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const MAX_CACHED_RESPONSES: usize = 200;
const MAX_CACHED_BYTES: usize = 64 * 1024 * 1024;

/// A response, and when it was last known to be current.
#[derive(Clone)]
pub struct Cached {
    pub response: CatalogResponse,
    pub at: Instant,
    used: u64,
}

impl Cached {
    /// Returns its age in seconds.
    pub fn age(&self) -> u64 {
        (os_db::instant() - self.at).as_secs()
    }

    /// Returns whether it is younger than this.
    pub fn is_fresh(&self, lifetime: Duration) -> bool {
        (os_db::instant() - self.at) < lifetime
    }
}

/// Responses by the address and the languages of the request.
#[derive(Default)]
pub struct Cache {
    responses: HashMap<String, Cached>,
    bytes: usize,
    clock: u64,
}

impl Cache {
    /// Returns a cached response.
    pub fn get(&mut self, key: &str) -> Option<Cached> {
        self.clock += 1;
        let kept = self.responses.get_mut(key)?;
        kept.used = self.clock;
        Some(kept.clone())
    }

    /// Caches a response as current from now on.
    pub fn put(&mut self, key: String, response: CatalogResponse) {
        if response.body.len() > MAX_CACHED_BYTES / 4 {
            return;
        }
        self.clock += 1;
        self.bytes += response.body.len();
        let kept = Cached { response, at: os_db::instant(), used: self.clock };
        if let Some(before) = self.responses.insert(key, kept) {
            self.bytes -= before.response.body.len();
        }
        while self.responses.len() > MAX_CACHED_RESPONSES || self.bytes > MAX_CACHED_BYTES {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.responses.iter().min_by_key(|(_, kept)| kept.used);
        if let Some(key) = oldest.map(|(key, _)| key.clone())
            && let Some(kept) = self.responses.remove(&key)
        {
            self.bytes -= kept.response.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_response_goes_first() {
        let page = |size: usize| CatalogResponse {
            body: vec![b' '; size].into(),
            ..CatalogResponse::default()
        };
        let mut cache = Cache::default();
        for number in 0..MAX_CACHED_RESPONSES {
            cache.put(number.to_string(), page(1));
        }
        assert!(cache.get("0").is_some());
        cache.put("one more".to_owned(), page(1));
        assert!(cache.get("0").is_some() && cache.get("1").is_none());
        for number in 0..9 {
            cache.put(format!("large {number}"), page(MAX_CACHED_BYTES / 5));
        }
        assert!(cache.bytes <= MAX_CACHED_BYTES);
        let sum: usize = cache.responses.values().map(|kept| kept.response.body.len()).sum();
        assert_eq!(cache.bytes, sum);
    }
}
