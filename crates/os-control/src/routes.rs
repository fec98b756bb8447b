//! Every URL of the control plane, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and
//! tests walk it, so that no endpoint can be added without its door being tried
//! (`tests/it/doors.rs`).

use crate::fleet::{desired, environment, generation, installation, observed, runtime_connection};
use crate::http::observe::{self, Meter, observe};
use crate::http::{health, openapi, organizations};
use crate::registry::{catalog, examples, listing, package, version};
use crate::{Config, Control, event};
use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::from_fn_with_state;
use os_api::api_key as keys;
use os_api::catalog::{CatalogDetail, CatalogManifest, CatalogPage, ListCatalog};
use os_api::desired::{DesiredState, Noted, ObservedState, WaitForChange};
use os_api::device as codes;
use os_api::environment::{
    ActivatedEnvironment, AddEnvironmentMember, CreateEnvironment, CreatedEnvironment,
    DeletedEnvironment, Drivers, Entitlements, EnvironmentDetail, EnvironmentMembers,
    EnvironmentRecords, Environments, Force, ListEnvironments, OneEnvironment,
    OneEnvironmentMember, RotateCredential, RotatedCredential, SetHostname, UpdateEnvironment,
    UpdateEnvironmentMember,
};
use os_api::event::{Events, ListEvents};
use os_api::generation::{GenerationDiff, Generations, OneGeneration, RestoreGeneration};
use os_api::installation::{
    ChangeSettings, History, InstallAction, InstallActionResult, InstallPackage, Installations,
    InstalledOrNot, ListOrganizationPackages, OneInstallation, OrganizationPackages,
    Page as InstallationPage, RollbackPackage, Uninstalled, UpgradePackage,
};
use os_api::listing::{ListReviews, RejectVersion, Reviews};
use os_api::organization as org;
use os_api::package::{
    Deleted, GrantPackage, Grants, Icon, ListPackages, PackageDetail, Packages, SavePackage,
    SavedPackage,
};
use os_api::record::{DeletedRecord, Record, Records};
use os_api::runtime_connection::{
    BindRuntime, BoundRuntime, RevokedRuntime, RuntimeConnections, RuntimeStatus, WhichRuntime,
};
use os_api::session as sessions;
use os_api::user as people;
use os_api::version::{
    CreateVersion, CreatedVersionAnswer, DeprecateVersion, ListVersions, UpdateVersion, Version,
    VersionDetail, VersionManifest, Versions,
};
use os_http::endpoint::{delete, get, patch, post, put};
use os_identity::http as identity;
use serde_json::{Map, Value};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};

/// One line of the list below.
pub type Endpoint = os_http::Endpoint<Control>;

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health and reference
        get("/api/v1/health", "Tells that the process lives", health::health).open(),
        get("/api/v1/ready",  "Tells whether requests can be served", health::ready).open(),
        get("/metrics",       "Counters and latencies in the text format of Prometheus", observe::metrics_page).open().bare(),
        get("/openapi.json",  "This reference, as an OpenAPI 3.1 document", openapi::show_document).gives::<Map<String, Value>>().open().bare(),

        // Sessions and accounts (contract §3.1)
        post("/api/v1/auth/sign-up/email",         "Creates an account and signs it in", identity::session::sign_up).takes::<people::SignUp>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-in/email",         "Signs in with a password", identity::session::sign_in).takes::<sessions::SignIn>().gives::<sessions::SignedIn>().open().bare(),
        post("/api/v1/auth/sign-out",              "Ends the session that asks", identity::session::sign_out).gives::<sessions::Success>().open().bare(),
        get("/api/v1/auth/get-session",            "Tells who is asking; null when nobody is signed in", identity::session::get_session).gives::<Option<sessions::CurrentSession>>().open().bare(),
        get("/api/v1/auth/config",                 "Tells how one may sign in", identity::session::config).gives::<sessions::AuthConfig>().open(),
        get("/api/v1/auth/bootstrap-status",       "Tells whether the server has an owner", identity::account::bootstrap_status).gives::<people::BootstrapStatus>().open().bare(),
        get("/api/v1/auth/list-sessions",          "Lists my sessions", identity::session::list).gives::<Vec<sessions::Session>>().bare(),
        post("/api/v1/auth/revoke-session",        "Ends one of my sessions", identity::session::revoke).takes::<sessions::RevokeSession>().gives::<people::Status>().bare(),
        post("/api/v1/auth/revoke-other-sessions", "Ends all my sessions but this one", identity::session::revoke_others).gives::<people::Status>().bare(),
        post("/api/v1/auth/update-user",           "Changes my name or picture", identity::account::update).takes::<people::UpdateUser>().gives::<people::Status>().bare(),
        post("/api/v1/auth/change-password",       "Changes my password and ends my other sessions", identity::account::change_password).takes::<people::ChangePassword>().gives::<people::PasswordChanged>().bare(),

        // Device flow (§3.1.3)
        post("/api/v1/auth/device/code",    "Asks for a code that a person confirms in a browser", identity::device::request).takes::<codes::RequestCode>().gives::<codes::DeviceCode>().open().bare(),
        post("/api/v1/auth/device/token",   "Exchanges an approved code for a session", identity::device::redeem).takes::<codes::RedeemCode>().gives::<codes::AccessToken>().open().bare(),
        get("/api/v1/auth/device",          "Shows a code; claims it for whoever is signed in", identity::device::show).gives::<codes::CodeStatus>().open().bare(),
        post("/api/v1/auth/device/approve", "Approves a code", identity::device::approve).takes::<codes::DecideCode>().gives::<sessions::Success>().bare(),
        post("/api/v1/auth/device/deny",    "Denies a code", identity::device::deny).takes::<codes::DecideCode>().gives::<sessions::Success>().bare(),

        // Organizations, members, invitations (§3.1.2)
        get("/api/v1/auth/organization/list",                         "Lists my organizations", identity::organization::list).gives::<Vec<org::Organization>>().bare(),
        post("/api/v1/auth/organization/create",                      "Creates an organization, which I own", identity::organization::create).takes::<org::CreateOrganization>().gives::<org::FullOrganization>().bare(),
        post("/api/v1/auth/organization/update",                      "Changes an organization", identity::organization::update).takes::<org::UpdateOrganization>().gives::<org::Organization>().bare(),
        post("/api/v1/auth/organization/delete",                      "Deletes an organization with its environments", organizations::delete).takes::<org::ThisOrganization>().gives::<org::Organization>().bare(),
        post("/api/v1/auth/organization/check-slug",                  "Tells whether a slug is free", identity::organization::check_slug).takes::<org::CheckSlug>().gives::<people::Status>().bare(),
        post("/api/v1/auth/organization/set-active",                  "Chooses the organization that my session works in", identity::organization::set_active).takes::<org::SetActiveOrganization>().gives::<org::Organization>().bare(),
        get("/api/v1/auth/organization/get-full-organization",        "Shows an organization with its members", identity::organization::get_full).asks::<org::OrganizationQuery>().gives::<Option<org::FullOrganization>>().bare(),
        get("/api/v1/auth/organization/list-members",                 "Lists the members of an organization", identity::member::list).asks::<org::OrganizationQuery>().gives::<org::Members>().bare(),
        get("/api/v1/auth/organization/get-active-member",            "Shows my membership", identity::member::active).gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/remove-member",               "Ends a membership", identity::member::remove).takes::<org::RemoveMember>().gives::<org::RemovedMember>().bare(),
        post("/api/v1/auth/organization/update-member-role",          "Gives a member another role", identity::member::update_role).takes::<org::UpdateMemberRole>().gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/leave",                       "Ends my membership", identity::member::leave).takes::<org::ThisOrganization>().gives::<org::Member>().bare(),
        post("/api/v1/auth/organization/invite-member",               "Invites an email address", identity::invitation::create).takes::<org::InviteMember>().gives::<org::Invitation>().bare(),
        post("/api/v1/auth/organization/accept-invitation",           "Accepts an invitation to me", identity::invitation::accept).takes::<org::ThisInvitation>().gives::<org::AnsweredInvitation>().bare(),
        post("/api/v1/auth/organization/reject-invitation",           "Declines an invitation to me", identity::invitation::reject).takes::<org::ThisInvitation>().gives::<org::AnsweredInvitation>().bare(),
        post("/api/v1/auth/organization/cancel-invitation",           "Takes an invitation back", identity::invitation::cancel).takes::<org::ThisInvitation>().gives::<org::Invitation>().bare(),
        get("/api/v1/auth/organization/list-invitations",             "Lists the invitations of an organization", identity::invitation::list).asks::<org::OrganizationQuery>().gives::<Vec<org::Invitation>>().bare(),
        get("/api/v1/auth/organization/list-user-invitations",        "Lists the invitations to me", identity::invitation::list_mine).gives::<Vec<org::Invitation>>().bare(),
        delete("/api/v1/cloud/organizations/{organization}", "Deletes an organization with its environments", organizations::delete_by_path).gives::<org::DeletedOrganization>(),

        // API keys (§3.1.1)
        post("/api/v1/keys",                    "Makes an API key; its secret is shown once", identity::api_key::create).takes::<keys::CreateApiKey>().gives::<keys::CreatedApiKey>(),
        delete("/api/v1/keys/{id}",             "Removes an API key", identity::api_key::delete).gives::<DeletedRecord>(),
        get("/api/v1/data/sys_api_key",         "Lists my API keys", identity::api_key::records).gives::<Records<keys::ApiKey>>().bare(),
        get("/api/v1/data/sys_api_key/{id}",    "Shows an API key", identity::api_key::show).gives::<Record<keys::ApiKey>>().bare(),
        patch("/api/v1/data/sys_api_key/{id}",  "Renames or revokes an API key", identity::api_key::update).takes::<keys::UpdateApiKey>().gives::<Record<keys::ApiKey>>().bare(),
        delete("/api/v1/data/sys_api_key/{id}", "Removes an API key", identity::api_key::delete_record).gives::<DeletedRecord>().bare(),

        // Packages (§3.2)
        post("/api/v1/cloud/packages",                    "Registers a package, or changes it", package::api::register).takes::<SavePackage>().gives::<SavedPackage>(),
        get("/api/v1/cloud/packages",                     "Lists and searches the packages one may see", package::api::list).asks::<ListPackages>().gives::<Packages>(),
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
        get("/api/v1/cloud/packages/{package}/versions",                        "Lists the versions, the highest first", version::api::list).asks::<ListVersions>().gives::<Versions>(),
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
        get("/api/v1/cloud/reviews",                                            "The review queue, first come first; for platform administrators", listing::api::queue).asks::<ListReviews>().gives::<Reviews>(),

        // Catalog (§3.8)
        get("/api/v1/marketplace/packages",                                       "Lists and searches the catalog", catalog::api::list).asks::<ListCatalog>().gives::<CatalogPage>().open(),
        get("/api/v1/marketplace/packages/{package}",                             "Shows a package of the catalog with its versions", catalog::api::show).gives::<CatalogDetail>().open(),
        get("/api/v1/marketplace/packages/{package}/versions/{version}/manifest", "The artifact to install: of a number, a row id or `latest`", catalog::api::manifest).gives::<CatalogManifest>().open(),

        // Environments (§3.4)
        get("/api/v1/cloud/environments",                                 "Lists the environments one may see", environment::api::list).asks::<ListEnvironments>().gives::<Environments>(),
        post("/api/v1/cloud/environments",                                "Makes an environment, active at once", environment::api::create).takes::<CreateEnvironment>().gives::<CreatedEnvironment>(),
        get("/api/v1/cloud/environments/production/sso-open",             "Sends a browser to the production environment", environment::api::open_production).bare(),
        get("/api/v1/cloud/environments/{environment}",                   "Shows an environment and what one is in it", environment::api::show).gives::<EnvironmentDetail>(),
        patch("/api/v1/cloud/environments/{environment}",                 "Changes an environment", environment::api::update).takes::<UpdateEnvironment>().gives::<OneEnvironment>(),
        delete("/api/v1/cloud/environments/{environment}",                "Deletes an environment with its installations", environment::api::delete).asks::<Force>().gives::<DeletedEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/activate",         "Makes it the environment the session works in", environment::api::activate).gives::<ActivatedEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/credentials/rotate", "Replaces the secret of an environment", environment::api::rotate_credential).takes::<RotateCredential>().gives::<RotatedCredential>(),
        post("/api/v1/cloud/environments/{environment}/hostname",         "Gives an environment another hostname", environment::api::set_hostname).takes::<SetHostname>().gives::<OneEnvironment>(),
        put("/api/v1/cloud/environments/{environment}/hostname",          "The same, as older clients say it", environment::api::set_hostname).takes::<SetHostname>().gives::<OneEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/retry",            "Finishes provisioning that failed", environment::api::retry).gives::<OneEnvironment>(),
        post("/api/v1/cloud/environments/{environment}/reseed",           "Tells who loads sample data", environment::api::reseed),
        get("/api/v1/cloud/environments/{environment}/revisions",         "Empty: see generations", environment::api::revisions),
        get("/api/v1/cloud/environments/{environment}/branches",          "The one branch, `main`", environment::api::branches),
        post("/api/v1/cloud/environments/{environment}/branches/{branch}/rename", "Refuses: `main` is the only branch", environment::api::change_branch),
        delete("/api/v1/cloud/environments/{environment}/branches/{branch}", "Refuses: `main` is the only branch", environment::api::change_branch),
        get("/api/v1/cloud/drivers",                                      "Lists the databases an environment can have", environment::api::drivers).gives::<Drivers>(),
        get("/api/v1/cloud/templates",                                    "Lists the templates of environments: none", environment::api::templates),
        get("/api/v1/cloud/environment-entitlements",                     "Tells what an organization may still create", environment::api::entitlements).asks::<ListEnvironments>().gives::<Entitlements>(),

        // Environment members
        get("/api/v1/cloud/environments/{environment}/members",             "Lists who was given a role in an environment", environment::api::members).gives::<EnvironmentMembers>(),
        post("/api/v1/cloud/environments/{environment}/members",            "Gives somebody a role in an environment", environment::api::add_member).takes::<AddEnvironmentMember>().gives::<OneEnvironmentMember>(),
        patch("/api/v1/cloud/environments/{environment}/members/{member}",  "Gives a member another role", environment::api::update_member).takes::<UpdateEnvironmentMember>().gives::<OneEnvironmentMember>(),
        delete("/api/v1/cloud/environments/{environment}/members/{member}", "Takes the role of a member away", environment::api::remove_member).gives::<OneEnvironmentMember>(),

        // Installations (§3.5, §3.6)
        get("/api/v1/cloud/environments/{environment}/packages",                      "Lists what is installed", installation::api::list).gives::<Installations>(),
        post("/api/v1/cloud/environments/{environment}/packages",                     "Installs a package", installation::api::install).takes::<InstallPackage>().gives::<OneInstallation>(),
        get("/api/v1/cloud/environments/{environment}/packages/{package}",            "Shows an installation", installation::api::show).gives::<OneInstallation>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}",          "Replaces the settings of an installation", installation::api::change_settings).takes::<ChangeSettings>().gives::<OneInstallation>(),
        delete("/api/v1/cloud/environments/{environment}/packages/{package}",         "Uninstalls a package; its data stays", installation::api::uninstall).asks::<Force>().gives::<Uninstalled>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}/enable",   "Enables an installation", installation::api::enable).gives::<OneInstallation>(),
        patch("/api/v1/cloud/environments/{environment}/packages/{package}/disable",  "Disables an installation", installation::api::disable).asks::<Force>().gives::<OneInstallation>(),
        post("/api/v1/cloud/environments/{environment}/packages/{package}/upgrade",   "Moves an installation to a newer version", installation::api::upgrade).takes::<UpgradePackage>().gives::<OneInstallation>(),
        post("/api/v1/cloud/environments/{environment}/packages/{package}/rollback",  "Moves an installation back to an older version", installation::api::roll_back).takes::<RollbackPackage>().gives::<OneInstallation>(),
        get("/api/v1/cloud/environments/{environment}/packages/{package}/history",    "Every move of an installation, newest first", installation::api::history).asks::<InstallationPage>().gives::<History>(),
        get("/api/v1/cloud/environments/{environment}/installations/{package}",       "Tells whether a package is installed", installation::actions::probe).gives::<InstalledOrNot>(),
        get("/api/v1/cloud/org-packages",                                             "Lists what an organization could install", installation::actions::organization_packages).asks::<ListOrganizationPackages>().gives::<OrganizationPackages>(),
        post("/api/v1/actions/sys_package/install_package",                           "Installs a package, as consoles say it", installation::actions::install).takes::<InstallAction>().gives::<InstallActionResult>(),
        post("/api/v1/cloud/installations/{installation}/reseed-sample-data",         "Refuses: sample data is the runtime's", installation::actions::sample_data),
        post("/api/v1/cloud/installations/{installation}/purge-sample-data",          "Refuses: sample data is the runtime's", installation::actions::sample_data),

        // Generations
        get("/api/v1/cloud/environments/{environment}/generations",                        "Everything an environment ran, newest first", generation::api::list).asks::<InstallationPage>().gives::<Generations>(),
        get("/api/v1/cloud/environments/{environment}/generations/{number}",               "Shows a generation with its packages", generation::api::show).gives::<OneGeneration>(),
        get("/api/v1/cloud/environments/{environment}/generations/{number}/diff/{other}",  "Tells what changed from one generation to another", generation::api::compare).gives::<GenerationDiff>(),
        post("/api/v1/cloud/environments/{environment}/generations/{number}/restore",      "Makes a generation current again, as a new one", generation::api::restore).takes::<RestoreGeneration>().gives::<OneGeneration>(),

        // Runtimes (§3.7)
        get("/api/v1/cloud-connection/status",                                "Tells whether a runtime is bound", runtime_connection::api::status).asks::<WhichRuntime>().gives::<RuntimeStatus>(),
        post("/api/v1/cloud-connection/bind",                                 "Binds a runtime, for whom the token in the body stands", runtime_connection::api::bind).takes::<BindRuntime>().gives::<BoundRuntime>().open(),
        post("/api/v1/cloud-connection/revoke",                               "Ends the connection of a runtime", runtime_connection::api::revoke).takes::<WhichRuntime>().gives::<RevokedRuntime>(),
        get("/api/v1/cloud/environments/{environment}/runtimes",              "Lists the runtimes of an environment", runtime_connection::api::list).gives::<RuntimeConnections>(),
        delete("/api/v1/cloud/environments/{environment}/runtimes/{runtime}", "Ends the connection of a runtime to an environment", runtime_connection::api::remove).gives::<RevokedRuntime>(),

        // Desired and observed state, for the runtime of an environment
        get("/api/v1/cloud/environments/{environment}/desired-state",         "Everything the environment should run; waits for a change where the runtime has it", desired::api::show).asks::<WaitForChange>().gives::<DesiredState>(),
        get("/api/v1/cloud/environments/{environment}/artifacts/{checksum}",  "An artifact that the environment should run, byte for byte as its checksum says", desired::api::artifact).bare(),
        post("/api/v1/cloud/environments/{environment}/observed",             "Takes down what the runtime runs, and why not what it should", observed::api::report).takes::<ObservedState>().gives::<Noted>(),

        // Events
        get("/api/v1/cloud/events", "What happened, newest first", event::api::list).asks::<ListEvents>().gives::<Events>(),

        // Reads for consoles (§3.9)
        get("/api/v1/data/sys_user",         "Lists the people of my organizations", identity::account::records).gives::<Records<people::UserRecord>>().bare(),
        get("/api/v1/data/sys_member",       "Lists who belongs to my organizations", identity::member::records).gives::<Records<org::MemberRecord>>().bare(),
        get("/api/v1/data/sys_organization", "Lists my organizations", identity::organization::records).gives::<Records<org::OrganizationRecord>>().bare(),
        get("/api/v1/data/{object}",         "Tells that there is no such object", organizations::unknown_object).bare(),
        get("/api/v1/data/sys_environment", "The environments one may see, as rows", environment::api::records).gives::<EnvironmentRecords>().bare(),
    ]
}

/// The HTTP API as one service.
pub fn routes(control: Control) -> Router {
    router(endpoints(), control)
}

/// These endpoints as one service.
pub fn router(endpoints: Vec<Endpoint>, control: Control) -> Router {
    let cors = cors(&control.config);
    let router = endpoints.into_iter().fold(Router::new(), |router, it| {
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
