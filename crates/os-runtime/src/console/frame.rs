//! The bar around a page, and how handlers answer with one.

use crate::auth::Visitor;
use crate::{Error, Result, Runtime};
use anyhow::Context;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HOST};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};

/// What the layout shows besides the page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub email: Option<String>,
    /// Whether they own the runtime.
    pub is_admin: bool,
    /// The first word of the path; the bar marks it.
    section: String,
    pub flash: Option<String>,
    /// Where the runtime is reached, for commands to copy.
    pub address: String,
}

impl FromRequestParts<Runtime> for Frame {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        let caller = Visitor::from_request_parts(parts, runtime).await?.caller;
        let host = parts.headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
        Ok(Self {
            email: caller.as_ref().map(|caller| caller.email().to_owned()),
            is_admin: caller.is_some_and(|caller| caller.is_admin()),
            section: parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned(),
            flash: os_console::flash::read(&parts.headers),
            address: runtime.config.base_url.clone().unwrap_or_else(|| format!("http://{host}")),
        })
    }
}

impl Frame {
    /// `page` for the link of the page one is on.
    pub fn current(&self, section: &str) -> &'static str {
        if self.section == section { "page" } else { "false" }
    }

    /// The address of a static file, with its hash, so that it can be kept for ever.
    pub fn asset(&self, name: &str) -> String {
        os_console::assets::url(name)
    }
}

/// A page. It is made for one person, so nobody in between may keep it.
pub fn page(template: &impl Template) -> Result<Response> {
    page_as(StatusCode::OK, template)
}

/// The same with another status: a form that is shown again with what is wrong.
pub fn page_as(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = Html(template.render().context("rendering a page")?);
    Ok((status, [(CACHE_CONTROL, "no-store")], html).into_response())
}
