//! Records that were read lately.
//!
//! **Invariant:** a record is served from memory only if no later change was
//! answered by this process, and if the database confirmed within the last
//! second that nobody else changed anything.

use super::PackageRecord;
use super::record::size;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

/// The time for which the number of changes in the database is trusted.
const CONFIRMATION_TTL: Duration = Duration::from_secs(1);
/// The most memory for records.
const MAX_CACHED_BYTES: usize = 64 << 20;
/// The largest number of records published since the listing was made.
const MAX_NEW_RECORDS: usize = 1000;

/// The latest version of every package, newest first.
pub type Listing = Arc<[Arc<PackageRecord>]>;

/// A point in time before the database was read.
#[derive(Clone, Copy)]
pub struct ReadAt(Instant);

impl ReadAt {
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
    /// The database's number of changes, and when it was read.
    state: Option<(i64, Instant)>,
    packages: HashMap<String, Package>,
    listing: Option<Listing>,
    /// Records that were published since the listing was made, in order.
    news: Vec<NewRecord>,
    bytes: usize,
}

/// A record that this process has published.
pub struct NewRecord {
    pub record: Arc<PackageRecord>,
    /// `true` if the version is new, and so the latest.
    pub is_new: bool,
}

/// A change that this process has committed.
pub enum CommittedChange<'c> {
    Published(NewRecord),
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

    fn apply(&mut self, changed: CommittedChange<'_>) {
        match changed {
            CommittedChange::Published(news) => {
                self.packages.remove(&news.record.id);
                if self.news.len() >= MAX_NEW_RECORDS {
                    self.forget_listing();
                }
                if self.listing.is_some() {
                    self.make_room(size(&news.record));
                    self.news.push(news);
                }
            }
            CommittedChange::Deleted(id) => {
                self.packages.remove(id);
                self.forget_listing();
            }
        }
    }

    fn make_room(&mut self, bytes: usize) {
        if self.bytes + bytes > MAX_CACHED_BYTES {
            self.forget();
        }
        self.bytes += bytes;
    }

    fn is_confirmed(&self) -> bool {
        self.state.is_some_and(|(_, at)| os_db::instant() - at < CONFIRMATION_TTL)
    }
}

impl Memory {
    /// Returns a record that is cached and current.
    pub fn get(&self, id: &str, version: Option<&str>) -> Option<Arc<PackageRecord>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let package = kept.is_confirmed().then(|| kept.packages.get(id))??;
        match version {
            None => package.latest.clone(),
            Some(version) => package.pinned.get(version).cloned(),
        }
    }

    /// Returns the listing, if it is cached and current.
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

    /// Returns the database's number of changes, if it was confirmed lately.
    pub fn confirmed(&self) -> Option<i64> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.state
            .filter(|(_, at)| os_db::instant() - *at < CONFIRMATION_TTL)
            .map(|(changes, _)| changes)
    }

    /// Records the database's number of changes.
    pub fn confirm(&self, changes: i64, ReadAt(at): ReadAt) {
        let mut kept = self.write();
        match kept.state {
            // An older number that arrives late.
            Some((known, _)) if known > changes => return,
            Some((known, _)) if known == changes => {}
            _ => kept.forget(),
        }
        kept.state = Some((changes, at));
    }

    /// Applies changes that this process committed as number `changes`.
    pub fn apply<'c>(
        &self,
        changes: i64,
        ReadAt(at): ReadAt,
        committed: impl Iterator<Item = CommittedChange<'c>>,
    ) {
        let mut kept = self.write();
        match kept.state {
            Some((known, _)) if known == changes - 1 => committed.for_each(|it| kept.apply(it)),
            _ => kept.forget(),
        }
        kept.state = Some((changes, at));
    }

    /// Caches a record that was read at the database's number of changes `changes`.
    pub fn keep(&self, changes: i64, version: Option<&str>, record: &Arc<PackageRecord>) {
        let mut kept = self.write();
        if kept.state.is_none_or(|(known, _)| known != changes) {
            return;
        }
        kept.make_room(size(record));
        let package = kept.packages.entry(record.id.clone()).or_default();
        match version {
            None => package.latest = Some(record.clone()),
            Some(version) => drop(package.pinned.insert(version.to_owned(), record.clone())),
        }
    }

    /// Caches a listing that was read at the database's number of changes `changes`.
    pub fn keep_listing(&self, changes: i64, listing: &Listing) {
        let bytes: usize = listing.iter().map(|record| size(record)).sum();
        let mut kept = self.write();
        if bytes < MAX_CACHED_BYTES && kept.state.is_some_and(|(known, _)| known == changes) {
            kept.make_room(bytes);
            kept.news = Vec::new();
            kept.listing = Some(listing.clone());
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a listing with the records that were published after it: a new version before all
/// others, a version that was published again in its place.
fn with_news(listing: &Listing, news: Vec<NewRecord>) -> Listing {
    let (mut latest, mut again) = (HashMap::new(), HashMap::new());
    let mut first = Vec::new();
    for NewRecord { record, is_new } in news {
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
