//! The guards: extractors that prove what a caller may do before a handler runs.

use crate::{Code, Error, Result, Runtime};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use os_identity::{SignedInUser, UserPrincipal};

/// Anybody with an account.
pub struct SignedIn(pub UserPrincipal);

/// A caller who may install, uninstall and configure: the capability `manage_metadata`.
pub struct MayManage(pub UserPrincipal);

impl FromRequestParts<Runtime> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        Ok(Self(SignedInUser::from_request_parts(parts, runtime).await?.user))
    }
}

impl FromRequestParts<Runtime> for MayManage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, runtime: &Runtime) -> Result<Self> {
        let SignedIn(user) = SignedIn::from_request_parts(parts, runtime).await?;
        if !user.is_platform_admin() {
            return Err(Code::Forbidden.error(
                "This requires the `manage_metadata` capability; ask the owner of the runtime.",
            ));
        }
        Ok(Self(user))
    }
}
