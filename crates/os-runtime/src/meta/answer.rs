//! Answers that are made once for each kernel and then served from memory.
//!
//! **Invariant:** a kept answer belongs to the kernel it was made of; the next
//! kernel starts with none. How many there are is bounded by the items and
//! locales of the kernel, whatever is asked.

use crate::kernel::Kernel;
use arc_swap::ArcSwap;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock, Weak};

/// A body of JSON with its tag.
#[derive(Debug, Clone)]
pub struct Answer {
    body: Bytes,
    tag: HeaderValue,
}

/// The answers of the kernel of this moment. Clones share them.
#[derive(Clone, Default)]
pub struct Answers(Arc<ArcSwap<OfKernel>>);

/// What was made of one kernel.
#[derive(Default)]
pub struct OfKernel {
    kernel: Weak<Kernel>,
    by_key: RwLock<HashMap<String, Answer>>,
    locales: OnceLock<Vec<String>>,
}

impl Answers {
    /// The answers of a kernel; of another one, none is kept.
    pub fn of(&self, kernel: &Arc<Kernel>) -> Arc<OfKernel> {
        let kept = self.0.load_full();
        if std::ptr::eq(kept.kernel.as_ptr(), Arc::as_ptr(kernel)) {
            return kept;
        }
        let fresh = Arc::new(OfKernel { kernel: Arc::downgrade(kernel), ..OfKernel::default() });
        self.0.store(fresh.clone());
        fresh
    }
}

impl OfKernel {
    /// The answer under this key, made now if it is not there yet.
    pub fn get(&self, key: String, make: impl FnOnce() -> Value) -> Answer {
        if let Some(answer) = self.by_key.read().expect("no holder panics").get(&key) {
            return answer.clone();
        }
        let answer = Answer::new(&make());
        self.by_key.write().expect("no holder panics").entry(key).or_insert(answer).clone()
    }

    /// The locales that the packages speak, found once.
    pub fn locales(&self, find: impl FnOnce() -> Vec<String>) -> &[String] {
        self.locales.get_or_init(find)
    }
}

impl Answer {
    /// The JSON text of a value, and the tag that follows from it.
    pub fn new(value: &Value) -> Self {
        let body = Bytes::from(value.to_string());
        let digest = Sha256::digest(&body);
        let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::try_from(format!("\"{hex}\"")).expect("hex is plain");
        Self { body, tag }
    }

    /// The whole body, or 304 for who has it already.
    pub fn respond(&self, asked: &HeaderMap) -> Response {
        let headers = [
            (header::ETAG, self.tag.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (header::VARY, HeaderValue::from_static("Accept-Language")),
        ];
        if self.is_known_to(asked) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (headers, json, self.body.clone()).into_response()
    }

    /// Whether `If-None-Match` names our tag, as a strong or a weak one.
    fn is_known_to(&self, asked: &HeaderMap) -> bool {
        let ours = self.tag.as_bytes();
        asked.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            value.as_bytes().split(|byte| *byte == b',').any(|tag| {
                let tag = tag.trim_ascii();
                tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == ours
            })
        })
    }
}
