//! The doors: extractors that a handler names to say who may enter.

use super::{Live, session_of};
use crate::{Code, Error, Result, Runtime, UserId};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use os_http::PresentedCredential;
use std::sync::Arc;

/// Somebody whom a door let in.
#[derive(Debug, Clone)]
pub struct Caller {
    live: Arc<Live>,
}

impl Caller {
    /// Their account.
    pub fn id(&self) -> UserId {
        self.live.user.id
    }

    /// Their email address, which events and ledgers name.
    pub fn email(&self) -> &str {
        &self.live.user.email
    }

    /// Whether they own the runtime: may install, and read and write everything.
    pub fn is_admin(&self) -> bool {
        self.live.user.role == "admin"
    }

    pub(super) fn live(&self) -> &Live {
        &self.live
    }
}

/// Anybody; signed in or not.
pub struct Visitor {
    pub caller: Option<Caller>,
    /// What they presented for a session.
    pub token: Option<String>,
}

/// Anybody with an account.
pub struct Signed(pub Caller);

/// Who may install, uninstall and configure: the capability `manage_metadata`.
pub struct MayManage(pub Caller);

impl FromRequestParts<Runtime> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        let token = PresentedCredential::of(parts, runtime.config.origins())?
            .map(PresentedCredential::into_secret);
        let live = match &token {
            Some(token) => session_of(runtime, token).await?,
            None => None,
        };
        Ok(Self { caller: live.map(|live| Caller { live }), token })
    }
}

impl FromRequestParts<Runtime> for Signed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        let visitor = Visitor::from_request_parts(parts, runtime).await?;
        visitor.caller.map(Self).ok_or_else(|| {
            Code::Unauthenticated.error("Authentication required. Sign in with `os login` first.")
        })
    }
}

impl FromRequestParts<Runtime> for MayManage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        let Signed(caller) = Signed::from_request_parts(parts, runtime).await?;
        if !caller.is_admin() {
            return Err(Code::Forbidden.error(
                "This requires the `manage_metadata` capability; ask the owner of the runtime.",
            ));
        }
        Ok(Self(caller))
    }
}
