//! The pages of a runtime that stands alone: getting in, what is installed, and
//! the records of objects. They call the same rules as the API.
//!
//! **Invariant:** a page changes nothing on GET; a change is a form that posts to
//! our own origin, is answered with a redirect, and what it takes away was asked
//! for on a page of its own. Everything works without JavaScript.

mod account;
mod frame;
mod objects;
mod packages;
mod records;
mod refusal;

use crate::{Code, Result, Runtime};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{get, post};
use os_http::extract::Path;

/// Every page, and every form on one.
#[rustfmt::skip]
pub fn pages(largest_body: usize) -> Router<Runtime> {
    Router::new()
        .route("/static/{file}", get(asset))

        // Getting in
        .route("/",         get(account::home))
        .route("/sign-in",  get(account::sign_in_page).post(account::sign_in))
        .route("/sign-up",  get(account::sign_up_page).post(account::sign_up))
        .route("/sign-out", post(account::sign_out))

        // What is installed
        .route("/installed",                     get(packages::list).post(packages::install))
        .route("/installed/{package}/enable",    post(packages::enable))
        .route("/installed/{package}/disable",   post(packages::disable))
        .route("/installed/{package}/uninstall", get(packages::confirm_uninstall).post(packages::uninstall))

        // Objects and their records
        .route("/objects",               get(objects::list))
        .route("/objects/{object}",      get(records::list))
        .route("/objects/{object}/{id}", get(records::show))

        .layer(DefaultBodyLimit::max(largest_body))
        .layer(from_fn(refusal::dress))
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    os_console::assets::answer(&file, &headers)
        .ok_or_else(|| Code::NotFound.error(format!("there is no file `{file}`")))
}
