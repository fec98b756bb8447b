//! The bar around a page: who is signed in, where they are, what just happened.

use crate::auth::{Actor, Visitor};
use crate::{Control, Error, Result};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
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
}

impl<S> FromRequestParts<S> for Frame
where
    S: Send + Sync,
    Control: axum::extract::FromRef<S>,
{
    type Rejection = Error;

    /// Of a request whose door was asked before: the actor is there already.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let known = parts.extensions.get::<Actor>().cloned();
        let actor = match known {
            Some(actor) => Some(actor),
            None => {
                let control = <Control as axum::extract::FromRef<S>>::from_ref(state);
                Visitor::from_request_parts(parts, &control).await?.0
            }
        };
        let user = actor.as_ref().and_then(Actor::user);
        Ok(Self {
            email: user.map(|user| user.email.clone()),
            is_platform_admin: actor.as_ref().is_some_and(Actor::is_platform_admin),
            section: parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned(),
            flash: flash(&parts.headers),
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
