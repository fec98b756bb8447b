//! The last use of keys, to the minute.
//!
//! **Invariant:** a request never waits for this: it is written in the background, at
//! most once a minute for each key.

use crate::ids::ApiKeyId;
use chrono::{DateTime, Duration, Utc};
use os_db::{Db, now};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The precision of the last use.
const LAST_USE_RESOLUTION: Duration = Duration::minutes(1);

/// The keys whose use is being written at the moment. Clones share it.
#[derive(Clone, Default)]
pub struct LastUse(Arc<Mutex<HashSet<ApiKeyId>>>);

impl LastUse {
    /// Notes that a key was used now, unless that is known to the minute.
    pub fn note(&self, db: &Db, key: ApiKeyId, known: Option<DateTime<Utc>>) {
        let is_known = known.is_some_and(|at| now() - at < LAST_USE_RESOLUTION);
        if is_known || !self.pending(|keys| keys.insert(key)) {
            return;
        }
        let (db, this) = (db.clone(), self.clone());
        tokio::spawn(async move {
            if let Err(error) = write(&db, key).await {
                tracing::debug!(%error, "the last use of an API key was not noted");
            }
            this.pending(|keys| keys.remove(&key));
        });
    }

    fn pending<T>(&self, change: impl FnOnce(&mut HashSet<ApiKeyId>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn write(db: &Db, key: ApiKeyId) -> os_db::Result<()> {
    let mut tx = db.write().await?;
    super::sql::note_use(&mut tx, key, now()).await?;
    tx.commit().await
}
