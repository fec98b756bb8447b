//! Every URL of the control plane, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and
//! tests walk it, so that no endpoint can be added without its door being tried
//! (`tests/it/doors.rs`).

use crate::observe::{self, Meter, observe};
use crate::{Config, Control, catalog, examples, health, listing, openapi, package, version};
use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use os_api::catalog::{CatalogDetail, CatalogManifest, CatalogPage};
use os_api::listing::{RejectVersion, Reviews};
use os_api::package::{
    Deleted, GrantPackage, Grants, Icon, PackageDetail, Packages, SavePackage, SavedPackage,
};
use os_api::version::{
    CreateVersion, CreatedVersionAnswer, DeprecateVersion, UpdateVersion, Version, VersionDetail,
    VersionManifest, Versions,
};
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
        post("/api/v1/cloud/packages",                    "Registers a package, or changes it", package::api::register).takes::<SavePackage>().gives::<SavedPackage>(),
        get("/api/v1/cloud/packages",                     "Lists and searches the packages one may see", package::api::list).gives::<Packages>(),
        get("/api/v1/cloud/packages/{package}",           "Shows a package with its newest versions", package::api::show).gives::<PackageDetail>(),
        patch("/api/v1/cloud/packages/{package}",         "Changes what is said of a package", package::api::update).takes::<SavePackage>().gives::<SavedPackage>(),
        delete("/api/v1/cloud/packages/{package}",        "Deletes a package that never had a published version", package::api::delete).gives::<Deleted>(),
        post("/api/v1/cloud/packages/{package}/icon",     "Uploads the icon: raw PNG, JPEG, WebP or SVG, 256 KiB at most", package::api::upload_icon).gives::<Icon>(),
        get("/icons/{name}",                              "The icon of a package", package::api::icon).open().bare(),
        get("/api/v1/cloud/packages/{package}/grants",    "Lists the organizations that may see a package besides its owner", package::api::list_grants).gives::<Grants>(),
        post("/api/v1/cloud/packages/{package}/grants",   "Lets another organization see a package", package::api::add_grant).takes::<GrantPackage>().gives::<Grants>(),
        delete("/api/v1/cloud/packages/{package}/grants/{organization}", "Takes the sight of a package back", package::api::remove_grant).gives::<Deleted>(),

        post("/api/v1/cloud/examples", "Publishes the example packages of the program", examples::api::publish).takes::<os_api::package::PublishExamples>().gives::<os_api::package::PublishedExamples>(),

        // Versions (§3.2.3, §3.2.4)
        post("/api/v1/cloud/packages/{package}/versions",                       "Publishes a version from an artifact, or makes a draft from a manifest", version::api::create).takes::<CreateVersion>().gives::<CreatedVersionAnswer>().bare(),
        get("/api/v1/cloud/packages/{package}/versions",                        "Lists the versions, the highest first", version::api::list).gives::<Versions>(),
        get("/api/v1/cloud/packages/{package}/versions/{version}",              "Shows a version: a number, a row id or `latest`", version::api::show).gives::<VersionDetail>(),
        get("/api/v1/cloud/packages/{package}/versions/{version}/manifest",     "The artifact of a version, byte for byte as its checksum says", version::api::manifest).gives::<VersionManifest>(),
        patch("/api/v1/cloud/packages/{package}/versions/{version}",            "Changes a draft", version::api::update).takes::<UpdateVersion>().gives::<Version>(),
        delete("/api/v1/cloud/packages/{package}/versions/{version}",           "Deletes a draft", version::api::delete).gives::<Deleted>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/publish",     "Seals a draft", version::api::publish).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/deprecate",   "Marks a version as no longer to be installed", version::api::deprecate).takes::<DeprecateVersion>().gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/undeprecate", "Takes a deprecation back; for platform administrators", version::api::undeprecate).gives::<Version>(),

        // Review (§3.3)
        post("/api/v1/cloud/packages/{package}/versions/{version}/submit",      "Hands a version in for review", listing::api::submit).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/withdraw",    "Takes a version back out of the review", listing::api::withdraw).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/approve",     "Lets a version into the catalog; for platform administrators", listing::api::approve).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/reject",      "Refuses a version a place in the catalog; for platform administrators", listing::api::reject).takes::<RejectVersion>().gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/unlist",      "Takes a version out of the catalog", listing::api::unlist).gives::<Version>(),
        get("/api/v1/cloud/reviews",                                            "The review queue, first come first; for platform administrators", listing::api::queue).gives::<Reviews>(),

        // Catalog (§3.8)
        get("/api/v1/marketplace/packages",                                       "Lists and searches the catalog", catalog::api::list).gives::<CatalogPage>().open(),
        get("/api/v1/marketplace/packages/{package}",                             "Shows a package of the catalog with its versions", catalog::api::show).gives::<CatalogDetail>().open(),
        get("/api/v1/marketplace/packages/{package}/versions/{version}/manifest", "The artifact to install: of a number, a row id or `latest`", catalog::api::manifest).gives::<CatalogManifest>().open(),

        // Environments (§3.4)

        // Environment members

        // Installations (§3.5, §3.6)

        // Generations

        // Runtimes (§3.7)

        // Events

        // Reads for consoles (§3.9)

        // Console
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
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
