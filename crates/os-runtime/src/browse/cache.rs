//! Pages of the catalog that were read before.
//!
//! **Invariant:** never more than [`MOST_PAGES`] and [`MOST_BYTES`]; whoever was
//! not asked for the longest goes first.

use super::Page;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const MOST_PAGES: usize = 200;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A page, and when it was known to be right.
#[derive(Clone)]
pub struct Kept {
    pub page: Page,
    pub at: Instant,
    used: u64,
}

impl Kept {
    /// How long ago it was right, in seconds.
    pub fn age(&self) -> u64 {
        (os_db::instant() - self.at).as_secs()
    }

    /// Whether nobody has to be asked again.
    pub fn is_fresh(&self, lifetime: Duration) -> bool {
        (os_db::instant() - self.at) < lifetime
    }
}

/// The pages, by what was asked.
#[derive(Default)]
pub struct Cache {
    pages: HashMap<String, Kept>,
    bytes: usize,
    clock: u64,
}

impl Cache {
    /// What was kept of a page.
    pub fn get(&mut self, key: &str) -> Option<Kept> {
        self.clock += 1;
        let kept = self.pages.get_mut(key)?;
        kept.used = self.clock;
        Some(kept.clone())
    }

    /// Keeps a page as right from now on.
    pub fn put(&mut self, key: String, page: Page) {
        if page.body.len() > MOST_BYTES / 4 {
            return;
        }
        self.clock += 1;
        self.bytes += page.body.len();
        let kept = Kept { page, at: os_db::instant(), used: self.clock };
        if let Some(before) = self.pages.insert(key, kept) {
            self.bytes -= before.page.body.len();
        }
        while self.pages.len() > MOST_PAGES || self.bytes > MOST_BYTES {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.pages.iter().min_by_key(|(_, kept)| kept.used);
        if let Some(key) = oldest.map(|(key, _)| key.clone())
            && let Some(kept) = self.pages.remove(&key)
        {
            self.bytes -= kept.page.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unused_page_goes_first() {
        let page = |size: usize| Page { body: vec![b' '; size].into(), ..Page::default() };
        let mut cache = Cache::default();
        for number in 0..MOST_PAGES {
            cache.put(number.to_string(), page(1));
        }
        assert!(cache.get("0").is_some());
        cache.put("one more".to_owned(), page(1));
        assert!(cache.get("0").is_some() && cache.get("1").is_none());
        for number in 0..9 {
            cache.put(format!("large {number}"), page(MOST_BYTES / 5));
        }
        assert!(cache.bytes <= MOST_BYTES);
        let sum: usize = cache.pages.values().map(|kept| kept.page.body.len()).sum();
        assert_eq!(cache.bytes, sum);
    }
}
