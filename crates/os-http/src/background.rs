//! Work that would keep a thread from serving requests.

use crate::error::Result;
use anyhow::Context;
use tokio::sync::Semaphore;

/// Pieces of work at a time, in all servers of the process.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// Does bounded work on a thread that serves no requests; few do such work at a time.
///
/// # Errors
/// `INTERNAL_ERROR` when the work panics.
pub async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _permit = PERMITS.acquire().await.context("the permits are never closed")?;
    Ok(tokio::task::spawn_blocking(work).await.context("work in the background")?)
}
