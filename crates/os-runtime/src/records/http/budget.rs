//! The memory of lists that are made, or that their clients have not read yet.

use crate::records::read::MAX_LIST_BYTES;
use crate::{Code, Result};
use axum::body::{Body, Bytes};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All lists together.
const MAX_LISTS_KIB: usize = 256 * 1024;
/// One list, before its length is known.
const LIST_KIB: u32 = (MAX_LIST_BYTES / 1024) as u32;
/// The longest wait for the lists of others.
const BUDGET_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes for lists; the rest of the requests wait.
#[derive(Clone)]
pub struct ListBudget(Arc<Semaphore>);

/// Bytes of one list.
pub struct Reserved(OwnedSemaphorePermit);

/// A list with its bytes of the budget, until it was sent.
struct Held {
    bytes: Vec<u8>,
    _share: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Default for ListBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_LISTS_KIB)))
    }
}

impl ListBudget {
    /// Reserves the bytes of the largest list.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when other lists are not read in time.
    pub async fn reserve(&self) -> Result<Reserved> {
        let reserving = self.0.clone().acquire_many_owned(LIST_KIB);
        match tokio::time::timeout(BUDGET_TIMEOUT, reserving).await {
            Ok(Ok(permit)) => Ok(Reserved(permit)),
            _ => Err(Code::Unavailable
                .error("too many large lists are being read; try again in a moment")
                .with_retry_after(1)),
        }
    }
}

impl Reserved {
    /// Returns the body of a response, which holds as many bytes as it has.
    pub fn into_body(mut self, bytes: Vec<u8>) -> Body {
        let share = self.0.split(bytes.len().div_ceil(1024).min(LIST_KIB as usize));
        Body::from(Bytes::from_owner(Held { bytes, _share: share }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn unread_lists_hold_their_bytes_and_no_more() {
        let budget = ListBudget::default();
        let small = budget.reserve().await.expect("room").into_body(vec![0; 2000]);
        assert_eq!(budget.0.available_permits(), MAX_LISTS_KIB - 2);
        let mut unread = Vec::new();
        for _ in 0..MAX_LISTS_KIB / LIST_KIB as usize - 1 {
            unread.push(budget.reserve().await.expect("room").into_body(vec![0; MAX_LIST_BYTES]));
        }
        let waiting = tokio::time::timeout(Duration::from_millis(50), budget.reserve()).await;
        assert!(waiting.is_err(), "there is no room");
        unread.pop();
        drop((budget.reserve().await.expect("room"), small, unread));
        assert_eq!(budget.0.available_permits(), MAX_LISTS_KIB);
    }
}
