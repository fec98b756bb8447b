//! Every URL of the runtime, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and tests walk it, so
//! that no endpoint can be added without its guard being tried.

use crate::discovery::Surfaces;
use crate::openapi::document;
use crate::{
    Endpoint, Runtime, browse, connection, discovery, health, install, meta, middleware,
    not_running, package, records, registry, storage,
};
use axum::http::Method;
use axum::{Extension, Router};
use os_api::device::DeviceCode;
use os_api::installation::{InstallActionResult, InstalledOrNot};
use os_api::runtime::{
    UninstallOptions, catalog as catalogs, connection as connections, discovery as discoveries,
    file as files, health as states, install as installs, metadata, package as packages, record,
    registry as registries, translation, view,
};
use os_api::session as sessions;
use os_api::user as people;
use os_http::endpoint::{delete, get, patch, post, put};
use os_http::extract::Bare;
use os_identity::http as identity;
use serde_json::{Map, Value};

/// The largest request body: an artifact.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// The largest body with records.
const MAX_RECORDS_BYTES: usize = 4 * 1024 * 1024;

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health and reference
        get("/api/v1/health", "Shows that the process lives", health::http::show_health).gives::<states::Health>().open(),
        get("/api/v1/ready",  "Shows that requests can be served", health::http::show_readiness).gives::<states::Ready>().open(),
        get("/api/v1/openapi.json", "Answers this reference as an OpenAPI 3.1 document", show_openapi).gives::<Map<String, Value>>().open().bare(),

        // Accounts of the runtime (docs/wire/authentication.md#sessions)
        post("/api/v1/auth/sign-up/email",    "Creates an account and signs it in; the first one owns the runtime", identity::session::sign_up).takes::<people::SignUp>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-in/email",    "Signs in with a password", identity::session::sign_in).takes::<sessions::SignIn>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-out",         "Ends the session of the request", identity::session::sign_out).gives::<sessions::Success>().open().bare(),
        get("/api/v1/auth/get-session",       "Shows who is signed in; null when nobody is", identity::session::get_session).gives::<Option<sessions::CurrentSession>>().open().bare(),
        post("/api/v1/auth/change-password",  "Changes the caller's password and ends their other sessions", identity::account::change_password).takes::<people::ChangePassword>().gives::<people::PasswordChanged>().bare(),
        post("/api/v1/auth/request-password-reset", "Refuses to send a link to a new password: the runtime sends no mail", identity::account::request_password_reset).takes::<people::RequestPasswordReset>().gives::<people::Status>().open().bare(),
        post("/api/v1/auth/reset-password",   "Replaces a password with the secret of a link, and ends all sessions", identity::account::reset_password).takes::<people::ResetPassword>().gives::<people::Status>().open().bare(),
        get("/api/v1/auth/bootstrap-status",  "Shows whether the runtime has an owner", identity::account::bootstrap_status).gives::<people::BootstrapStatus>().open().bare(),

        // Metadata (docs/wire/records.md#record-endpoints)
        get("/api/v1/meta",                          "Lists the kinds of metadata", meta::http::list_kinds).gives::<metadata::MetadataKinds>().bare(),
        get("/api/v1/meta/types",                    "Lists the kinds of metadata", meta::http::list_kinds).gives::<metadata::MetadataKinds>().bare(),
        get("/api/v1/meta/_drafts",                  "Lists unpublished changes: none", meta::http::list_drafts).gives::<metadata::MetadataDrafts>().bare(),
        get("/api/v1/meta/diagnostics",              "Counts the items of each kind", meta::http::show_diagnostics).gives::<metadata::MetadataDiagnostics>().bare(),
        get("/api/v1/meta/{type}",                   "Lists the items of a kind, of one package or of all", meta::http::list_items).asks::<metadata::MetadataQuery>().gives::<metadata::MetadataItems>().bare(),
        get("/api/v1/meta/{type}/{name}",            "Shows an item with its provenance", meta::http::show_item).asks::<metadata::MetadataQuery>().gives::<metadata::ShownItem>().bare(),
        get("/api/v1/meta/{type}/{name}/published",  "Shows an item alone, untranslated", meta::http::show_published).asks::<metadata::MetadataQuery>().gives::<metadata::MetadataItem>().bare(),
        get("/api/v1/meta/{type}/{name}/references", "Lists the places that name an item", meta::http::list_references).gives::<metadata::References>().bare(),
        get("/api/v1/meta/{type}/{name}/history",    "Lists the changes of an item in this runtime: none", meta::http::show_history).gives::<metadata::ItemHistory>().bare(),
        get("/api/v1/meta/{type}/{name}/audit",      "Lists the changes of an item in this runtime: none", meta::http::show_history).gives::<metadata::ItemHistory>().bare(),
        get("/api/v1/meta/{type}/{name}/diff",       "Shows the difference between an item and its package: none", meta::http::show_diff).gives::<metadata::ItemDiff>().bare(),
        post("/api/v1/meta/_migrate-stored",         "Refuses to change metadata: it comes with packages", meta::http::refuse_edit).unsupported().bare(),
        put("/api/v1/meta/{type}/{name}",            "Refuses to change metadata: it comes with packages", meta::http::refuse_edit).unsupported().bare(),
        delete("/api/v1/meta/{type}/{name}",         "Refuses to change metadata: it comes with packages", meta::http::refuse_edit).unsupported().bare(),
        post("/api/v1/meta/{type}/{name}/publish",   "Refuses to change metadata: it comes with packages", meta::http::refuse_edit).unsupported().bare(),
        post("/api/v1/meta/{type}/{name}/rollback",  "Refuses to change metadata: it comes with packages", meta::http::refuse_edit).unsupported().bare(),
        get("/api/v1/ui/view/{object}/{shape}",      "Generates a list or a form of an object", meta::http::generate_view).asks::<metadata::MetadataQuery>().gives::<view::GeneratedView>().bare(),
        get("/api/v1/i18n/locales",                  "Lists the locales of the packages", meta::http::i18n::list_locales).gives::<translation::TranslationLocales>().open(),
        get("/api/v1/i18n/translations/{locale}",    "Shows all translations of a locale", meta::http::i18n::show_translations).gives::<translation::Translations>().open(),
        get("/api/v1/i18n/labels/{object}/{locale}", "Shows the translations of an object's fields", meta::http::i18n::show_field_labels).gives::<translation::FieldLabels>().open(),

        // Packages (docs/wire/runtime-install.md#packages-of-a-runtime)
        get("/api/v1/packages",                     "Lists the packages of this runtime", package::http::list_packages).asks::<packages::PackageQuery>().gives::<packages::RuntimePackages>(),
        post("/api/v1/packages",                    "Installs a package that is sent whole", package::http::install_package).takes::<packages::InstallManifest>().gives::<packages::RuntimePackage>().accepts(MAX_BODY_BYTES),
        get("/api/v1/packages/{package}",           "Shows a package with its metadata items", package::http::show_package).gives::<packages::RuntimePackage>(),
        delete("/api/v1/packages/{package}",        "Uninstalls a package; its data stays", package::http::delete_package).asks::<UninstallOptions>().gives::<packages::DeletedPackage>(),
        patch("/api/v1/packages/{package}/enable",  "Enables a package", package::http::enable_package).gives::<packages::RuntimePackage>(),
        patch("/api/v1/packages/{package}/disable", "Disables a package until it is enabled again", package::http::disable_package).gives::<packages::RuntimePackage>(),
        get("/api/v1/packages/{package}/export",    "Exports the flat manifest of a package", package::http::export_package).gives::<packages::ExportedManifest>(),
        get("/api/v1/packages/{package}/commits",   "Lists the commits of a package: none", package::http::list_commits).gives::<packages::PackageCommits>(),
        patch("/api/v1/packages/{package}",         "Refuses to edit a package: it is changed by its next version", package::http::refuse_edit).unsupported(),
        post("/api/v1/packages/{package}/{act}",    "Refuses to edit a package: it is changed by its next version", package::http::refuse_edit).unsupported(),
        post("/api/v1/packages/{package}/commits/{commit}/revert", "Refuses to edit a package: it is changed by its next version", package::http::refuse_edit).unsupported(),
        get("/api/v1/security/suggested-bindings",  "Lists suggested permission sets: none", package::http::list_suggested_bindings).gives::<packages::SuggestedBindings>(),

        // Discovery (docs/wire/metadata.md#discovery)
        get("/api/v1",                       "Shows which parts of the API this runtime has", discovery::http::show_discovery).gives::<discoveries::Discovery>().open().bare(),
        get("/api/v1/discovery",             "Shows which parts of the API this runtime has", discovery::http::show_discovery).gives::<discoveries::Discovery>().open().bare(),
        get("/.well-known/objectstack",      "Shows which parts of the API this runtime has", discovery::http::show_well_known).gives::<discoveries::Discovery>().open(),
        get("/api/v1/runtime/config",        "Shows the settings of a console before sign-in", discovery::http::show_runtime_config).gives::<discoveries::RuntimeConfig>().open().bare(),
        get("/api/v1/studio/runtime-config", "Shows the settings of a console before sign-in", discovery::http::show_runtime_config).gives::<discoveries::RuntimeConfig>().open().bare(),

        // What is stored and does not run (docs/wire/runtime-install.md#kinds-that-do-not-run)
        post("/api/v1/actions/{object}/{action}", "Refuses to run an action: actions do not run yet", not_running::http::action).unsupported(),
        get("/api/v1/automation",              "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        post("/api/v1/automation",             "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        get("/api/v1/automation/{*rest}",      "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        post("/api/v1/automation/{*rest}",     "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        put("/api/v1/automation/{*rest}",      "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        delete("/api/v1/automation/{*rest}",   "Refuses to run flows: they do not run yet", not_running::http::automation).unsupported(),
        get("/api/v1/approvals/{*rest}",       "Refuses to run approvals: they do not run yet", not_running::http::approvals).unsupported(),
        post("/api/v1/approvals/{*rest}",      "Refuses to run approvals: they do not run yet", not_running::http::approvals).unsupported(),
        get("/api/v1/ai/{*rest}",              "Refuses to run agents: they do not run yet", not_running::http::ai).unsupported(),
        post("/api/v1/ai/{*rest}",             "Refuses to run agents: they do not run yet", not_running::http::ai).unsupported(),
        patch("/api/v1/ai/{*rest}",            "Refuses to run agents: they do not run yet", not_running::http::ai).unsupported(),
        delete("/api/v1/ai/{*rest}",           "Refuses to run agents: they do not run yet", not_running::http::ai).unsupported(),
        get("/api/v1/analytics/{*rest}",       "Refuses to run analytics queries: they do not run yet", not_running::http::analytics).unsupported(),
        post("/api/v1/analytics/{*rest}",      "Refuses to run analytics queries: they do not run yet", not_running::http::analytics).unsupported(),

        // The catalog (docs/wire/catalog.md#browse-proxy)
        get("/api/v1/marketplace/{*path}", "Answers a page of the catalog", browse::http::show_page).gives::<catalogs::CatalogResponse>().open().bare().relays(),

        // Installing (docs/wire/runtime-install.md#install-local)
        get("/api/v1/marketplace/install-local",  "Lists what is installed", install::http::list_installed).gives::<installs::InstalledPackages>(),
        post("/api/v1/marketplace/install-local", "Installs a package, or moves it to another version", install::http::install_package).takes::<installs::InstallRequest>().gives::<installs::InstallResult>().accepts(MAX_BODY_BYTES),
        delete("/api/v1/marketplace/install-local/{package}", "Uninstalls a package; its data stays", install::http::uninstall_package).asks::<UninstallOptions>().gives::<installs::UninstalledPackage>(),
        post("/api/v1/marketplace/install-local/{package}/reseed-sample-data", "Loads the sample data of a package again", install::http::reseed_package).gives::<installs::ReseededData>(),
        post("/api/v1/marketplace/install-local/{package}/purge-sample-data",  "Deletes the sample data of a package", install::http::purge_package).gives::<installs::PurgedData>(),

        // Records (docs/wire/records.md#record-endpoints)
        get("/api/v1/data/{object}",              "Lists records", records::http::list).asks::<record::RecordListQuery>().gives::<record::RecordList>().bare(),
        post("/api/v1/data/{object}",             "Creates a record", records::http::create).takes::<record::RecordFields>().gives::<record::OneRecord>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/data/{object}/query",       "Lists records, with the query in the body", records::http::query).takes::<record::RecordListRequest>().gives::<record::RecordList>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/data/{object}/batch",       "Creates, updates or deletes records, each for itself or all or none", records::http::batch).takes::<record::RecordBatch>().gives::<record::BatchResult>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/data/{object}/createMany",  "Creates records, all or none", records::http::create_many).takes::<record::CreateManyRecords>().gives::<record::CreatedRecords>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/data/{object}/updateMany",  "Updates records", records::http::update_many).takes::<record::UpdateManyRecords>().gives::<record::BatchResult>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/data/{object}/deleteMany",  "Deletes records", records::http::delete_many).takes::<record::DeleteManyRecords>().gives::<record::BatchResult>().bare().accepts(MAX_RECORDS_BYTES),
        get("/api/v1/data/{object}/{id}",         "Shows a record", records::http::get).asks::<record::RecordQuery>().gives::<record::OneRecord>().bare(),
        patch("/api/v1/data/{object}/{id}",       "Updates a record", records::http::update).takes::<record::UpdateRecord>().gives::<record::OneRecord>().bare().accepts(MAX_RECORDS_BYTES),
        delete("/api/v1/data/{object}/{id}",      "Deletes a record", records::http::delete).asks::<record::ExpectedVersionQuery>().gives::<record::DeletedRecord>().bare(),
        post("/api/v1/data/{object}/{id}/clone",  "Clones a record", records::http::clone).takes::<record::CloneRecord>().gives::<record::ClonedRecord>().bare().accepts(MAX_RECORDS_BYTES),
        post("/api/v1/batch",                     "Creates, updates and deletes records of several objects, all or none", records::http::transaction).takes::<record::RecordTransaction>().gives::<record::TransactionResult>().bare().accepts(MAX_RECORDS_BYTES),

        // The registry (docs/wire/registry.md#registry-endpoints)
        post("/api/v1/packages/publish",            "Publishes a version of a package to the registry", registry::http::publish_version).takes::<registries::PublishToRegistry>().gives::<registries::PublishedToRegistry>().accepts(MAX_BODY_BYTES),
        get("/api/v1/registry/packages",            "Lists the latest version of every package", registry::http::list_latest).gives::<registries::RegistryPackages<registries::PackageRecord>>(),
        get("/api/v1/registry/packages/{id}",       "Shows a version of a package, the latest by default", registry::http::show_version).asks::<registries::RegistryVersionQuery>().gives::<registries::PackageRecord>(),
        delete("/api/v1/registry/packages/{id}",    "Deletes a version of a package, or all of them", registry::http::delete_versions).asks::<registries::RegistryVersionQuery>().gives::<registries::DeletedFromRegistry>(),

        // Files (docs/wire/files.md)
        post("/api/v1/storage/upload/presigned",         "Announces a file, and answers where to send its bytes", storage::http::presign_upload).takes::<files::PresignUpload>().gives::<files::PresignedUpload>(),
        put("/api/v1/storage/_local/raw/{token}",        "Receives the bytes of an announced file", storage::http::receive_bytes).takes_bytes().gives::<files::BytesReceived>().open(),
        get("/api/v1/storage/_local/raw/{token}",        "Answers a file to the holder of a link", storage::http::download_by_link).gives_bytes(&["*/*"]).open().bare(),
        post("/api/v1/storage/upload/complete",          "Completes an upload whose bytes were received", storage::http::complete_upload).takes::<files::CompleteUpload>().gives::<files::StoredFile>(),
        post("/api/v1/storage/upload/chunked",           "Starts an upload in chunks", storage::http::start_chunked_upload).takes::<files::StartChunkedUpload>().gives::<files::ChunkedUpload>(),
        put("/api/v1/storage/upload/chunked/{upload}/chunk/{position}", "Receives a chunk of an upload", storage::http::receive_chunk).takes_bytes().gives::<files::StoredChunk>(),
        post("/api/v1/storage/upload/chunked/{upload}/complete", "Joins the chunks of an upload", storage::http::join_chunks).takes::<files::JoinChunks>().gives::<files::JoinedFile>(),
        get("/api/v1/storage/upload/chunked/{upload}/progress",  "Shows how much of an upload was received", storage::http::show_progress).gives::<files::UploadProgress>(),
        get("/api/v1/storage/files/{file}",              "Answers a file, or a range of it", storage::http::download_file).gives_bytes(&["*/*"]).bare(),
        delete("/api/v1/storage/files/{file}",           "Deletes a file that nothing refers to", storage::http::delete_file).gives::<files::DeletedFile>(),
        get("/api/v1/storage/files/{file}/url",          "Answers a short-lived link to a file", storage::http::show_link).gives::<files::FileLink>(),

        // The connection to a control plane (docs/wire/runtime-connection.md#routes-of-the-runtime)
        get("/api/v1/cloud-connection/status",       "Shows whether this runtime is bound, and how it follows its environment", connection::http::show_status).gives::<connections::ConnectionReport>().relays(),
        post("/api/v1/cloud-connection/bind/start",  "Requests a code that a person confirms at the control plane", connection::http::start_binding).gives::<DeviceCode>().relays(),
        post("/api/v1/cloud-connection/bind/poll",   "Binds this runtime once the code is confirmed", connection::http::poll_binding).takes::<connections::PollBinding>().gives::<connections::BindingProgress>().relays(),
        post("/api/v1/cloud-connection/unbind",      "Ends the connection; packages stay", connection::http::unbind).gives::<connections::Unbound>().relays(),
        post("/api/v1/cloud-connection/install",     "Installs a package in the environment of this runtime", connection::http::install_in_environment).takes::<connections::InstallInEnvironment>().gives::<InstallActionResult>().relays(),
        get("/api/v1/cloud-connection/installation", "Shows whether a package is installed in the environment", connection::http::show_installation).asks::<connections::InstallationQuery>().gives::<InstalledOrNot>().relays(),
        get("/api/v1/cloud-connection/installed",    "Lists what is installed in the environment", connection::http::list_environment_packages).gives::<connections::EnvironmentPackages>().relays(),
        get("/api/v1/cloud-connection/org-packages", "Lists what the organization can install", connection::http::list_available_packages).gives::<connections::AvailablePackages>().relays(),
    ]
}

/// The endpoints that send a request to the control plane with the credential of the runtime.
/// They admit only callers who may manage it: others would read and do by it what they may not
/// themselves (docs/wire/runtime-connection.md#routes-of-the-runtime).
#[rustfmt::skip]
pub const WITH_RUNTIME_CREDENTIAL: [(Method, &str); 7] = [
    (Method::GET,  "/api/v1/cloud-connection/status"),
    (Method::GET,  "/api/v1/cloud-connection/installation"),
    (Method::GET,  "/api/v1/cloud-connection/installed"),
    (Method::GET,  "/api/v1/cloud-connection/org-packages"),
    (Method::POST, "/api/v1/cloud-connection/install"),
    (Method::POST, "/api/v1/cloud-connection/unbind"),
    (Method::POST, "/api/v1/marketplace/install-local"),
];

/// Returns the OpenAPI 3.1 document of all endpoints.
pub fn openapi() -> Value {
    document(&endpoints())
}

/// `GET /api/v1/openapi.json`.
async fn show_openapi() -> Bare<Value> {
    Bare(openapi())
}

/// Returns the HTTP API as one service.
pub fn routes(runtime: Runtime) -> Router {
    router(endpoints(), runtime)
}

/// These endpoints as one service.
pub fn router(endpoints: Vec<Endpoint>, runtime: Runtime) -> Router {
    let paths: Vec<&str> = endpoints.iter().map(|it| it.path).collect();
    let surfaces = Surfaces::of(&paths);
    endpoints
        .into_iter()
        .fold(Router::new(), |router, it| router.route(it.path, it.limited()))
        .method_not_allowed_fallback(middleware::no_such_method)
        .fallback(middleware::no_such_endpoint)
        .layer(Extension(surfaces))
        .layer(axum::middleware::from_fn(middleware::refuse_loop))
        .layer(axum::middleware::from_fn(middleware::log_request))
        .with_state(runtime)
}
