//! The bar around a page: who is signed in, where they are, what just happened.

use crate::auth::{Actor, Visitor};
use crate::{Control, Error, Result};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The cookie that carries a sentence over a redirect.
pub const FLASH_COOKIE: &str = "os_flash";

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
            flash: flash(&parts.headers),
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
        super::assets::url(name)
    }
}

/// What the operator says, else what the browser asked for.
fn address(headers: &HeaderMap, control: &Control) -> String {
    let host = headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    control.config.base_url.clone().unwrap_or_else(|| format!("http://{host}"))
}

/// The sentence of the last change, if it was just made.
fn flash(headers: &HeaderMap) -> Option<String> {
    let value = cookie(headers)?;
    let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.len() <= 500)
}

/// The value of the flash cookie, as it came.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    cookies
        .flat_map(|it| it.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == FLASH_COOKIE && !value.is_empty()).then_some(value))
}

/// The `Set-Cookie` that shows `text` on the next page.
pub fn flash_cookie(text: &str) -> String {
    let value = URL_SAFE_NO_PAD.encode(text);
    format!("{FLASH_COOKIE}={value}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax")
}

/// The `Set-Cookie` that forgets it once it was shown.
pub fn forget_flash() -> String {
    format!("{FLASH_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}
