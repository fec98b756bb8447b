//! Changes, committed together: those that come while a commit is on its way to
//! the disk share the next one.
//!
//! **Invariant:** a change is answered after it is on disk, and in the order of
//! the queue; a change whose caller has gone before its commit began is not made.

use super::memory::{self, CommittedChange, NewRecord};
use super::publication::Publication;
use super::{PackageRecord, Registry, record, sql};
use crate::{Error, Result};
use anyhow::Context;
use chrono::DateTime;
use os_db::now;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedMutexGuard, oneshot};

/// A change of the registry.
pub enum RegistryChange {
    Publish(Publication),
    Delete { id: String, version: Option<String> },
}

/// Changes that wait for a commit, and the lock of the committing task.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    committing: Arc<tokio::sync::Mutex<()>>,
}

struct Waiting {
    change: RegistryChange,
    outcome: oneshot::Sender<Result<u64>>,
}

/// Commits a change. Returns the number of versions it changed.
///
/// # Errors
/// When the database fails; nothing has changed then.
pub async fn commit_change(registry: &Registry, change: RegistryChange) -> Result<u64> {
    let queue = &registry.shared.queue;
    let (outcome, mut receiver) = oneshot::channel();
    waiting(queue).push(Waiting { change, outcome });
    let guard = queue.committing.clone().lock_owned().await;
    if let Ok(outcome) = receiver.try_recv() {
        return outcome;
    }
    // On a task of its own: others wait for it, even when this caller goes away.
    tokio::spawn(commit(registry.clone(), guard)).await.context("a commit of packages")?;
    receiver.await.context("a commit of packages")?
}

fn waiting(queue: &Queue) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
    queue.waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn commit(registry: Registry, guard: OwnedMutexGuard<()>) {
    let mut batch = std::mem::take(&mut *waiting(&registry.shared.queue));
    batch.retain(|it| !it.outcome.is_closed());
    let committed = write(&registry, &batch).await;
    for (index, Waiting { outcome, .. }) in batch.into_iter().enumerate() {
        let changed = committed.as_ref().map(|changed| changed[index]).map_err(Error::clone);
        // A caller that has gone needs no outcome.
        let _ = outcome.send(changed);
    }
    drop(guard);
}

async fn write(registry: &Registry, batch: &[Waiting]) -> Result<Vec<u64>> {
    let read_at = memory::ReadAt::now();
    let mut tx = registry.db.write().await?;
    let count = batch.len() as i64;
    let (last, changes) = sql::tick(&mut tx, now().timestamp_micros(), count).await?;
    let mut changed = Vec::with_capacity(batch.len());
    let mut committed = Vec::with_capacity(batch.len());
    for (at, Waiting { change, .. }) in (last - count + 1..).zip(batch) {
        changed.push(match change {
            RegistryChange::Publish(publication) => {
                let updated_at = timestamp(at);
                let created_at = sql::publish(&mut tx, publication, &updated_at).await?;
                let is_new = created_at == updated_at;
                let record = record_of(publication, created_at, updated_at)?;
                committed.push(CommittedChange::Published(NewRecord {
                    record: Arc::new(record),
                    is_new,
                }));
                1
            }
            RegistryChange::Delete { id, version } => {
                committed.push(CommittedChange::Deleted(id));
                sql::delete(&mut tx, id, version.as_deref()).await?
            }
        });
    }
    tx.commit().await?;
    registry.shared.memory.apply(changes, read_at, committed.into_iter());
    Ok(changed)
}

/// Returns a timestamp as the table keeps it. All have the same length, so that they sort as
/// strings.
fn timestamp(micros: i64) -> String {
    let at = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    at.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

/// Returns the record of a version that was published.
fn record_of(
    publication: &Publication,
    created_at: String,
    updated_at: String,
) -> Result<PackageRecord> {
    let Publication { id, version, manifest, metadata, hash } = publication.clone();
    record::read(sql::Row { id, version, manifest, metadata, hash, created_at, updated_at })
}
