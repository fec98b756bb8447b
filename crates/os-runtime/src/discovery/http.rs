//! The handlers of the discovery documents and of a console's settings.

use super::{PRODUCT_NAME, Surfaces};
use crate::Runtime;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use os_api::runtime::discovery::{Branding, RuntimeConfig, RuntimeFeatures};
use os_http::extract::{Bare, Data};
use serde_json::Map;

/// Shows the discovery document that the SDK reads when it connects.
pub async fn show_discovery(
    State(runtime): State<Runtime>,
    Extension(surfaces): Extension<Surfaces>,
) -> Response {
    (no_store(), Bare(surfaces.document(&runtime.kernel()))).into_response()
}

/// Shows the discovery document at the well-known path, in an envelope.
pub async fn show_well_known(
    State(runtime): State<Runtime>,
    Extension(surfaces): Extension<Surfaces>,
) -> Response {
    (no_store(), Data(surfaces.document(&runtime.kernel()))).into_response()
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

/// Shows the settings of a console before sign-in.
pub async fn show_runtime_config(State(runtime): State<Runtime>) -> Response {
    let config = &runtime.config;
    let body = RuntimeConfig {
        cloud_url: config.cloud_url.clone().unwrap_or_default(),
        single_environment: true,
        features: RuntimeFeatures {
            install_local: true,
            marketplace: config.cloud_url.is_some() || config.catalog_url.is_some(),
            ai_studio: false,
            auto_publish_ai_builds: false,
        },
        branding: Branding {
            product_name: PRODUCT_NAME.to_owned(),
            product_short_name: PRODUCT_NAME.to_owned(),
            pwa_description: "ObjectStack runtime".to_owned(),
            pwa_theme_color: "#4f46e5".to_owned(),
        },
        telemetry: Map::new(),
    };
    (no_store(), Bare(body)).into_response()
}
