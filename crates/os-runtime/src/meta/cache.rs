//! Responses that are made once for each kernel and then served from memory.
//!
//! **Invariant:** a cached response belongs to the kernel it was made of; the next kernel starts
//! with none. The items and locales of the kernel bound their number, whatever is requested.

use crate::kernel::Kernel;
use arc_swap::ArcSwap;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock, Weak};

/// A body in JSON with its ETag.
#[derive(Debug, Clone)]
pub struct CachedResponse {
    body: Bytes,
    etag: HeaderValue,
}

/// The responses of the current kernel. Clones share them.
#[derive(Clone, Default)]
pub struct ResponseCache(Arc<ArcSwap<KernelResponses>>);

/// The responses of one kernel.
#[derive(Default)]
pub struct KernelResponses {
    kernel: Weak<Kernel>,
    by_key: RwLock<HashMap<String, CachedResponse>>,
    locales: OnceLock<Vec<String>>,
}

impl ResponseCache {
    /// Returns the responses of a kernel; none for another kernel than before.
    pub fn of(&self, kernel: &Arc<Kernel>) -> Arc<KernelResponses> {
        let kept = self.0.load_full();
        if std::ptr::eq(kept.kernel.as_ptr(), Arc::as_ptr(kernel)) {
            return kept;
        }
        let fresh = Arc::new(KernelResponses {
            kernel: Arc::downgrade(kernel),
            ..KernelResponses::default()
        });
        self.0.store(fresh.clone());
        fresh
    }
}

impl KernelResponses {
    /// Returns the response under this key; makes it if it is not there yet.
    pub fn get<T: Serialize>(&self, key: String, make: impl FnOnce() -> T) -> CachedResponse {
        if let Some(response) = self.by_key.read().expect("no holder panics").get(&key) {
            return response.clone();
        }
        let response = CachedResponse::new(&make());
        self.by_key.write().expect("no holder panics").entry(key).or_insert(response).clone()
    }

    /// Returns the locales of the packages, found once.
    pub fn locales(&self, find: impl FnOnce() -> Vec<String>) -> &[String] {
        self.locales.get_or_init(find)
    }
}

impl CachedResponse {
    /// Serializes a body; its ETag is a hash of the text.
    pub fn new(body: &impl Serialize) -> Self {
        let text = serde_json::to_vec(body).expect("bodies have no keys but strings");
        let body = Bytes::from(text);
        let digest = Sha256::digest(&body);
        let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let etag = HeaderValue::try_from(format!("\"{hex}\"")).expect("hex is plain");
        Self { body, etag }
    }

    /// Answers the body, or 304 when the request names its ETag.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let headers = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (header::VARY, HeaderValue::from_static("Accept-Language")),
        ];
        if self.is_known_to(request) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (headers, json, self.body.clone()).into_response()
    }

    /// Returns whether `If-None-Match` names the ETag, as a strong or a weak one.
    fn is_known_to(&self, request: &HeaderMap) -> bool {
        let known = self.etag.as_bytes();
        request.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            value.as_bytes().split(|byte| *byte == b',').any(|tag| {
                let tag = tag.trim_ascii();
                tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == known
            })
        })
    }
}
