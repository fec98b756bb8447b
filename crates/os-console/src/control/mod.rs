//! The pages of the control plane.
//!
//! **Invariant:** a page changes nothing on GET (but that looking at the code of a
//! device claims it); a change is a form that posts to our own origin
//! (`os_http::PresentedCredential` refuses others), is answered with a redirect,
//! and shows what it destroys on a page of its own first. Everything works
//! without JavaScript. Text of other people is escaped by the templates; Markdown
//! goes through `crate::markdown`.

mod account;
mod categories;
mod device;
mod environment;
mod event_rows;
mod events;
mod installation;
mod invitation;
mod keys;
mod marketplace;
mod organization;
mod package;
mod people;
mod reviews;
mod versions;
mod workplace;

use crate::account as way_in;
use crate::errors::error_pages;
use crate::{Site, assets, password, reference, users};
use axum::middleware::from_fn;
use axum::{Extension, Router};
use os_control::{Control, Endpoint};
use os_http::endpoint::{get, post};

/// Every URL of the control plane: its API, and its pages.
pub fn endpoints() -> Vec<Endpoint> {
    os_control::endpoints().into_iter().chain(pages()).collect()
}

/// Every page, and every form on one.
///
/// **Invariant:** GET changes nothing. A page that is not open sends strangers to
/// the sign-in page and hides from outsiders, as `tests/it/guards.rs` checks.
#[rustfmt::skip]
pub fn pages() -> Vec<Endpoint> {
    vec![
        get("/static/{file}", "The stylesheet, the script and the icon of the pages", assets::file).open(),

        // Getting in
        get("/",                                                  "The start page, or the way in", way_in::home::<Control>).open(),
        get("/sign-in",                                           "The form to sign in", way_in::sign_in_page::<Control>).open(),
        post("/sign-in",                                          "Signs in", way_in::sign_in::<Control>).open(),
        get("/sign-up",                                           "The form of a new account", way_in::sign_up_page::<Control>).open(),
        post("/sign-up",                                          "Creates an account", way_in::sign_up::<Control>).open(),
        post("/sign-out",                                         "Signs out", way_in::sign_out::<Control>).open(),
        get("/reset-password",                                    "The form behind a link to a new password", password::reset_page::<Control>).open(),
        post("/reset-password",                                   "Chooses a new password with a link", password::reset::<Control>).open(),
        get("/account",                                           "The account of the caller", password::show::<Control>),
        post("/account/password",                                 "Changes the caller's password", password::change::<Control>),
        get("/users",                                             "All accounts, for administrators of the server", users::list::<Control>),
        get("/users/{user}",                                      "An account, for administrators of the server", users::show::<Control>),
        post("/users/{user}/reset-password",                      "Creates the link to a new password and shows it once", users::create_reset_link::<Control>),
        get("/users/{user}/{act}",                                "Asks whether to change an account", users::confirm::<Control>),
        post("/users/{user}/{act}",                               "Locks or unlocks an account, ends its sessions, or changes its role", users::act::<Control>),
        get("/invitation",                                        "Asks whether to accept an invitation", invitation::show).open(),
        post("/invitation",                                       "Accepts an invitation", invitation::accept),
        get("/device",                                            "The code of a device", device::show),
        post("/device",                                           "Approves or denies a device", device::decide),

        // The reference
        get("/docs",                                              "The HTTP API of this server", reference::home).open(),
        get("/docs/runtime",                                      "The HTTP API of a runtime", reference::runtime).open(),

        // Environments
        get("/environments",                                      "The environments that the caller may see", environment::list::list),
        get("/environments/new",                                  "The form of a new environment", environment::create::new),
        post("/environments/new",                                 "Creates an environment", environment::create::create),
        get("/environments/{environment}",                        "The installations of an environment", environment::packages::list),
        get("/environments/{environment}/events",                 "The events of an environment", environment::events::list),
        get("/environments/{environment}/members",                "The members of an environment", environment::members::list),
        post("/environments/{environment}/members",               "Adds a member", environment::members::add),
        get("/environments/{environment}/members/{member}/remove", "Asks whether to remove a member", environment::members::confirm_remove),
        post("/environments/{environment}/members/{member}/remove", "Removes a member", environment::members::remove),
        get("/environments/{environment}/runtimes",               "The runtimes bound to an environment", environment::runtimes::list),
        get("/environments/{environment}/runtimes/{runtime}/revoke", "Asks whether to revoke a runtime", environment::runtimes::confirm_revoke),
        post("/environments/{environment}/runtimes/{runtime}/revoke", "Revokes a runtime", environment::runtimes::revoke),
        get("/environments/{environment}/settings",               "The settings of an environment", environment::settings::edit),
        post("/environments/{environment}/settings",              "Changes the settings of an environment", environment::settings::save),
        get("/environments/{environment}/delete",                 "Asks whether to delete an environment", environment::settings::confirm_delete),
        post("/environments/{environment}/delete",                "Deletes an environment", environment::settings::delete),

        // Installations
        get("/environments/{environment}/install",                "The packages that can be installed", installation::search::search),
        get("/environments/{environment}/install/{package}",      "The form to install a package", installation::install::confirm),
        post("/environments/{environment}/install/{package}",     "Installs a package", installation::install::install),
        get("/environments/{environment}/packages/{package}",     "An installation with its history", installation::show::show),
        get("/environments/{environment}/packages/{package}/settings", "The form of an installation's settings", installation::settings::edit),
        post("/environments/{environment}/packages/{package}/settings", "Changes the settings of an installation", installation::settings::save),
        get("/environments/{environment}/packages/{package}/{act}", "Asks whether to change an installation", installation::change::confirm),
        post("/environments/{environment}/packages/{package}/{act}", "Upgrades, rolls back, enables, disables or uninstalls", installation::change::act),

        // Generations
        get("/environments/{environment}/generations",            "The generations of an environment", environment::generations::list),
        get("/environments/{environment}/generations/compare",    "The difference between two generations", environment::generations::compare),
        get("/environments/{environment}/generations/{number}",   "A generation with its packages", environment::generations::show),
        get("/environments/{environment}/generations/{number}/restore", "Asks whether to restore a generation", environment::generations::confirm_restore),
        post("/environments/{environment}/generations/{number}/restore", "Restores a generation", environment::generations::restore),

        // Organization, keys, events
        get("/organization",                                      "The organization that the caller works in", organization::show),
        post("/organization/new",                                 "Creates an organization", organization::create),
        post("/organization/switch",                              "Switches to another organization", organization::switch),
        post("/organization/invitations",                         "Invites a member", organization::invite),
        post("/organization/invitations/{invitation}/{answer}",   "Accepts, declines or cancels an invitation", organization::answer),
        post("/organization/members/{member}/role",               "Changes the role of a member", organization::set_role),
        get("/organization/members/{member}/remove",              "Asks whether to remove a member", organization::confirm_remove),
        post("/organization/members/{member}/remove",             "Removes a member", organization::remove),
        get("/keys",                                              "The API keys of the caller", keys::list),
        post("/keys",                                             "Creates an API key and shows it once", keys::create),
        get("/keys/{key}/revoke",                                 "Asks whether to revoke an API key", keys::confirm_revoke),
        post("/keys/{key}/revoke",                                "Revokes an API key", keys::revoke),
        get("/events",                                            "The events of an organization", events::list),

        // Packages
        get("/packages",                                          "The packages of an organization", package::list::list),
        get("/packages/new",                                      "The form of a new package", package::form::new),
        post("/packages/new",                                     "Registers a package", package::form::create),
        post("/packages/examples",                                "Publishes the example packages", package::list::publish_examples),
        get("/packages/{package}",                                "A package with its versions", package::show::show),
        get("/packages/{package}/edit",                           "The form of a package's details", package::form::edit),
        post("/packages/{package}/edit",                          "Changes a package's details", package::form::update),
        post("/packages/{package}/icon",                          "Uploads the icon of a package", package::icon::upload),
        post("/packages/{package}/grants",                        "Grants an organization access to a package", package::icon::grant),
        post("/packages/{package}/grants/{organization}/revoke",  "Revokes an organization's access to a package", package::icon::revoke_grant),
        get("/packages/{package}/delete",                         "Asks whether to delete a package", package::show::confirm_delete),
        post("/packages/{package}/delete",                        "Deletes a package", package::show::delete),

        // Versions and review
        get("/packages/{package}/versions/{version}",             "A version with its manifest", versions::show),
        get("/packages/{package}/versions/{version}/{act}",       "Asks whether to change a version", versions::confirm),
        post("/packages/{package}/versions/{version}/{act}",      "Publishes, submits, deprecates or deletes a version", versions::act),
        get("/reviews",                                           "The review queue", reviews::queue),
        get("/reviews/{package}/{version}",                       "A version under review", reviews::show),
        post("/reviews/{package}/{version}/{decision}",           "Approves, rejects or unlists a version", reviews::decide),

        // Marketplace
        get("/marketplace",                                       "The marketplace", marketplace::list).open(),
        get("/marketplace/{package}",                             "A package of the marketplace", marketplace::show).open(),
        get("/marketplace/{package}/install",                     "Asks where to install a package", installation::search::choose),
    ]
    .into_iter()
    .map(Endpoint::page)
    .collect()
}

/// The control plane with its pages.
pub fn routes(control: Control, site: Site) -> Router {
    os_control::router(endpoints(), control).layer(from_fn(error_pages)).layer(Extension(site))
}
