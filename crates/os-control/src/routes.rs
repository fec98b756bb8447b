//! Every URL of the control plane, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and
//! tests walk it, so that no endpoint can be added without its door being tried
//! (`tests/it/doors.rs`).

use crate::observe::{self, Meter, observe};
use crate::{Config, Control, console, health, openapi};
use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};

/// One line of the list below.
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    /// What it does, in a sentence; the operation's summary.
    pub summary: &'static str,
    /// Its body, where it takes one.
    pub body: Option<SchemaOf>,
    /// Its answer, without the envelope.
    pub answer: Option<SchemaOf>,
    /// Whether anybody may call it, signed in or not.
    pub open: bool,
    /// Whether its answer has no envelope.
    pub bare: bool,
    /// Whether people look at it rather than programs call it.
    pub page: bool,
    handler: MethodRouter<Control>,
}

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health and reference
        get("/api/v1/health", "Tells that the process lives", health::health).open(),
        get("/api/v1/ready",  "Tells whether requests can be served", health::ready).open(),
        get("/metrics",       "Counters and latencies in the text format of Prometheus", observe::metrics_page).open().bare(),
        get("/openapi.json",  "This reference, as an OpenAPI 3.1 document", openapi::document).open().bare(),
        get("/docs",          "This reference, as a page", openapi::page).open().bare(),

        // Sessions and accounts (contract §3.1)

        // Device flow (§3.1.3)

        // Organizations, members, invitations (§3.1.2)

        // API keys (§3.1.1)

        // Packages (§3.2)

        // Versions (§3.2.3, §3.2.4)

        // Review (§3.3)

        // Catalog (§3.8)

        // Environments (§3.4)

        // Environment members

        // Installations (§3.5, §3.6)

        // Generations

        // Runtimes (§3.7)

        // Events

        // Reads for consoles (§3.9)

        // Console: what all pages share
        get("/static/{file}", "The stylesheet, the script and the icon of the pages", console::asset).open().page(),
    ]
}

/// The whole control plane as one service.
pub fn routes(control: Control) -> Router {
    let cors = cors(&control.config);
    let router = endpoints().into_iter().fold(Router::new(), |router, it| {
        let meter = Meter::of(&it);
        router.route(it.path, it.handler.layer(from_fn_with_state(meter, observe)))
    });
    let unmatched = Router::new()
        .fallback(observe::no_such_endpoint)
        .layer(from_fn_with_state(Meter::of_nothing(), observe));
    router
        .method_not_allowed_fallback(observe::no_such_method)
        .fallback_service(unmatched)
        .layer(tower::util::option_layer(cors))
        .with_state(control)
}

/// Lets consoles of configured runtimes call us with cookies (contract §3.9).
fn cors(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        config.trusted_origins.iter().filter_map(|it| it.parse().ok()).collect();
    let layer = CorsLayer::new()
        .allow_credentials(true)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .max_age(Duration::from_secs(600));
    (!origins.is_empty()).then(|| layer.allow_origin(origins))
}

impl Endpoint {
    /// Names the type of the body.
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(|generator| generator.subschema_for::<T>());
        self
    }

    /// Names the type of the answer.
    pub fn gives<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(|generator| generator.subschema_for::<T>());
        self
    }

    /// Anybody may call it.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Its answer has no envelope.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// It is a page, or a form of one: no part of the HTTP API.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),*) => {$(
        #[allow(dead_code, reason = "one function for each method")]
        fn $name<T: 'static>(
            path: &'static str,
            summary: &'static str,
            handler: impl Handler<T, Control>,
        ) -> Endpoint {
            Endpoint {
                method: Method::$method,
                path,
                summary,
                body: None,
                answer: None,
                open: false,
                bare: false,
                page: false,
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
