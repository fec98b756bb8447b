//! The files of the pages: one stylesheet, a few lines of JavaScript, an icon.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use os_http::Result;
use os_http::extract::Path;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    /// The start of its SHA-256.
    hash: String,
}

macro_rules! assets {
    ($($name:literal as $content_type:literal),* $(,)?) => {
        static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| vec![$({
            let bytes = include_bytes!(concat!("../static/", $name)).as_slice();
            let hash = Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            Asset { name: $name, content_type: $content_type, bytes, hash }
        }),*]);
    };
}
assets! {
    "console.css" as "text/css; charset=utf-8",
    "console.js" as "text/javascript; charset=utf-8",
    "icon.svg" as "image/svg+xml",
}

/// The URL of a file, which changes when the file does.
pub fn url(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or_else(String::new, |asset| format!("/static/{name}?v={}", asset.hash))
}

/// `GET /static/{file}`.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn file(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let asset = ASSETS.iter().find(|asset| asset.name == file).ok_or_else(|| {
        let code = os_control::Code::NotFound;
        code.error(format!("there is no file `{file}`"))
    })?;
    let etag = format!("\"{}\"", asset.hash);
    let caching = [(CACHE_CONTROL, "public, max-age=31536000, immutable")];
    if headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, caching, [(ETAG, etag)]).into_response());
    }
    let kind = [(CONTENT_TYPE, asset.content_type)];
    Ok((caching, kind, [(ETAG, etag)], asset.bytes).into_response())
}
