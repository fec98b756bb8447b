//! Sessions that were looked up a moment ago.

use crate::actor::UserPrincipal;
use chrono::{DateTime, Utc};
use os_db::{instant, now};
use os_http::secret::hash;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the answer of another server about a session is believed.
const REMOTE_TTL: Duration = Duration::from_secs(5);

/// More sessions than this are forgotten at once: memory is bounded.
const MAX_SESSIONS: usize = 10_000;

/// The sessions of a process by the hash of their token. Clones share it.
///
/// **Invariant:** an expired session is not found here, and one that was signed out
/// through this process neither.
#[derive(Clone)]
pub struct SessionCache {
    local_ttl: Duration,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

struct Known {
    user: UserPrincipal,
    expires_at: Option<DateTime<Utc>>,
    believed_until: Instant,
}

impl SessionCache {
    /// A cache that believes sessions of our own database for `local_ttl`.
    pub fn new(local_ttl: Duration) -> Self {
        Self { local_ttl, known: Arc::default() }
    }

    /// The user of a token, if it was looked up a moment ago.
    pub fn get(&self, token: &str) -> Option<UserPrincipal> {
        let known = self.known();
        if known.is_empty() {
            return None;
        }
        let found = known.get(&hash(token))?;
        let is_live = found.expires_at.is_none_or(|at| at > now());
        (is_live && found.believed_until > instant()).then(|| found.user.clone())
    }

    /// Remembers the user of a token that was just looked up.
    pub fn put(&self, token: &str, user: &UserPrincipal, expires_at: Option<DateTime<Utc>>) {
        let ttl = if user.is_remote() { REMOTE_TTL } else { self.local_ttl };
        if ttl.is_zero() {
            return;
        }
        let believed_until = instant() + ttl;
        let mut known = self.known();
        if known.len() >= MAX_SESSIONS {
            known.clear();
        }
        known.insert(hash(token), Known { user: user.clone(), expires_at, believed_until });
    }

    /// Forgets a token.
    pub fn remove(&self, token: &str) {
        self.known().remove(&hash(token));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
