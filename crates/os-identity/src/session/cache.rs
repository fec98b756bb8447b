//! A cache of sessions that were looked up recently.

use crate::actor::UserPrincipal;
use crate::ids::UserId;
use chrono::{DateTime, Utc};
use os_db::{instant, now};
use os_http::secret::hash;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time for which the response of another server about a session is cached.
const REMOTE_TTL: Duration = Duration::from_secs(5);

/// The cache is cleared at this size, which bounds its memory.
const MAX_SESSIONS: usize = 10_000;

/// The sessions of a process by the hash of their token. Clones share it.
///
/// **Invariant:** it returns no session that has expired or was signed out through this
/// process.
#[derive(Clone)]
pub struct SessionCache {
    local_ttl: Duration,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

struct Known {
    user: UserPrincipal,
    expires_at: Option<DateTime<Utc>>,
    cached_until: Instant,
}

impl SessionCache {
    /// Makes a cache that keeps sessions of our own database for `local_ttl`.
    pub fn new(local_ttl: Duration) -> Self {
        Self { local_ttl, known: Arc::default() }
    }

    /// Returns the user of a token, if it was looked up recently.
    pub fn get(&self, token: &str) -> Option<UserPrincipal> {
        let known = self.known();
        if known.is_empty() {
            return None;
        }
        let found = known.get(&hash(token))?;
        let is_live = found.expires_at.is_none_or(|at| at > now());
        (is_live && found.cached_until > instant()).then(|| found.user.clone())
    }

    /// Remembers the user of a token that was just looked up.
    pub fn put(&self, token: &str, user: &UserPrincipal, expires_at: Option<DateTime<Utc>>) {
        let ttl = if user.is_remote() { REMOTE_TTL } else { self.local_ttl };
        if ttl.is_zero() {
            return;
        }
        let cached_until = instant() + ttl;
        let mut known = self.known();
        if known.len() >= MAX_SESSIONS {
            known.clear();
        }
        known.insert(hash(token), Known { user: user.clone(), expires_at, cached_until });
    }

    /// Forgets a token.
    pub fn remove(&self, token: &str) {
        self.known().remove(&hash(token));
    }

    /// Forgets all sessions of a user.
    pub fn remove_of(&self, user: UserId) {
        self.known().retain(|_, known| known.user.id() != user);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
