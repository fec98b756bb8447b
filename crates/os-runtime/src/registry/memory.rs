//! Packages that were asked for lately.
//!
//! **Invariant:** a record is served from memory only if no later change was
//! answered by this process, and if the database confirmed within the last
//! second that nobody else changed anything.

use super::PackageRecord;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

const LIFETIME: Duration = Duration::from_secs(1);
const MOST_BYTES: usize = 64 << 20;
const MOST_NEWS: usize = 1000;

/// The latest version of every package, newest first.
pub type Listing = Arc<[Arc<PackageRecord>]>;

/// A moment before the database was asked.
#[derive(Clone, Copy)]
pub struct Since(Instant);

impl Since {
    pub fn now() -> Self {
        Self(os_db::instant())
    }
}

#[derive(Default)]
pub struct Memory {
    kept: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    /// What the database counted when it was asked, and when that was.
    state: Option<(i64, Instant)>,
    packages: HashMap<String, Package>,
    listing: Option<Listing>,
    /// What was published since the listing was made, in order.
    news: Vec<News>,
    bytes: usize,
}

/// A version that this process has published.
pub struct News {
    pub record: Arc<PackageRecord>,
    /// Whether there was no such version before, so that it is the latest.
    pub is_new: bool,
}

/// A change that this process has committed.
pub enum Changed<'c> {
    Published(News),
    Deleted(&'c str),
}

#[derive(Default)]
struct Package {
    latest: Option<Arc<PackageRecord>>,
    pinned: HashMap<String, Arc<PackageRecord>>,
}

impl Kept {
    fn forget(&mut self) {
        self.packages.clear();
        self.forget_listing();
        self.bytes = 0;
    }

    fn forget_listing(&mut self) {
        self.listing = None;
        self.news = Vec::new();
    }

    fn apply(&mut self, changed: Changed<'_>) {
        match changed {
            Changed::Published(news) => {
                self.packages.remove(&news.record.id);
                if self.news.len() >= MOST_NEWS {
                    self.forget_listing();
                }
                if self.listing.is_some() {
                    self.make_room(news.record.size());
                    self.news.push(news);
                }
            }
            Changed::Deleted(id) => {
                self.packages.remove(id);
                self.forget_listing();
            }
        }
    }

    fn make_room(&mut self, bytes: usize) {
        if self.bytes + bytes > MOST_BYTES {
            self.forget();
        }
        self.bytes += bytes;
    }

    fn is_confirmed(&self) -> bool {
        self.state.is_some_and(|(_, at)| os_db::instant() - at < LIFETIME)
    }
}

impl Memory {
    /// A record, where it is kept and still true.
    pub fn get(&self, id: &str, version: Option<&str>) -> Option<Arc<PackageRecord>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let package = kept.is_confirmed().then(|| kept.packages.get(id))??;
        match version {
            None => package.latest.clone(),
            Some(version) => package.pinned.get(version).cloned(),
        }
    }

    /// The listing, where it is kept and still true.
    pub fn listing(&self) -> Option<Listing> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let listing = kept.is_confirmed().then(|| kept.listing.clone())??;
        if kept.news.is_empty() {
            return Some(listing);
        }
        drop(kept);
        let mut kept = self.write();
        let kept = &mut *kept;
        let listing = kept.listing.take().filter(|_| kept.is_confirmed())?;
        let listing = with_news(&listing, std::mem::take(&mut kept.news));
        kept.listing = Some(listing.clone());
        Some(listing)
    }

    /// The count of the database, where it needs not be asked again.
    pub fn confirmed(&self) -> Option<i64> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.state.filter(|(_, at)| os_db::instant() - *at < LIFETIME).map(|(changes, _)| changes)
    }

    /// What the database counted after `since`.
    pub fn confirm(&self, changes: i64, Since(at): Since) {
        let mut kept = self.write();
        match kept.state {
            // An older answer that comes late.
            Some((known, _)) if known > changes => return,
            Some((known, _)) if known == changes => {}
            _ => kept.forget(),
        }
        kept.state = Some((changes, at));
    }

    /// This process made these changes; `changes` is what it counted.
    pub fn changed<'c>(
        &self,
        changes: i64,
        Since(at): Since,
        made: impl Iterator<Item = Changed<'c>>,
    ) {
        let mut kept = self.write();
        match kept.state {
            Some((known, _)) if known == changes - 1 => made.for_each(|it| kept.apply(it)),
            _ => kept.forget(),
        }
        kept.state = Some((changes, at));
    }

    /// Keeps a record that was read while the database counted `changes`.
    pub fn keep(&self, changes: i64, version: Option<&str>, record: &Arc<PackageRecord>) {
        let mut kept = self.write();
        if kept.state.is_none_or(|(known, _)| known != changes) {
            return;
        }
        kept.make_room(record.size());
        let package = kept.packages.entry(record.id.clone()).or_default();
        match version {
            None => package.latest = Some(record.clone()),
            Some(version) => drop(package.pinned.insert(version.to_owned(), record.clone())),
        }
    }

    /// Keeps a listing that was read while the database counted `changes`.
    pub fn keep_listing(&self, changes: i64, listing: &Listing) {
        let bytes: usize = listing.iter().map(|record| record.size()).sum();
        let mut kept = self.write();
        if bytes < MOST_BYTES && kept.state.is_some_and(|(known, _)| known == changes) {
            kept.make_room(bytes);
            kept.news = Vec::new();
            kept.listing = Some(listing.clone());
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listing with what was published after it: a new version before all others, a
/// version that was published again in its place.
fn with_news(listing: &Listing, news: Vec<News>) -> Listing {
    let (mut latest, mut again) = (HashMap::new(), HashMap::new());
    let mut first = Vec::new();
    for News { record, is_new } in news {
        if is_new {
            latest.insert(record.id.clone(), record.version.clone());
            first.push(record);
        } else {
            again.insert((record.id.clone(), record.version.clone()), record);
        }
    }
    let is_latest = |record: &Arc<PackageRecord>| latest.get(&record.id) == Some(&record.version);
    let new = first.into_iter().rev().filter(is_latest);
    let old = listing.iter().filter(|record| !latest.contains_key(&record.id)).cloned();
    let current = |record: Arc<PackageRecord>| {
        if again.is_empty() {
            return record;
        }
        let key = (record.id.clone(), record.version.clone());
        again.get(&key).cloned().unwrap_or(record)
    };
    new.chain(old).map(current).collect()
}
