//! Every URL of the runtime, in one place.
//!
//! Tests walk the list, so that no endpoint can be added without its door being
//! tried.

use crate::{
    Runtime, browse, connection, discovery, file, health, install, meta, not_running, observe,
    package, records, registry,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use os_api::session as sessions;
use os_api::user as people;
use os_http::endpoint::{delete, get, patch, post, put};
use os_identity::http as identity;

/// One line of the list below.
pub type Endpoint = os_http::Endpoint<Runtime>;

/// The largest body, in bytes: an artifact.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health
        get("/api/v1/health", "Tells that the process lives", health::health).open(),
        get("/api/v1/ready",  "Tells whether requests can be served", health::ready).open(),

        // Accounts of the runtime (contract §3.1)
        post("/api/v1/auth/sign-up/email",    "Creates an account and signs it in; the first owns the runtime", identity::session::sign_up).takes::<people::SignUp>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-in/email",    "Signs in with a password", identity::session::sign_in).takes::<sessions::SignIn>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-out",         "Ends the session that asks", identity::session::sign_out).gives::<sessions::Success>().open().bare(),
        get("/api/v1/auth/get-session",       "Tells who is asking; null when nobody is signed in", identity::session::get_session).gives::<Option<sessions::CurrentSession>>().open().bare(),
        get("/api/v1/auth/bootstrap-status",  "Tells whether the runtime has an owner", identity::account::bootstrap_status).gives::<people::BootstrapStatus>().open().bare(),


        // Metadata (§3.15)
        get("/api/v1/meta",                          "Lists the types of metadata", meta::api::types).bare(),
        get("/api/v1/meta/types",                    "Lists the types of metadata", meta::api::types).bare(),
        get("/api/v1/meta/_drafts",                  "Lists drafts, of which there are none", meta::api::drafts).bare(),
        get("/api/v1/meta/diagnostics",              "Counts the items of each type", meta::api::diagnostics).bare(),
        get("/api/v1/meta/{type}",                   "Lists the items of a type, of one package or all", meta::api::list).bare(),
        get("/api/v1/meta/{type}/{name}",            "Shows an item with its provenance", meta::api::show).bare(),
        get("/api/v1/meta/{type}/{name}/published",  "The item alone", meta::api::published).bare(),
        get("/api/v1/meta/{type}/{name}/references", "Finds what names an item", meta::api::references).bare(),
        get("/api/v1/meta/{type}/{name}/history",    "What happened to an item here: nothing", meta::api::history).bare(),
        get("/api/v1/meta/{type}/{name}/audit",      "Who changed an item here: nobody", meta::api::history).bare(),
        get("/api/v1/meta/{type}/{name}/diff",       "How an item differs from its package: not at all", meta::api::diff).bare(),
        post("/api/v1/meta/_migrate-stored",         "Refused: metadata comes with packages", meta::api::read_only).bare(),
        put("/api/v1/meta/{type}/{name}",            "Refused: metadata comes with packages", meta::api::read_only).bare(),
        delete("/api/v1/meta/{type}/{name}",         "Refused: metadata comes with packages", meta::api::read_only).bare(),
        post("/api/v1/meta/{type}/{name}/publish",   "Refused: metadata comes with packages", meta::api::read_only).bare(),
        post("/api/v1/meta/{type}/{name}/rollback",  "Refused: metadata comes with packages", meta::api::read_only).bare(),
        get("/api/v1/ui/view/{object}/{shape}",      "A list or a form of an object that nobody designed", meta::api::ui_view).bare(),
        get("/api/v1/i18n/locales",                  "Lists the locales of the packages", meta::i18n::locales).open(),
        get("/api/v1/i18n/translations/{locale}",    "All texts of a locale", meta::i18n::translations).open(),
        get("/api/v1/i18n/labels/{object}/{locale}", "Labels of the fields of an object", meta::i18n::labels).open(),

        // Packages (§3.14)
        get("/api/v1/packages",                     "Lists the packages of this runtime", package::api::list),
        post("/api/v1/packages",                    "Installs a package that is not there yet", package::api::install),
        get("/api/v1/packages/{package}",           "Shows a package with its items", package::api::show),
        delete("/api/v1/packages/{package}",        "Uninstalls a package; its data stays", package::api::delete),
        patch("/api/v1/packages/{package}/enable",  "Loads a disabled package again", package::api::enable),
        patch("/api/v1/packages/{package}/disable", "Unloads a package until it is enabled", package::api::disable),
        get("/api/v1/packages/{package}/export",    "The flat manifest of a package", package::api::export),
        get("/api/v1/packages/{package}/commits",   "Lists commits, of which there are none", package::api::commits),
        patch("/api/v1/packages/{package}",         "Refused: packages are changed by their next version", package::api::read_only),
        post("/api/v1/packages/{package}/{act}",    "Refused: packages are changed by their next version", package::api::read_only),
        post("/api/v1/packages/{package}/commits/{commit}/revert", "Refused: packages are changed by their next version", package::api::read_only),
        get("/api/v1/security/suggested-bindings",  "Lists suggested permission sets, of which there are none", package::api::suggested_bindings),

        // Discovery (§3.13)
        get("/api/v1",                       "Tells which surfaces there are", discovery::discovery).open().bare(),
        get("/api/v1/discovery",             "Tells which surfaces there are", discovery::discovery).open().bare(),
        get("/.well-known/objectstack",      "Tells which surfaces there are", discovery::well_known).open(),
        get("/api/v1/runtime/config",        "What a console is told before anybody signs in", discovery::runtime_config).open().bare(),
        get("/api/v1/studio/runtime-config", "What a console is told before anybody signs in", discovery::runtime_config).open().bare(),

        // What is stored and does not run (design §8.14)
        post("/api/v1/actions/{object}/{action}", "Refused: actions do not run", not_running::action),
        get("/api/v1/automation",              "Refused: flows do not run", not_running::automation),
        post("/api/v1/automation",             "Refused: flows do not run", not_running::automation),
        get("/api/v1/automation/{*rest}",      "Refused: flows do not run", not_running::automation),
        post("/api/v1/automation/{*rest}",     "Refused: flows do not run", not_running::automation),
        put("/api/v1/automation/{*rest}",      "Refused: flows do not run", not_running::automation),
        delete("/api/v1/automation/{*rest}",   "Refused: flows do not run", not_running::automation),
        get("/api/v1/approvals/{*rest}",       "Refused: approvals do not run", not_running::approvals),
        post("/api/v1/approvals/{*rest}",      "Refused: approvals do not run", not_running::approvals),
        get("/api/v1/ai/{*rest}",              "Refused: agents do not run", not_running::ai),
        post("/api/v1/ai/{*rest}",             "Refused: agents do not run", not_running::ai),
        patch("/api/v1/ai/{*rest}",            "Refused: agents do not run", not_running::ai),
        delete("/api/v1/ai/{*rest}",           "Refused: agents do not run", not_running::ai),
        get("/api/v1/analytics/{*rest}",       "Refused: analytics do not run", not_running::analytics),
        post("/api/v1/analytics/{*rest}",      "Refused: analytics do not run", not_running::analytics),

        // Browsing the catalog (§3.11)
        get("/api/v1/marketplace/{*path}", "A page of the catalog", browse::api::browse).open(),

        // Installing (§3.10)
        get("/api/v1/marketplace/install-local",  "Lists what is installed", install::api::list),
        post("/api/v1/marketplace/install-local", "Installs a package, or moves it to another version", install::api::install),
        delete("/api/v1/marketplace/install-local/{package}", "Unloads a package; its data stays", install::api::uninstall),
        post("/api/v1/marketplace/install-local/{package}/reseed-sample-data", "Loads the sample data of a package again", install::api::reseed),
        post("/api/v1/marketplace/install-local/{package}/purge-sample-data",  "Deletes the sample data that was loaded", install::api::purge),

        // Records (§3.15)
        get("/api/v1/data/{object}",              "Lists records", records::http::list).bare(),
        post("/api/v1/data/{object}",             "Makes a record", records::http::create).bare(),
        post("/api/v1/data/{object}/query",       "Lists records, asked for in a body", records::http::query).bare(),
        post("/api/v1/data/{object}/batch",       "Makes, changes or deletes records, each for itself or all at once", records::http::batch).bare(),
        post("/api/v1/data/{object}/createMany",  "Makes records, all or none", records::http::create_many).bare(),
        post("/api/v1/data/{object}/updateMany",  "Changes records", records::http::update_many).bare(),
        post("/api/v1/data/{object}/deleteMany",  "Deletes records", records::http::delete_many).bare(),
        get("/api/v1/data/{object}/{id}",         "Shows a record", records::http::get).bare(),
        patch("/api/v1/data/{object}/{id}",       "Changes a record", records::http::update).bare(),
        delete("/api/v1/data/{object}/{id}",      "Deletes a record", records::http::delete).bare(),
        post("/api/v1/data/{object}/{id}/clone",  "Makes a record after another one", records::http::clone).bare(),
        post("/api/v1/batch",                     "Makes, changes and deletes records of several objects, all or nothing", records::http::transaction).bare(),

        // The registry (§3.16)
        post("/api/v1/packages/publish",            "Publishes a version of a package to the registry", registry::api::publish).takes::<registry::api::Publish>(),
        get("/api/v1/registry/packages",            "Lists the latest version of every package", registry::api::list),
        get("/api/v1/registry/packages/{id}",       "Answers a version of a package: `?version=`, or the latest", registry::api::get),
        delete("/api/v1/registry/packages/{id}",    "Deletes a version of a package, or all of them", registry::api::delete),

        // Files (design §8.23)
        post("/api/v1/storage/upload/presigned",         "Announces a file, and answers where to send its bytes", file::api::presign).takes::<file::api::Presign>(),
        put("/api/v1/storage/_local/raw/{token}",        "Takes the bytes of an announced file", file::api::send).open(),
        get("/api/v1/storage/_local/raw/{token}",        "Answers a file to whoever has a link", file::api::fetch).open(),
        post("/api/v1/storage/upload/complete",          "Completes an upload whose bytes have been sent", file::api::complete).takes::<file::api::Complete>(),
        post("/api/v1/storage/upload/chunked",           "Begins an upload in pieces", file::api::begin).takes::<file::api::Begin>(),
        put("/api/v1/storage/upload/chunked/{upload}/chunk/{position}", "Takes a piece of an upload", file::api::take),
        post("/api/v1/storage/upload/chunked/{upload}/complete", "Joins the pieces of an upload", file::api::join),
        get("/api/v1/storage/upload/chunked/{upload}/progress",  "Tells how far an upload is", file::api::progress),
        get("/api/v1/storage/files/{file}",              "Answers a file, or a range of it", file::api::get),
        delete("/api/v1/storage/files/{file}",           "Deletes a file that nothing refers to", file::api::delete),
        get("/api/v1/storage/files/{file}/url",          "Answers a short-lived link to a file", file::api::url),

        // The connection to a control plane (§3.12)
        get("/api/v1/cloud-connection/status",       "Tells whether this runtime is bound, and how it keeps up", connection::api::status),
        post("/api/v1/cloud-connection/bind/start",  "Asks for a code that a person confirms at the control plane", connection::api::start),
        post("/api/v1/cloud-connection/bind/poll",   "Binds this runtime once the code is confirmed", connection::api::poll),
        post("/api/v1/cloud-connection/unbind",      "Ends the connection; packages stay", connection::api::unbind),
        post("/api/v1/cloud-connection/install",     "Installs a package in the environment of this runtime", connection::api::install),
        get("/api/v1/cloud-connection/installation", "Tells whether a package is installed in the environment", connection::api::installation),
        get("/api/v1/cloud-connection/installed",    "Lists what is installed in the environment", connection::api::installed),
        get("/api/v1/cloud-connection/org-packages", "Lists what the organization could install", connection::api::organization_packages),
    ]
}

/// The HTTP API as one service.
pub fn routes(runtime: Runtime) -> Router {
    router(endpoints(), runtime)
}

/// These endpoints as one service.
pub fn router(endpoints: Vec<Endpoint>, runtime: Runtime) -> Router {
    endpoints
        .into_iter()
        .fold(Router::new(), |router, it| router.route(it.path, it.handler))
        .method_not_allowed_fallback(observe::no_such_method)
        .fallback(observe::no_such_endpoint)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(axum::middleware::from_fn(observe::observe))
        .with_state(runtime)
}
