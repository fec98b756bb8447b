//! Where clients find what: discovery documents and the console's settings
//! (contract §3.13).
//!
//! **Invariant:** only what is in the list of endpoints is advertised.

use crate::kernel::Kernel;
use crate::{Runtime, routes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use os_http::extract::{Bare, Data};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const NAME: &str = "ObjectStack";

/// Surfaces that a client looks for, and where each begins. Those that answer
/// with 501 are none of them.
const SURFACES: [(&str, &str); 9] = [
    ("data", "/api/v1/data"),
    ("metadata", "/api/v1/meta"),
    ("packages", "/api/v1/packages"),
    ("auth", "/api/v1/auth"),
    ("ui", "/api/v1/ui"),
    ("i18n", "/api/v1/i18n"),
    ("storage", "/api/v1/storage"),
    ("datasources", "/api/v1/datasources"),
    ("mcp", "/api/v1/mcp"),
];

/// Services that other hosts have and this one does not.
const NOT_HERE: [&str; 6] = ["automation", "analytics", "ai", "realtime", "notification", "email"];

/// The surfaces that are there. `os start` lets the control plane answer for
/// `auth`, at the same place.
static MOUNTED: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let paths: Vec<&str> = routes::endpoints().iter().map(|endpoint| endpoint.path).collect();
    let is_mounted = |place: &str| {
        let below = |path: &&str| path.strip_prefix(place).is_some_and(|it| it.starts_with('/'));
        paths.iter().any(|path| *path == place || below(path))
    };
    SURFACES.into_iter().filter(|(_, place)| is_mounted(place)).collect()
});

/// What the SDK reads when it connects.
pub async fn discovery(State(runtime): State<Runtime>) -> Response {
    (no_store(), Bare(document(&runtime.kernel()))).into_response()
}

/// The same, where browsers look for it.
pub async fn well_known(State(runtime): State<Runtime>) -> Response {
    (no_store(), Data(document(&runtime.kernel()))).into_response()
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

fn document(kernel: &Kernel) -> Value {
    let routes: Map<String, Value> =
        MOUNTED.iter().map(|(name, place)| ((*name).to_owned(), (*place).into())).collect();
    let locales = crate::meta::locales(kernel);
    json!({
        "version": os_api::PLATFORM_VERSION,
        "name": NAME,
        "apiName": NAME,
        "environment": "production",
        "routes": routes,
        "locale": { "default": locales.first(), "supported": locales, "timezone": "UTC" },
        "services": services(),
        "capabilities": capabilities(&routes),
    })
}

fn services() -> Map<String, Value> {
    let there = MOUNTED.iter().map(|(name, place)| {
        let service = json!({
            "enabled": true, "status": "available", "handlerReady": true, "route": place,
            "provider": "os",
        });
        ((*name).to_owned(), service)
    });
    let missing = NOT_HERE.into_iter().map(|name| {
        let service = json!({
            "enabled": false, "status": "unavailable", "handlerReady": false,
            "message": "not part of this runtime",
        });
        (name.to_owned(), service)
    });
    there.chain(missing).collect()
}

fn capabilities(routes: &Map<String, Value>) -> Value {
    let has = |surface: &str| json!({ "enabled": routes.contains_key(surface) });
    let no = || json!({ "enabled": false });
    json!({
        "search": no(), "websockets": no(), "files": has("storage"), "analytics": no(),
        "ai": no(), "notifications": no(), "i18n": has("i18n"), "comments": no(),
        "automation": no(), "cron": no(), "export": no(), "chunkedUpload": no(),
        "transactionalBatch": no(),
    })
}

/// What the console is told before anybody signs in.
pub async fn runtime_config(State(runtime): State<Runtime>) -> Response {
    let config = &runtime.config;
    let has_catalog = config.cloud_url.is_some() || config.catalog_url.is_some();
    let body = json!({
        "cloudUrl": config.cloud_url.as_deref().unwrap_or_default(),
        "singleEnvironment": true,
        "features": {
            "installLocal": true,
            "marketplace": has_catalog,
            "aiStudio": false,
            "autoPublishAiBuilds": false,
        },
        "branding": {
            "productName": NAME,
            "productShortName": NAME,
            "pwaDescription": "ObjectStack runtime",
            "pwaThemeColor": "#4f46e5",
        },
        "telemetry": {},
    });
    (no_store(), Bare(body)).into_response()
}
