//! Every page of the Console, and every form on one.
//!
//! **Invariant:** GET changes nothing. A page that is not open sends strangers to
//! the sign-in page and hides from outsiders, as `tests/it/doors.rs` tries.

use super::{Endpoint, get, post};
use crate::{catalog, console, listing, package, version};

#[rustfmt::skip]
pub(super) fn pages() -> Vec<Endpoint> {
    vec![
        get("/static/{file}", "The stylesheet, the script and the icon of the pages", console::asset).open(),

        // Packages
        get("/packages",                                          "The packages of an organization", package::console::list),
        get("/packages/new",                                      "The form of a new package", package::console::new),
        post("/packages/new",                                     "Registers a package", package::console::create),
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
    ]
    .into_iter()
    .map(Endpoint::page)
    .collect()
}
