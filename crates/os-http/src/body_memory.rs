//! The memory of request bodies: while they arrive, and of the values that are made of them.
//!
//! **Invariant:** the long bodies of all requests take at most [`MAX_TEXTS_KIB`] together and their
//! values [`MAX_VALUES_KIB`], until their responses are made; and a body that stops arriving ends its request
//! (docs/operations.md#limits-of-time-and-size).

use crate::error::{Code, Error};
use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The largest body of a request that needs no credential, and of a method without one.
pub const MAX_OPEN_BODY_BYTES: usize = 64 * 1024;

/// The text of all bodies beyond [`MAX_OPEN_BODY_BYTES`].
const MAX_TEXTS_KIB: u32 = 40 * 1024;

/// The values that are made of them.
const MAX_VALUES_KIB: u32 = 48 * 1024;

/// The memory of a JSON value beside its text; a member of an object counts twice.
const VALUE_BYTES: usize = 128;

/// The longest wait for the bodies of other requests.
const BUDGET_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest pause within a body.
const BODY_PAUSE_TIMEOUT: Duration = Duration::from_secs(10);

static TEXTS: Semaphore = Semaphore::const_new(MAX_TEXTS_KIB as usize);

/// Those who wait for it hold a text; those who have it wait for nothing here.
static VALUES: Semaphore = Semaphore::const_new(MAX_VALUES_KIB as usize);

/// Passes a request on, whose body takes its memory from the budget.
pub async fn bounded(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let held = Arc::new(Held::default());
    let response = next.run(request.map(|body| watched(body, held.clone()))).await;
    match held.take_refusal() {
        Some(error) => error.into_response(),
        None => response,
    }
}

/// The memory of one body, until its response is made; or the reason why it was not read.
#[derive(Default)]
struct Held {
    permits: Mutex<Vec<SemaphorePermit<'static>>>,
    refusal: Mutex<Option<Error>>,
}

impl Held {
    fn take_refusal(&self) -> Option<Error> {
        lock(&self.refusal).take()
    }

    fn refuse(&self, error: Error) -> axum::Error {
        let message = error.message().to_owned();
        *lock(&self.refusal) = Some(error);
        axum::Error::new(message)
    }

    /// Takes memory from a budget.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when other bodies do not end in time.
    async fn take(&self, budget: &'static Semaphore, kib: u32) -> Result<(), Error> {
        match timeout(BUDGET_TIMEOUT, budget.acquire_many(kib)).await {
            Ok(Ok(permit)) => {
                lock(&self.permits).push(permit);
                Ok(())
            }
            _ => Err(Code::Unavailable
                .error("too many large bodies are being sent; try again in a moment")
                .with_retry_after(1)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body that arrives.
struct Arriving {
    parts: BodyDataStream,
    held: Arc<Held>,
    /// Its announced length.
    announced: Option<u64>,
    bytes: usize,
    /// Its share of the budget of texts.
    text_kib: u32,
    values: JsonValues,
    is_over: bool,
}

/// Returns a body whose parts are counted when they are read. Its end is held back until there is
/// room for its values.
fn watched(body: Body, held: Arc<Held>) -> Body {
    let announced = body.size_hint().exact();
    let arriving = Arriving {
        parts: body.into_data_stream(),
        held,
        announced,
        bytes: 0,
        text_kib: 0,
        values: JsonValues::default(),
        is_over: false,
    };
    Body::from_stream(stream::unfold(arriving, |mut arriving| async move {
        if arriving.is_over {
            return None;
        }
        let next = arriving.next().await;
        arriving.is_over = !matches!(next, Ok(Some(_)));
        let part = match next {
            Ok(part) => Ok(part?),
            Err(Ending::Broken(error)) => Err(error),
            Err(Ending::Rejected(error)) => Err(arriving.held.refuse(error)),
        };
        Some((part, arriving))
    }))
}

/// The reason why a body ended early.
enum Ending {
    Broken(axum::Error),
    Rejected(Error),
}

impl From<Error> for Ending {
    fn from(error: Error) -> Self {
        Self::Rejected(error)
    }
}

impl Arriving {
    async fn next(&mut self) -> Result<Option<Bytes>, Ending> {
        let Ok(part) = timeout(BODY_PAUSE_TIMEOUT, self.parts.next()).await else {
            let seconds = BODY_PAUSE_TIMEOUT.as_secs();
            let message =
                format!("nothing of the body arrived for {seconds} s; send it without pauses");
            return Err(Code::SlowBody.error(message).into());
        };
        match part.transpose().map_err(Ending::Broken)? {
            Some(part) => {
                self.bytes += part.len();
                self.values.count(&part);
                self.values_kib()?;
                self.make_room_for_text().await?;
                Ok(Some(part))
            }
            None => {
                self.make_room_for_values().await?;
                Ok(None)
            }
        }
    }

    fn is_long(&self) -> bool {
        self.bytes > MAX_OPEN_BODY_BYTES
    }

    /// Takes the announced length at once, so that no two bodies wait for each other; a body without
    /// one takes more as it grows.
    async fn make_room_for_text(&mut self) -> Result<(), Error> {
        let bytes = self.announced.unwrap_or(0).max(self.bytes as u64);
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).min(MAX_TEXTS_KIB);
        if self.is_long() && kib > self.text_kib {
            self.held.take(&TEXTS, kib - self.text_kib).await?;
            self.text_kib = kib;
        }
        Ok(())
    }

    /// Returns the memory of the values so far.
    ///
    /// # Errors
    /// `PAYLOAD_TOO_LARGE` for more than there is.
    fn values_kib(&self) -> Result<u32, Error> {
        let kib = (self.values.seen * VALUE_BYTES).div_ceil(1024);
        u32::try_from(kib).ok().filter(|kib| *kib <= MAX_VALUES_KIB).ok_or_else(|| {
            let most = MAX_VALUES_KIB as usize * 1024 / VALUE_BYTES;
            Code::PayloadTooLarge.error(format!(
                "the body holds more than {most} JSON values, which do not fit into memory; send it in parts"
            ))
        })
    }

    async fn make_room_for_values(&mut self) -> Result<(), Error> {
        if self.is_long() {
            let kib = self.values_kib()?;
            self.held.take(&VALUES, kib).await?;
        }
        Ok(())
    }
}

/// Counts the values of JSON text that arrives in parts, without reading it.
#[derive(Debug, Default, Clone, Copy)]
pub struct JsonValues {
    /// Items, members, lists and objects; a member of an object counts twice.
    pub seen: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl JsonValues {
    /// Returns the number of values of a whole text.
    pub fn of(text: &[u8]) -> usize {
        let mut values = Self::default();
        values.count(text);
        values.seen
    }

    fn count(&mut self, part: &[u8]) {
        for byte in part {
            if self.is_escaped {
                self.is_escaped = false;
            } else if self.is_in_string {
                self.is_escaped = *byte == b'\\';
                self.is_in_string = *byte != b'"';
            } else {
                match byte {
                    b'"' => self.is_in_string = true,
                    b',' | b':' | b'[' | b'{' => self.seen += 1,
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_strings_also_when_they_are_split() {
        let text = br#"{"a,[\"": [1, 2, {"b": "\\"}], "c": ","}"#;
        assert_eq!(JsonValues::of(text), 9);
        let mut values = JsonValues::default();
        text.chunks(1).for_each(|part| values.count(part));
        assert_eq!(values.seen, 9);
    }

    /// Reads a body, and returns the code of its refusal.
    async fn read(text: Vec<u8>) -> (Option<crate::ErrorCode>, usize) {
        let held = Arc::new(Held::default());
        let body = watched(Body::from(text), held.clone());
        let read = axum::body::to_bytes(body, usize::MAX).await;
        let refusal = held.take_refusal();
        assert_eq!(read.is_err(), refusal.is_some());
        let permits = lock(&held.permits);
        (refusal.map(|it| it.code()), permits.iter().map(SemaphorePermit::num_permits).sum())
    }

    #[tokio::test]
    async fn a_short_body_takes_nothing_and_small_values_take_more_than_their_text() {
        let lists = |bytes: usize| vec![b'['; bytes];
        assert_eq!(read(lists(MAX_OPEN_BODY_BYTES)).await, (None, 0));
        assert_eq!(read(lists(100 * 1024)).await, (None, 100 + 100 * 128));
        let too_large = Some(Code::PayloadTooLarge.into());
        assert_eq!(read(lists(1024 * 1024)).await, (too_large, 0));
        let text = [b"\"".to_vec(), vec![b','; 1024 * 1024 - 1]].concat();
        assert_eq!(read(text).await, (None, 1024));
    }
}
