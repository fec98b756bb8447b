//! When keys were last used, to the minute.
//!
//! **Invariant:** a request never waits for this: it is written beside it, at
//! most once a minute for each key.

use crate::{ApiKeyId, Control};
use chrono::{DateTime, Duration, Utc};
use os_db::now;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

const STEP: Duration = Duration::minutes(1);

/// The keys whose use is being written down at the moment.
#[derive(Clone, Default)]
pub struct LastUse(Arc<Mutex<HashSet<ApiKeyId>>>);

impl LastUse {
    /// Notes that a key was used now, unless that is known to the minute.
    pub fn note(&self, control: &Control, key: ApiKeyId, known: Option<DateTime<Utc>>) {
        let is_known = known.is_some_and(|at| now() - at < STEP);
        if is_known || !self.pending(|keys| keys.insert(key)) {
            return;
        }
        let (control, this) = (control.clone(), self.clone());
        tokio::spawn(async move {
            if let Err(error) = write(&control, key).await {
                tracing::debug!(%error, "the last use of an API key was not noted");
            }
            this.pending(|keys| keys.remove(&key));
        });
    }

    fn pending<T>(&self, change: impl FnOnce(&mut HashSet<ApiKeyId>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn write(control: &Control, key: ApiKeyId) -> os_db::Result<()> {
    let mut tx = control.db.write().await?;
    super::sql::note_use(&mut tx, key, now()).await?;
    tx.commit().await
}
