//! The bar around a page: who is signed in, where they are, what just happened.

use crate::auth::Actor;
use crate::http::guards::Visitor;
use crate::{Control, Error, Result};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::request::Parts;

/// What the layout shows besides the page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub email: Option<String>,
    pub is_platform_admin: bool,
    /// The first word of the path; the bar marks it.
    pub section: String,
    pub flash: Option<String>,
    /// Where this server is reached, for commands to copy.
    pub address: String,
}

impl FromRequestParts<Control> for Frame {
    type Rejection = Error;

    /// Of a request whose door was asked before: the actor is there already.
    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let actor = match parts.extensions.get::<Actor>().cloned() {
            Some(actor) => Some(actor),
            None => Visitor::from_request_parts(parts, control).await?.0,
        };
        let user = actor.as_ref().and_then(Actor::user);
        Ok(Self {
            email: user.map(|user| user.email.clone()),
            is_platform_admin: actor.as_ref().is_some_and(Actor::is_platform_admin),
            section: parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned(),
            flash: os_console::flash::read(&parts.headers),
            address: address(&parts.headers, control),
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

/// What the operator says, else what the browser asked for.
fn address(headers: &HeaderMap, control: &Control) -> String {
    let host = headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    control.config.base_url.clone().unwrap_or_else(|| format!("http://{host}"))
}
