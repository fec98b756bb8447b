//! The pages of a runtime: accounts, what is installed, and the records of objects.
//!
//! **Invariant:** a page changes nothing on GET; a change is a form that posts to
//! our own origin, is answered with a redirect, and asks on a page of its own
//! before it takes something away. Everything works without JavaScript.

mod account;
mod objects;
mod packages;
mod records;

use crate::account as way_in;
use crate::errors::error_pages;
use crate::{Site, assets, password, reference, users};
use axum::middleware::from_fn;
use axum::{Extension, Router};
use os_http::endpoint::{get, post};
use os_runtime::{Endpoint, Runtime};

/// Every URL of a runtime: its API, and its pages.
pub fn endpoints() -> Vec<Endpoint> {
    os_runtime::endpoints().into_iter().chain(pages()).collect()
}

/// Every page, and every form on one.
#[rustfmt::skip]
pub fn pages() -> Vec<Endpoint> {
    vec![
        get("/static/{file}", "The stylesheet, the script and the icon of the pages", assets::file).open(),

        // Accounts
        get("/",          "The start page, or the way in", way_in::home::<Runtime>).open(),
        get("/sign-in",   "The form to sign in", way_in::sign_in_page::<Runtime>).open(),
        post("/sign-in",  "Signs in", way_in::sign_in::<Runtime>).open(),
        get("/sign-up",   "The form of a new account", way_in::sign_up_page::<Runtime>).open(),
        post("/sign-up",  "Creates an account", way_in::sign_up::<Runtime>).open(),
        post("/sign-out", "Signs out", way_in::sign_out::<Runtime>).open(),
        get("/reset-password",                "The form behind a link to a new password", password::reset_page::<Runtime>).open(),
        post("/reset-password",               "Chooses a new password with a link", password::reset::<Runtime>).open(),
        get("/account",                       "The account of the caller", password::show::<Runtime>),
        post("/account/password",             "Changes the caller's password", password::change::<Runtime>),
        get("/users",                         "All accounts, for the owner", users::list::<Runtime>),
        get("/users/{user}",                  "An account, for the owner", users::show::<Runtime>),
        post("/users/{user}/reset-password",  "Creates the link to a new password and shows it once", users::create_reset_link::<Runtime>),
        get("/users/{user}/{act}",            "Asks whether to change an account", users::confirm::<Runtime>),
        post("/users/{user}/{act}",           "Locks or unlocks an account, ends its sessions, or changes its role", users::act::<Runtime>),

        // The reference
        get("/docs",              "The HTTP API of this server", reference::home).open(),
        get("/docs/runtime", "The HTTP API of a runtime", reference::runtime).open(),

        // Installed packages
        get("/installed",                      "The packages that are installed", packages::list),
        post("/installed",                     "Installs an artifact", packages::install),
        get("/installed/{package}",            "A package that is installed", packages::show),
        post("/installed/{package}/enable",    "Enables a package", packages::enable),
        post("/installed/{package}/disable",   "Disables a package", packages::disable),
        get("/installed/{package}/uninstall",  "Asks whether to uninstall a package", packages::confirm_uninstall),
        post("/installed/{package}/uninstall", "Uninstalls a package", packages::uninstall),

        // Objects and their records
        get("/objects",               "The objects of the packages that are loaded", objects::list),
        get("/objects/{object}",      "The records of an object", records::list),
        get("/objects/{object}/{id}", "A record", records::show),
    ]
    .into_iter()
    .map(Endpoint::page)
    .collect()
}

/// A runtime with its pages.
pub fn routes(runtime: Runtime, site: Site) -> Router {
    os_runtime::router(endpoints(), runtime).layer(from_fn(error_pages)).layer(Extension(site))
}
