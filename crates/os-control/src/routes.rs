//! Every URL of the control plane, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and
//! tests walk it, so that every endpoint is tried as nobody and as an outsider.

use crate::http::extract::Bare;
use crate::http::fleet::{
    compat, environment, generation, installation, runtime_link, runtime_state,
};
use crate::http::observe::{self, Meter, observe};
use crate::http::registry::{catalog, examples, listing, package, version};
use crate::http::{event, health, openapi, organizations};
use crate::{Config, Control, Endpoint};
use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::from_fn_with_state;
use os_api::api_key as keys;
use os_api::catalog::{CatalogDetail, CatalogManifest, CatalogPage, ListCatalog};
use os_api::desired::{DesiredState, ObservedState, RecordedState, WaitForChange};
use os_api::device as codes;
use os_api::environment::{
    ActivatedEnvironment, AddEnvironmentMember, Branch, CreateEnvironment, CreatedEnvironment,
    DeletedEnvironment, Drivers, Entitlements, EnvironmentDetail, EnvironmentMembers,
    EnvironmentRecords, Environments, Force, ListEnvironments, OneEnvironment,
    OneEnvironmentMember, ReseedAccepted, Revisions, RotateCredential, RotatedCredential,
    SetHostname, Templates, UpdateEnvironment, UpdateEnvironmentMember,
};
use os_api::event::{Events, ListEvents};
use os_api::generation::{GenerationDiff, Generations, OneGeneration, RestoreGeneration};
use os_api::health::{Health, Readiness};
use os_api::installation::{
    ChangeSettings, History, InstallAction, InstallActionResult, InstallPackage, Installations,
    InstalledOrNot, ListOrganizationPackages, OneInstallation, OrganizationPackages, Pagination,
    RollbackPackage, Uninstalled, UpgradePackage,
};
use os_api::listing::{ListReviews, RejectVersion, Reviews};
use os_api::organization as org;
use os_api::package::{
    Deleted, GrantPackage, Grants, Icon, ListPackages, PackageDetail, Packages, RegisterPackage,
    SavePackage, SavedPackage,
};
use os_api::record::{DeletedRecord, Record, Records};
use os_api::runtime_connection::{
    BindRuntime, BoundRuntime, RevokedRuntime, RuntimeConnections, RuntimeSelector, RuntimeStatus,
};
use os_api::session as sessions;
use os_api::user as people;
use os_api::version::{
    CreateVersion, CreatedVersionAnswer, DeprecateVersion, ListVersions, PublishVersion,
    UpdateVersion, Version, VersionDetail, VersionManifest, Versions,
};
use os_http::endpoint::{delete, get, patch, post, put};
use os_identity::http as identity;
use serde_json::{Map, Value};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health and reference
        get("/api/v1/health", "Reports that the process is alive", health::health).gives::<Health>().open(),
        get("/api/v1/ready",  "Reports whether requests can be served", health::ready).gives::<Readiness>().open(),
        get("/metrics",       "Exports counters and latencies in the Prometheus text format", observe::metrics_page).gives_bytes(&["text/plain"]).open().bare(),
        get("/openapi.json",  "Returns this reference as an OpenAPI 3.1 document", show_openapi).gives::<Map<String, Value>>().open().bare(),

        // Sessions and accounts (docs/wire/authentication.md#sessions)
        post("/api/v1/auth/sign-up/email",         "Creates an account and signs it in", identity::session::sign_up).takes::<people::SignUp>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-in/email",         "Signs in with a password", identity::session::sign_in).takes::<sessions::SignIn>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-out",              "Signs out of the current session", identity::session::sign_out).gives::<sessions::Success>().open().bare(),
        get("/api/v1/auth/get-session",            "Returns the current session and its user, or null", identity::session::get_session).gives::<Option<sessions::CurrentSession>>().open().bare(),
        get("/api/v1/auth/config",                 "Returns the ways to sign in", identity::session::config).gives::<sessions::AuthConfig>().open(),
        get("/api/v1/auth/bootstrap-status",       "Reports whether the server has an owner", identity::account::bootstrap_status).gives::<people::BootstrapStatus>().open().bare(),
        get("/api/v1/auth/list-sessions",          "Lists the caller's sessions", identity::session::list).gives::<Vec<sessions::Session>>().bare(),
        post("/api/v1/auth/revoke-session",        "Revokes one of the caller's sessions", identity::session::revoke).takes::<sessions::RevokeSession>().gives::<people::Status>().bare(),
        post("/api/v1/auth/revoke-other-sessions", "Revokes all of the caller's sessions but the current one", identity::session::revoke_others).gives::<people::Status>().bare(),
        post("/api/v1/auth/update-user",           "Updates the caller's name or picture", identity::account::update).takes::<people::UpdateUser>().gives::<people::Status>().bare(),
        post("/api/v1/auth/change-password",       "Changes the caller's password and revokes their other sessions", identity::account::change_password).takes::<people::ChangePassword>().gives::<people::PasswordChanged>().bare(),
        post("/api/v1/auth/request-password-reset", "Refuses to send a link to a new password: the server sends no mail", identity::account::request_password_reset).takes::<people::RequestPasswordReset>().gives::<people::Status>().open().bare(),
        post("/api/v1/auth/reset-password",        "Replaces a password with the secret of a link, and ends all sessions", identity::account::reset_password).takes::<people::ResetPassword>().gives::<people::Status>().open().bare(),

        // Device flow (docs/wire/authentication.md#device-flow)
        post("/api/v1/auth/device/code",    "Starts a device sign-in with a code that a person confirms in a browser", identity::device::request).takes::<codes::RequestCode>().gives::<codes::DeviceCode>().open().bare(),
        post("/api/v1/auth/device/token",   "Exchanges an approved device code for a session", identity::device::redeem).takes::<codes::RedeemCode>().gives::<codes::AccessToken>().open().bare(),
        get("/api/v1/auth/device",          "Returns the status of a device code; looking changes nothing", identity::device::show).asks::<codes::CodeQuery>().gives::<codes::CodeStatus>().open().bare(),
        post("/api/v1/auth/device/approve", "Approves a device code", identity::device::approve).takes::<codes::DecideCode>().gives::<sessions::Success>().bare(),
        post("/api/v1/auth/device/deny",    "Denies a device code", identity::device::deny).takes::<codes::DecideCode>().gives::<sessions::Success>().bare(),

        // Organizations, members, invitations (docs/wire/organizations.md#organization-endpoints)
        get("/api/v1/auth/organization/list",                         "Lists the caller's organizations", identity::organization::list).gives::<Vec<org::Organization>>().bare(),
        post("/api/v1/auth/organization/create",                      "Creates an organization owned by the caller", identity::organization::create).takes::<org::CreateOrganization>().gives::<org::FullOrganization>().bare(),
        post("/api/v1/auth/organization/update",                      "Updates an organization", identity::organization::update).takes::<org::UpdateOrganization>().gives::<org::Organization>().bare(),
        post("/api/v1/auth/organization/delete",                      "Deletes an organization with its environments", organizations::delete).takes::<org::ThisOrganization>().gives::<org::Organization>().bare(),
        post("/api/v1/auth/organization/check-slug",                  "Reports whether a slug is available", identity::organization::check_slug).takes::<org::CheckSlug>().gives::<people::Status>().bare(),
        post("/api/v1/auth/organization/set-active",                  "Sets the active organization of the session", identity::organization::set_active).takes::<org::SetActiveOrganization>().gives::<org::Organization>().bare(),
        get("/api/v1/auth/organization/get-full-organization",        "Returns an organization with its members", identity::organization::get_full).asks::<org::OrganizationQuery>().gives::<Option<org::FullOrganization>>().bare(),
        get("/api/v1/auth/organization/list-members",                 "Lists the members of an organization", identity::member::list).asks::<org::OrganizationQuery>().gives::<org::Members>().bare(),
        get("/api/v1/auth/organization/get-active-member",            "Returns the caller's membership in the active organization", identity::member::active).asks::<org::OrganizationQuery>().gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/remove-member",               "Removes a member from an organization", identity::member::remove).takes::<org::RemoveMember>().gives::<org::RemovedMember>().bare(),
        post("/api/v1/auth/organization/update-member-role",          "Updates a member's role", identity::member::update_role).takes::<org::UpdateMemberRole>().gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/leave",                       "Removes the caller from an organization", identity::member::leave).takes::<org::ThisOrganization>().gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/invite-member",               "Invites an email address to an organization", identity::invitation::create).takes::<org::InviteMember>().gives::<org::CreatedInvitation>().bare(),
        post("/api/v1/auth/organization/accept-invitation",           "Accepts an invitation to the caller", identity::invitation::accept).takes::<org::ThisInvitation>().gives::<org::AnsweredInvitation>().bare(),
        post("/api/v1/auth/organization/reject-invitation",           "Declines an invitation to the caller", identity::invitation::reject).takes::<org::ThisInvitation>().gives::<org::AnsweredInvitation>().bare(),
        post("/api/v1/auth/organization/cancel-invitation",           "Cancels an invitation", identity::invitation::cancel).takes::<org::ThisInvitation>().gives::<org::Invitation>().bare(),
        get("/api/v1/auth/organization/list-invitations",             "Lists the invitations of an organization", identity::invitation::list).asks::<org::OrganizationQuery>().gives::<Vec<org::Invitation>>().bare(),
        get("/api/v1/auth/organization/list-user-invitations",        "Lists the invitations to the caller", identity::invitation::list_mine).gives::<Vec<org::Invitation>>().bare(),
        delete("/api/v1/cloud/organizations/{organization}", "Deletes an organization with its environments", organizations::delete_by_path).gives::<org::DeletedOrganization>(),

        // API keys (docs/wire/authentication.md#api-keys)
        post("/api/v1/keys",                    "Creates an API key; its secret is returned once", identity::api_key::create).takes::<keys::CreateApiKey>().gives::<keys::CreatedApiKey>(),
        delete("/api/v1/keys/{id}",             "Deletes an API key", identity::api_key::delete).gives::<DeletedRecord>(),
        get("/api/v1/data/sys_api_key",         "Lists the caller's API keys, as records", identity::api_key::records).gives::<Records<keys::ApiKey>>().bare(),
        get("/api/v1/data/sys_api_key/{id}",    "Returns an API key, as a record", identity::api_key::show).gives::<Record<keys::ApiKey>>().bare(),
        patch("/api/v1/data/sys_api_key/{id}",  "Renames or revokes an API key", identity::api_key::update).takes::<keys::UpdateApiKey>().gives::<Record<keys::ApiKey>>().bare(),
        delete("/api/v1/data/sys_api_key/{id}", "Deletes an API key", identity::api_key::delete_record).gives::<DeletedRecord>().bare(),

        // Packages (docs/wire/packages.md#package-endpoints)
        post("/api/v1/cloud/packages",                    "Registers or updates a package", package::register).takes::<RegisterPackage>().gives::<SavedPackage>(),
        get("/api/v1/cloud/packages",                     "Lists and searches the packages that the caller may see", package::list).asks::<ListPackages>().gives::<Packages>(),
        get("/api/v1/cloud/packages/{package}",           "Returns a package with its newest versions", package::show).gives::<PackageDetail>(),
        patch("/api/v1/cloud/packages/{package}",         "Updates a package's details", package::update).takes::<SavePackage>().gives::<SavedPackage>(),
        delete("/api/v1/cloud/packages/{package}",        "Deletes a package that never had a published version", package::delete).gives::<Deleted>(),
        post("/api/v1/cloud/packages/{package}/icon",     "Uploads a package's icon: raw PNG, JPEG, WebP or SVG, at most 256 KiB", package::upload_icon).takes_bytes().gives::<Icon>(),
        get("/icons/{name}",                              "Returns a package's icon", package::icon).gives_bytes(&["image/png", "image/jpeg", "image/webp", "image/svg+xml"]).open().bare(),
        get("/api/v1/cloud/packages/{package}/grants",    "Lists the organizations that have access to a package besides its owner", package::list_grants).gives::<Grants>(),
        post("/api/v1/cloud/packages/{package}/grants",   "Grants an organization access to a package", package::add_grant).takes::<GrantPackage>().gives::<Grants>(),
        delete("/api/v1/cloud/packages/{package}/grants/{organization}", "Revokes an organization's access to a package", package::remove_grant).gives::<Deleted>(),

        post("/api/v1/cloud/examples", "Publishes the example packages that come with the program", examples::publish).takes::<os_api::package::PublishExamples>().gives::<os_api::package::PublishedExamples>(),

        // Versions (docs/wire/versions.md#publish-in-one-step, docs/wire/versions.md#drafts)
        post("/api/v1/cloud/packages/{package}/versions",                       "Publishes a version from an artifact, or creates a draft from a manifest", version::create).takes::<CreateVersion>().gives::<CreatedVersionAnswer>().bare(),
        get("/api/v1/cloud/packages/{package}/versions",                        "Lists a package's versions, the highest first", version::list).asks::<ListVersions>().gives::<Versions>(),
        get("/api/v1/cloud/packages/{package}/versions/{version}",              "Returns a version, named by its number, its row id or `latest`", version::show).gives::<VersionDetail>(),
        get("/api/v1/cloud/packages/{package}/versions/{version}/manifest",     "Returns a version's artifact, byte for byte as its checksum was computed", version::manifest).gives::<VersionManifest>(),
        patch("/api/v1/cloud/packages/{package}/versions/{version}",            "Updates a draft", version::update).takes::<UpdateVersion>().gives::<Version>(),
        delete("/api/v1/cloud/packages/{package}/versions/{version}",           "Deletes a draft", version::delete).gives::<Deleted>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/publish",     "Publishes a draft", version::publish).takes::<PublishVersion>().gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/deprecate",   "Deprecates a version", version::deprecate).takes::<DeprecateVersion>().gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/undeprecate", "Undoes a deprecation; for platform administrators", version::undeprecate).gives::<Version>(),

        // Review (docs/wire/listings.md#review-queue)
        post("/api/v1/cloud/packages/{package}/versions/{version}/submit",      "Submits a version for review", listing::submit).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/withdraw",    "Withdraws a version from review", listing::withdraw).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/approve",     "Approves a version for the catalog; for platform administrators", listing::approve).gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/reject",      "Rejects a version; for platform administrators", listing::reject).takes::<RejectVersion>().gives::<Version>(),
        post("/api/v1/cloud/packages/{package}/versions/{version}/unlist",      "Removes a version from the catalog", listing::unlist).gives::<Version>(),
        get("/api/v1/cloud/reviews",                                            "Lists the review queue, oldest first; for platform administrators", listing::queue).asks::<ListReviews>().gives::<Reviews>(),

        // Catalog (docs/wire/catalog.md#catalog-endpoints)
        get("/api/v1/marketplace/packages",                                       "Lists and searches the catalog", catalog::list).asks::<ListCatalog>().gives::<CatalogPage>().open(),
        get("/api/v1/marketplace/packages/{package}",                             "Returns a package in the catalog with its versions", catalog::show).gives::<CatalogDetail>().open(),
        get("/api/v1/marketplace/packages/{package}/versions/{version}/manifest", "Returns the artifact of a version, named by its number, its row id or `latest`", catalog::manifest).gives::<CatalogManifest>().open(),

        // Environments (docs/wire/environments.md#environment-endpoints)
        get("/api/v1/cloud/environments",                                 "Lists the environments that the caller may see", environment::list).asks::<ListEnvironments>().gives::<Environments>(),
        post("/api/v1/cloud/environments",                                "Creates an environment, which is active at once", environment::create).takes::<CreateEnvironment>().gives::<CreatedEnvironment>(),
        get("/api/v1/cloud/environments/production/sso-open",             "Redirects a browser to the production environment", environment::open_production).asks::<ListEnvironments>().redirects().bare(),
        get("/api/v1/cloud/environments/{environment}",                   "Returns an environment and the caller's role in it", environment::show).gives::<EnvironmentDetail>(),
        patch("/api/v1/cloud/environments/{environment}",                 "Updates an environment", environment::update).takes::<UpdateEnvironment>().gives::<OneEnvironment>(),
        delete("/api/v1/cloud/environments/{environment}",                "Deletes an environment with its installations", environment::delete).asks::<Force>().gives::<DeletedEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/activate",         "Makes an environment the active one of the session", environment::activate).gives::<ActivatedEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/credentials/rotate", "Replaces an environment's secret", environment::rotate_credential).takes::<RotateCredential>().gives::<RotatedCredential>(),
        post("/api/v1/cloud/environments/{environment}/hostname",         "Changes an environment's hostname", environment::set_hostname).takes::<SetHostname>().gives::<OneEnvironment>(),
        put("/api/v1/cloud/environments/{environment}/hostname",          "Changes an environment's hostname, for older clients", environment::set_hostname).takes::<SetHostname>().gives::<OneEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/retry",            "Retries provisioning that failed", environment::retry).gives::<OneEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/reseed",           "Reports who loads sample data", environment::reseed).gives::<ReseedAccepted>(),
        get("/api/v1/cloud/environments/{environment}/revisions",         "Returns an empty list; see generations", environment::revisions).gives::<Revisions>(),
        get("/api/v1/cloud/environments/{environment}/branches",          "Lists the only branch, `main`", environment::branches).gives::<Vec<Branch>>(),
        post("/api/v1/cloud/environments/{environment}/branches/{branch}/rename", "Refuses, because `main` is the only branch", environment::change_branch).unsupported(),
        delete("/api/v1/cloud/environments/{environment}/branches/{branch}", "Refuses, because `main` is the only branch", environment::change_branch).unsupported(),
        get("/api/v1/cloud/drivers",                                      "Lists the databases that an environment can use", environment::drivers).gives::<Drivers>(),
        get("/api/v1/cloud/templates",                                    "Lists the templates for environments; there are none", environment::templates).gives::<Templates>(),
        get("/api/v1/cloud/environment-entitlements",                     "Reports what an organization may still create", environment::entitlements).asks::<ListEnvironments>().gives::<Entitlements>(),

        // Environment members
        get("/api/v1/cloud/environments/{environment}/members",             "Lists the members of an environment", environment::members).gives::<EnvironmentMembers>(),
        post("/api/v1/cloud/environments/{environment}/members",            "Adds a member to an environment", environment::add_member).takes::<AddEnvironmentMember>().gives::<OneEnvironmentMember>(),
        patch("/api/v1/cloud/environments/{environment}/members/{member}",  "Changes a member's role", environment::update_member).takes::<UpdateEnvironmentMember>().gives::<OneEnvironmentMember>(),
        delete("/api/v1/cloud/environments/{environment}/members/{member}", "Removes a member from an environment", environment::remove_member).gives::<OneEnvironmentMember>(),

        // Installations (docs/wire/installations.md#installation-endpoints,
        // docs/wire/installations.md#other-reads)
        get("/api/v1/cloud/environments/{environment}/packages",                      "Lists the installed packages", installation::list).gives::<Installations>(),
        post("/api/v1/cloud/environments/{environment}/packages",                     "Installs a package", installation::install).takes::<InstallPackage>().gives::<OneInstallation>(),
        get("/api/v1/cloud/environments/{environment}/packages/{package}",            "Returns an installation", installation::show).gives::<OneInstallation>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}",          "Replaces an installation's settings", installation::change_settings).takes::<ChangeSettings>().gives::<OneInstallation>(),
        delete("/api/v1/cloud/environments/{environment}/packages/{package}",         "Uninstalls a package; its data stays", installation::uninstall).asks::<Force>().gives::<Uninstalled>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}/enable",   "Enables an installation", installation::enable).gives::<OneInstallation>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}/disable",  "Disables an installation", installation::disable).asks::<Force>().gives::<OneInstallation>(),
        post("/api/v1/cloud/environments/{environment}/packages/{package}/upgrade",   "Upgrades an installation", installation::upgrade).takes::<UpgradePackage>().gives::<OneInstallation>(),
        post("/api/v1/cloud/environments/{environment}/packages/{package}/rollback",  "Rolls an installation back to an older version", installation::roll_back).takes::<RollbackPackage>().gives::<OneInstallation>(),
        get("/api/v1/cloud/environments/{environment}/packages/{package}/history",    "Lists the changes of an installation, newest first", installation::history).asks::<Pagination>().gives::<History>(),
        get("/api/v1/cloud/environments/{environment}/installations/{package}",       "Reports whether a package is installed", compat::probe).gives::<InstalledOrNot>(),
        get("/api/v1/cloud/org-packages",                                             "Lists the packages that an organization could install", compat::organization_packages).asks::<ListOrganizationPackages>().gives::<OrganizationPackages>(),
        post("/api/v1/actions/sys_package/install_package",                           "Installs a package, for consoles of older clients", compat::install).takes::<InstallAction>().gives::<InstallActionResult>(),
        post("/api/v1/cloud/installations/{installation}/reseed-sample-data",         "Refuses, because the runtime holds the sample data", compat::sample_data).unsupported(),
        post("/api/v1/cloud/installations/{installation}/purge-sample-data",          "Refuses, because the runtime holds the sample data", compat::sample_data).unsupported(),

        // Generations
        get("/api/v1/cloud/environments/{environment}/generations",                        "Lists an environment's generations, newest first", generation::list).asks::<Pagination>().gives::<Generations>(),
        get("/api/v1/cloud/environments/{environment}/generations/{number}",               "Returns a generation with its packages", generation::show).gives::<OneGeneration>(),
        get("/api/v1/cloud/environments/{environment}/generations/{number}/diff/{other}",  "Compares two generations", generation::compare).gives::<GenerationDiff>(),
        post("/api/v1/cloud/environments/{environment}/generations/{number}/restore",      "Restores a generation as a new one", generation::restore).takes::<RestoreGeneration>().gives::<OneGeneration>(),

        // Runtimes (docs/wire/runtime-connection.md#binding)
        get("/api/v1/cloud-connection/status",                                "Reports whether a runtime is bound", runtime_link::status).asks::<RuntimeSelector>().gives::<RuntimeStatus>(),
        post("/api/v1/cloud-connection/bind",                                 "Binds a runtime on behalf of the token's owner", runtime_link::bind).takes::<BindRuntime>().gives::<BoundRuntime>().open(),
        post("/api/v1/cloud-connection/revoke",                               "Revokes the connection of a runtime", runtime_link::revoke).takes::<RuntimeSelector>().gives::<RevokedRuntime>(),
        get("/api/v1/cloud/environments/{environment}/runtimes",              "Lists the runtimes bound to an environment", runtime_link::list).gives::<RuntimeConnections>(),
        delete("/api/v1/cloud/environments/{environment}/runtimes/{runtime}", "Revokes a runtime's connection to an environment", runtime_link::remove).gives::<RevokedRuntime>(),

        // Desired and observed state, for the runtime of an environment
        get("/api/v1/cloud/environments/{environment}/desired-state",         "Returns what the environment should run; waits for a change while the runtime has the current state", runtime_state::show).asks::<WaitForChange>().gives::<DesiredState>(),
        get("/api/v1/cloud/environments/{environment}/artifacts/{checksum}",  "Returns an artifact that the environment should run, byte for byte as its checksum was computed", runtime_state::artifact).gives_bytes(&["application/json"]).bare(),
        post("/api/v1/cloud/environments/{environment}/observed",             "Records the state a runtime reports", runtime_state::report).takes::<ObservedState>().gives::<RecordedState>(),

        // Events
        get("/api/v1/cloud/events", "Lists events, newest first", event::list).asks::<ListEvents>().gives::<Events>(),

        // Reads for consoles (docs/wire/installations.md#reads-for-consoles)
        get("/api/v1/data/sys_user",         "Lists the members of the caller's organizations, as records", identity::account::records).gives::<Records<people::UserRecord>>().bare(),
        get("/api/v1/data/sys_member",       "Lists the memberships in the caller's organizations, as records", identity::member::records).gives::<Records<org::MemberRecord>>().bare(),
        get("/api/v1/data/sys_organization", "Lists the caller's organizations, as records", identity::organization::records).gives::<Records<org::OrganizationRecord>>().bare(),
        get("/api/v1/data/{object}",         "Refuses to list records of an object that does not exist here", organizations::unknown_object).unsupported().bare(),
        get("/api/v1/data/sys_environment", "Lists the environments that the caller may see, as records", environment::records).gives::<EnvironmentRecords>().bare(),
    ]
}

/// Returns the OpenAPI 3.1 document of all endpoints.
pub fn openapi() -> Value {
    openapi::document(&endpoints())
}

/// `GET /openapi.json`.
async fn show_openapi() -> Bare<Value> {
    Bare(openapi())
}

/// Returns the HTTP API as one service.
pub fn routes(control: Control) -> Router {
    router(endpoints(), control)
}

/// Returns these endpoints as one service.
pub fn router(endpoints: Vec<Endpoint>, control: Control) -> Router {
    let cors = cors(&control.config);
    let router = endpoints.into_iter().fold(Router::new(), |router, it| {
        let meter = Meter::of(&it);
        router.route(it.path, it.limited().layer(from_fn_with_state(meter, observe)))
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

/// Allows consoles of the configured runtimes to send requests with cookies
/// (docs/wire/installations.md#reads-for-consoles).
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
