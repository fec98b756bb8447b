//! How handlers answer with a page.

use crate::Result;
use anyhow::Context;
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

/// A page. It is made for one person, so nobody in between may keep it.
pub fn page(template: &impl Template) -> Result<Response> {
    page_as(StatusCode::OK, template)
}

/// The same with another status: a form that is shown again with what is wrong.
pub fn page_as(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = Html(template.render().context("rendering a page")?);
    Ok((status, [(CACHE_CONTROL, "no-store")], html).into_response())
}

/// Where somebody wanted to go before they were asked to sign in.
#[derive(Debug, Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    next: String,
}

impl Back {
    /// A path of ours; anything else leads to the start page.
    pub fn path(&self) -> &str {
        os_console::own_path(&self.next)
    }
}
