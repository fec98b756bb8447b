//! The memory of lists that are made, or that their clients have not read yet, and their share of
//! the connections.

use crate::records::read::MAX_LIST_BYTES;
use crate::{Code, Result};
use axum::body::{Body, Bytes};
use os_db::{Db, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All lists together.
const MAX_LISTS_KIB: usize = 96 * 1024;
/// One list, before its length is known.
const LIST_KIB: u32 = (MAX_LIST_BYTES / 1024) as u32;
/// The longest wait for the lists of others.
const BUDGET_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes and connections for lists; the rest of the lists wait, and other requests do not.
#[derive(Clone)]
pub struct ListBudget {
    bytes: Arc<Semaphore>,
    /// Lists that are made at a time: a slow one keeps its connection.
    places: Arc<Semaphore>,
}

/// Bytes of one list, and its place until it is made.
pub struct Reserved {
    bytes: OwnedSemaphorePermit,
    place: Option<OwnedSemaphorePermit>,
}

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

impl ListBudget {
    /// Returns the budget of a database, which keeps a part of its connections for other requests.
    pub fn new(db: &Db) -> Self {
        Self::with_connections(db.connections())
    }

    fn with_connections(connections: usize) -> Self {
        let places = Arc::new(Semaphore::new((connections * 4 / 5).max(1)));
        Self { bytes: Arc::new(Semaphore::new(MAX_LISTS_KIB)), places }
    }

    /// Reserves the bytes of the largest list, and a place to make it.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when other lists are not made or read in time.
    pub async fn reserve(&self) -> Result<Reserved> {
        let reserving = async {
            let bytes = self.bytes.clone().acquire_many_owned(LIST_KIB).await.ok()?;
            let place = Some(self.places.clone().acquire_owned().await.ok()?);
            Some(Reserved { bytes, place })
        };
        match tokio::time::timeout(BUDGET_TIMEOUT, reserving).await {
            Ok(Some(reserved)) => Ok(reserved),
            _ => Err(Code::Unavailable
                .error("too many large lists are being read; try again in a moment")
                .with_retry_after(1)),
        }
    }
}

impl Reserved {
    /// Takes the connection for the list, which keeps the place until it is free again.
    pub async fn connect(&mut self, db: &Db) -> Result<Tx> {
        let mut tx = db.autocommit().await?;
        if let Some(place) = self.place.take() {
            tx.hold(place);
        }
        Ok(tx)
    }

    /// Returns the body of a response, which holds as many bytes as it has.
    pub fn into_body(mut self, bytes: Vec<u8>) -> Body {
        let share = self.bytes.split(bytes.len().div_ceil(1024).min(LIST_KIB as usize));
        Body::from(Bytes::from_owner(Held { bytes, _share: share }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn unread_lists_hold_their_bytes_and_no_more() {
        let budget = ListBudget::with_connections(5);
        let small = budget.reserve().await.expect("room").into_body(vec![0; 2000]);
        assert_eq!(budget.bytes.available_permits(), MAX_LISTS_KIB - 2);
        let mut unread = Vec::new();
        for _ in 0..MAX_LISTS_KIB / LIST_KIB as usize - 1 {
            unread.push(budget.reserve().await.expect("room").into_body(vec![0; MAX_LIST_BYTES]));
        }
        let waiting = tokio::time::timeout(Duration::from_millis(50), budget.reserve()).await;
        assert!(waiting.is_err(), "there is no room");
        unread.pop();
        drop((budget.reserve().await.expect("room"), small, unread));
        assert_eq!(budget.bytes.available_permits(), MAX_LISTS_KIB);
    }

    #[tokio::test]
    async fn lists_that_are_made_leave_a_connection_to_others() {
        let budget = ListBudget::with_connections(5);
        let mut made = Vec::new();
        for _ in 0..4 {
            made.push(budget.reserve().await.expect("room"));
        }
        let waiting = tokio::time::timeout(Duration::from_millis(50), budget.reserve()).await;
        assert!(waiting.is_err(), "a fifth list waits");
        let read = made.pop().map(|it| it.into_body(Vec::new()));
        assert!(budget.reserve().await.is_ok(), "a list that is made needs no connection");
        drop(read);
    }
}
