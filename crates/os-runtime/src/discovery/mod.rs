//! Discovery: where clients find the parts of the API. Discovery documents and the settings of a
//! console (docs/wire/metadata.md#discovery).
//!
//! **Invariant:** only what is in the list of endpoints is advertised.

pub mod http;

use crate::kernel::Kernel;
use os_api::runtime::discovery::{Capabilities, Capability, Discovery, Locales, Service};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The name of the platform.
pub const PRODUCT_NAME: &str = "ObjectStack";

/// The parts of the API that a client looks for, and the path of each. Parts that answer with
/// 501 are not listed.
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
const MISSING_SERVICES: [&str; 6] =
    ["automation", "analytics", "ai", "realtime", "notification", "email"];

/// The parts of the API that a router has, each with its path. In `os start` the control plane
/// answers for `auth` at the same path.
#[derive(Debug, Clone)]
pub struct Surfaces(Arc<[(&'static str, &'static str)]>);

impl Surfaces {
    /// Finds the parts that have endpoints.
    pub fn of(paths: &[&str]) -> Self {
        let is_mounted = |surface: &str| {
            let is_below =
                |path: &&str| path.strip_prefix(surface).is_some_and(|it| it.starts_with('/'));
            paths.iter().any(|path| *path == surface || is_below(path))
        };
        Self(SURFACES.into_iter().filter(|(_, path)| is_mounted(path)).collect())
    }

    /// Returns the discovery document.
    pub fn document(&self, kernel: &Kernel) -> Discovery {
        let routes: Map<String, Value> =
            self.0.iter().map(|(name, path)| ((*name).to_owned(), (*path).into())).collect();
        let supported = crate::meta::locales(kernel);
        Discovery {
            version: os_api::PLATFORM_VERSION.to_owned(),
            name: PRODUCT_NAME.to_owned(),
            api_name: PRODUCT_NAME.to_owned(),
            environment: "production".to_owned(),
            capabilities: capabilities(&routes),
            services: self.services(),
            routes,
            locale: Locales {
                default: supported.first().cloned(),
                supported,
                timezone: "UTC".to_owned(),
            },
        }
    }

    fn services(&self) -> Map<String, Value> {
        let available = self.0.iter().map(|(name, path)| {
            let service = Service {
                enabled: true,
                status: "available".to_owned(),
                handler_ready: true,
                route: Some((*path).to_owned()),
                provider: Some("os".to_owned()),
                message: None,
            };
            ((*name).to_owned(), value(&service))
        });
        let missing = MISSING_SERVICES.into_iter().map(|name| {
            let service = Service {
                enabled: false,
                status: "unavailable".to_owned(),
                handler_ready: false,
                route: None,
                provider: None,
                message: Some("not part of this runtime".to_owned()),
            };
            (name.to_owned(), value(&service))
        });
        available.chain(missing).collect()
    }
}

fn value(it: &impl Serialize) -> Value {
    serde_json::to_value(it).expect("its members are strings and booleans")
}

fn capabilities(routes: &Map<String, Value>) -> Capabilities {
    let has = |surface: &str| Capability { enabled: routes.contains_key(surface) };
    let no = || Capability { enabled: false };
    Capabilities {
        search: no(),
        websockets: no(),
        files: has("storage"),
        analytics: no(),
        ai: no(),
        notifications: no(),
        i18n: has("i18n"),
        comments: no(),
        automation: no(),
        cron: no(),
        export: no(),
        chunked_upload: no(),
        transactional_batch: no(),
    }
}
