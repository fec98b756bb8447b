//! The frame around a page: the signed-in user, the navigation, the report of the last change.

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use os_http::{Error, Result};
use os_identity::{Actor, HasIdentity, MaybeSignedIn, UserPrincipal};

/// The servers behind the Console; its navigation depends on them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Site {
    /// `os cloud serve`.
    #[default]
    ControlPlane,
    /// `os serve` and `os dev`.
    Runtime,
    /// `os start`: both, on one port.
    Both,
}

/// The content of the layout besides the page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The email address of the signed-in user.
    pub email: Option<String>,
    /// True if the user administers the control plane or owns the runtime.
    pub is_admin: bool,
    /// The sentence that reports the last change.
    pub flash: Option<String>,
    /// The URL of this server, for commands to copy.
    pub address: String,
    site: Site,
    /// The first word of the path; the navigation marks it.
    section: String,
}

impl<S: HasIdentity> FromRequestParts<S> for Frame {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        let MaybeSignedIn(actor) = MaybeSignedIn::from_request_parts(parts, server).await?;
        let user = actor.as_ref().and_then(Actor::user);
        let base_url = server.identity().config().base_url.as_deref();
        let host = parts.headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
        let address = base_url.map_or_else(|| format!("http://{host}"), str::to_owned);
        Ok(Self {
            is_admin: user.is_some_and(UserPrincipal::is_platform_admin),
            email: user.map(|user| user.email().to_owned()),
            flash: crate::flash::read(&parts.headers),
            address,
            site: parts.extensions.get().copied().unwrap_or_default(),
            section: parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned(),
        })
    }
}

impl Frame {
    /// Returns whether the server has the pages of the control plane.
    pub fn has_control_plane(&self) -> bool {
        self.site != Site::Runtime
    }

    /// Returns whether the server has the pages of a runtime.
    pub fn has_runtime(&self) -> bool {
        self.site != Site::ControlPlane
    }

    /// The value of `aria-current` for the link to a section.
    pub fn current(&self, section: &str) -> &'static str {
        if self.section == section { "page" } else { "false" }
    }

    /// The URL of a static file, with its hash, so that browsers can keep it forever.
    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }
}
