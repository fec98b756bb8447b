//! Every page of the Console, and every form on one.
//!
//! **Invariant:** GET changes nothing. A page that is not open sends strangers to
//! the sign-in page and hides from outsiders, as `tests/it/doors.rs` tries.

use super::Endpoint;
use crate::fleet::installation::{console as installed, console_install as install};
use crate::fleet::{environment, generation, runtime_connection};
use crate::registry::{catalog, listing, package, version};
use crate::{api_key, console, device, event, organization, session};
use os_http::endpoint::{get, post};

#[rustfmt::skip]
pub(super) fn pages() -> Vec<Endpoint> {
    vec![
        get("/static/{file}", "The stylesheet, the script and the icon of the pages", console::asset).open(),

        // Getting in
        get("/",                                                  "Where people start", session::console::home).open(),
        get("/sign-in",                                           "The form to sign in", session::console::sign_in_page).open(),
        post("/sign-in",                                          "Signs in", session::console::sign_in).open(),
        get("/sign-up",                                           "The form of a new account", session::console::sign_up_page).open(),
        post("/sign-up",                                          "Creates an account", session::console::sign_up).open(),
        post("/sign-out",                                         "Signs out", session::console::sign_out).open(),
        get("/device",                                            "Shows the code of a device (contract §3.1.3)", device::console::show),
        post("/device",                                           "Approves or denies it", device::console::decide),

        // Environments
        get("/environments",                                      "The environments one may see", environment::console::list),
        get("/environments/new",                                  "The form of a new environment", environment::console::new),
        post("/environments/new",                                 "Makes an environment", environment::console::create),
        get("/environments/{environment}",                        "What is installed in an environment", environment::console::show),
        get("/environments/{environment}/events",                 "What happened in it", event::console::of_environment),
        get("/environments/{environment}/members",                "Who has a role in it", environment::console::members),
        post("/environments/{environment}/members",               "Gives somebody a role", environment::console::add_member),
        get("/environments/{environment}/members/{member}/remove", "Asks whether to take it away", environment::console::confirm_remove_member),
        post("/environments/{environment}/members/{member}/remove", "Takes it away", environment::console::remove_member),
        get("/environments/{environment}/runtimes",               "The runtimes bound to it", runtime_connection::console::list),
        get("/environments/{environment}/runtimes/{runtime}/revoke", "Asks whether to revoke one", runtime_connection::console::confirm_revoke),
        post("/environments/{environment}/runtimes/{runtime}/revoke", "Revokes it", runtime_connection::console::revoke),
        get("/environments/{environment}/settings",               "The form of an environment", environment::console::settings),
        post("/environments/{environment}/settings",              "Changes it", environment::console::change_settings),
        get("/environments/{environment}/delete",                 "Asks whether to delete it", environment::console::confirm_delete),
        post("/environments/{environment}/delete",                "Deletes it", environment::console::delete),

        // Installations
        get("/environments/{environment}/install",                "What could be installed", install::search),
        get("/environments/{environment}/install/{package}",      "Asks what to install, and how", install::confirm),
        post("/environments/{environment}/install/{package}",     "Installs it", install::install),
        get("/environments/{environment}/packages/{package}",     "An installation with its history", installed::show),
        get("/environments/{environment}/packages/{package}/settings", "The form of its settings", installed::edit_settings),
        post("/environments/{environment}/packages/{package}/settings", "Changes its settings", installed::change_settings),
        get("/environments/{environment}/packages/{package}/{act}", "Asks whether to upgrade, roll back, …", installed::confirm),
        post("/environments/{environment}/packages/{package}/{act}", "Does it", installed::act),

        // Generations
        get("/environments/{environment}/generations",            "The timeline of an environment", generation::console::list),
        get("/environments/{environment}/generations/compare",    "What differs between two", generation::console::compare),
        get("/environments/{environment}/generations/{number}",   "What ran in one", generation::console::show),
        get("/environments/{environment}/generations/{number}/restore", "Asks whether to go back to it", generation::console::confirm_restore),
        post("/environments/{environment}/generations/{number}/restore", "Goes back to it", generation::console::restore),

        // Organization, keys, events
        get("/organization",                                      "The organization one works in", organization::console::show),
        post("/organization/new",                                 "Creates one", organization::console::create),
        post("/organization/switch",                              "Works in another one", organization::console::switch),
        post("/organization/invitations",                         "Invites somebody", organization::console::invite),
        post("/organization/invitations/{invitation}/{answer}",   "Answers an invitation, or cancels it", organization::console::answer),
        post("/organization/members/{member}/role",               "Gives a member another role", organization::console::set_role),
        get("/organization/members/{member}/remove",              "Asks whether to remove a member", organization::console::confirm_remove),
        post("/organization/members/{member}/remove",             "Removes a member", organization::console::remove),
        get("/keys",                                              "My API keys", api_key::console::list),
        post("/keys",                                             "Makes a key and shows it once", api_key::console::create),
        get("/keys/{key}/revoke",                                 "Asks whether to revoke a key", api_key::console::confirm_revoke),
        post("/keys/{key}/revoke",                                "Revokes a key", api_key::console::revoke),
        get("/events",                                            "What happened in an organization", event::console::list),

        // Packages
        get("/packages",                                          "The packages of an organization", package::console::list),
        get("/packages/new",                                      "The form of a new package", package::console::new),
        post("/packages/new",                                     "Registers a package", package::console::create),
        post("/packages/examples",                                "Publishes the example packages", package::console::publish_examples),
        get("/packages/{package}",                                "A package with its versions", package::console::show),
        get("/packages/{package}/edit",                           "The form of what is said of a package", package::console::edit),
        post("/packages/{package}/edit",                          "Changes what is said of a package", package::console::update),
        post("/packages/{package}/icon",                          "Uploads the icon", package::console::upload_icon),
        post("/packages/{package}/grants",                        "Shows the package to an organization", package::console::grant),
        post("/packages/{package}/grants/{organization}/revoke",  "Takes that back", package::console::revoke_grant),
        get("/packages/{package}/delete",                         "Asks whether to delete a package", package::console::confirm_delete),
        post("/packages/{package}/delete",                        "Deletes a package", package::console::delete),

        // Versions and review
        get("/packages/{package}/versions/{version}",             "A version with its manifest", version::console::show),
        get("/packages/{package}/versions/{version}/{act}",       "Asks whether to move a version", version::console::confirm),
        post("/packages/{package}/versions/{version}/{act}",      "Moves a version", version::console::act),
        get("/reviews",                                           "The review queue", listing::console::queue),
        get("/reviews/{package}/{version}",                       "A version to decide on", listing::console::show),
        post("/reviews/{package}/{version}/{decision}",           "Decides on a version", listing::console::decide),

        // Marketplace
        get("/marketplace",                                       "The catalog", catalog::console::list).open(),
        get("/marketplace/{package}",                             "A package of the catalog", catalog::console::show).open(),
        get("/marketplace/{package}/install",                     "Asks where to install it", install::choose),
    ]
    .into_iter()
    .map(Endpoint::page)
    .collect()
}
