//! Changes, committed together: whoever comes while a commit is on its way to
//! the disk shares the next one.
//!
//! **Invariant:** a change is answered after it is on disk, and in the order of
//! the queue; what a caller gave up before its turn is not made.

use super::memory::{self, Changed, News};
use super::{PackageRecord, Registry, sql};
use crate::{Code, Error, Result};
use anyhow::Context;
use chrono::DateTime;
use os_db::now;
use os_package::{Checksum, stringify};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedMutexGuard, oneshot};

/// The longest id and the longest version, in bytes.
const LONGEST_NAME: usize = 255;

/// A version that is to be published, checked and hashed.
#[derive(Debug, Clone)]
pub struct Publication {
    pub id: String,
    pub version: String,
    pub manifest: String,
    pub metadata: String,
    pub hash: String,
}

/// What somebody wants to be different.
pub enum Change {
    Publish(Publication),
    Delete { id: String, version: Option<String> },
}

/// Changes that wait for a commit, and whose turn it is to make one.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct Waiting {
    change: Change,
    done: oneshot::Sender<Result<u64>>,
}

impl Publication {
    /// # Errors
    /// `PACKAGE_MANIFEST_INVALID`, `VALIDATION_ERROR`.
    pub fn read(manifest: &Value, metadata: &Value) -> Result<Self> {
        let id = name(manifest, "id", "com.acme.crm")?;
        let version = name(manifest, "version", "1.0.0")?;
        if version == super::LATEST {
            return Err(Code::PackageManifestInvalid.error(
                "`version` of the manifest: `latest` is how one asks for the newest version; use a number such as `1.0.0`",
            ));
        }
        if !metadata.is_object() {
            return Err(Code::ValidationError.error(
                "`metadata` must be an object of lists, such as `{\"objects\": []}`; send `{}` where there is none",
            ));
        }
        let (manifest, metadata) = (stringify(manifest), stringify(metadata));
        let both = format!("{{\"manifest\":{manifest},\"metadata\":{metadata}}}");
        os_http::extract::without_nul(both.as_bytes())?;
        let hash = Checksum::of(both.as_bytes()).to_string();
        Ok(Self { id, version, manifest, metadata, hash })
    }
}

impl Publication {
    /// The record that it becomes.
    fn record(&self, created_at: String, updated_at: String) -> Result<PackageRecord> {
        let Self { id, version, manifest, metadata, hash } = self.clone();
        PackageRecord::read(sql::Row {
            id,
            version,
            manifest,
            metadata,
            hash,
            created_at,
            updated_at,
        })
    }
}

fn name(manifest: &Value, key: &str, example: &str) -> Result<String> {
    let refuse = |what: &str| {
        Code::PackageManifestInvalid
            .error(format!("Invalid manifest: `{key}` {what}, such as `{example}`"))
    };
    match manifest.get(key) {
        None | Some(Value::Null) => Err(refuse("is missing; add it as text")),
        Some(Value::String(text)) if text.trim().is_empty() => {
            Err(refuse("is empty; id and version are required"))
        }
        Some(Value::String(text)) if text.len() > LONGEST_NAME => {
            Err(refuse("is longer than 255 bytes; use a shorter one"))
        }
        Some(Value::String(text)) if text.chars().any(char::is_control) => {
            Err(refuse("has control characters; use printable text"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(refuse("is no text; write it in quotes")),
    }
}

/// Makes a change durable. Returns how many versions it touched.
///
/// # Errors
/// Those of the database; nothing has changed then.
pub async fn make(registry: &Registry, change: Change) -> Result<u64> {
    let queue = &registry.shared.queue;
    let (done, mut answer) = oneshot::channel();
    waiting(queue).push(Waiting { change, done });
    let turn = queue.turn.clone().lock_owned().await;
    if let Ok(made) = answer.try_recv() {
        return made;
    }
    // On its own: the others wait for it, also when this caller goes away.
    tokio::spawn(commit(registry.clone(), turn)).await.context("a commit of packages")?;
    answer.await.context("a commit of packages")?
}

fn waiting(queue: &Queue) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
    queue.waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn commit(registry: Registry, turn: OwnedMutexGuard<()>) {
    let mut batch = std::mem::take(&mut *waiting(&registry.shared.queue));
    batch.retain(|it| !it.done.is_closed());
    let made = write(&registry, &batch).await;
    for (index, Waiting { done, .. }) in batch.into_iter().enumerate() {
        let answer = made.as_ref().map(|touched| touched[index]).map_err(Error::clone);
        // Who is gone needs no answer.
        let _ = done.send(answer);
    }
    drop(turn);
}

async fn write(registry: &Registry, batch: &[Waiting]) -> Result<Vec<u64>> {
    let since = memory::Since::now();
    let mut tx = registry.db.write().await?;
    let wanted = batch.len() as i64;
    let (last, changes) = sql::tick(&mut tx, now().timestamp_micros(), wanted).await?;
    let mut touched = Vec::with_capacity(batch.len());
    let mut made = Vec::with_capacity(batch.len());
    for (at, Waiting { change, .. }) in (last - wanted + 1..).zip(batch) {
        touched.push(match change {
            Change::Publish(publication) => {
                let updated_at = text(at);
                let created_at = sql::publish(&mut tx, publication, &updated_at).await?;
                let is_new = created_at == updated_at;
                let record = publication.record(created_at, updated_at)?;
                made.push(Changed::Published(News { record: Arc::new(record), is_new }));
                1
            }
            Change::Delete { id, version } => {
                made.push(Changed::Deleted(id));
                sql::delete(&mut tx, id, version.as_deref()).await?
            }
        });
    }
    tx.commit().await?;
    registry.shared.memory.changed(changes, since, made.into_iter());
    Ok(touched)
}

/// A time as the table keeps it. All have the same length, so that they sort as
/// text.
fn text(micros: i64) -> String {
    let at = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    at.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}
