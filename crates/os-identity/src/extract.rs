//! Extractors of the actor of a request.

use crate::actor::{Actor, UserPrincipal};
use crate::authenticate::authenticate;
use crate::client::Client;
use crate::state::HasIdentity;
use crate::{Code, Error, Result, session};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use os_http::{PresentedCredential, RequestId};

/// The actor of a request; `None` without a credential.
pub struct MaybeSignedIn(pub Option<Actor>);

/// An actor with a valid credential.
pub struct SignedIn(pub Actor);

/// A user with a valid credential.
pub struct SignedInUser {
    pub actor: Actor,
    pub user: UserPrincipal,
}

/// A platform administrator, by session: managing accounts could give away more than an API key
/// may do.
pub struct Administrator(pub Actor);

/// The credential that a request presents, valid or not.
pub struct Presented(pub Option<PresentedCredential>);

impl Presented {
    /// Returns the token of a session; `None` for an API key.
    pub fn session_token(&self) -> Option<&str> {
        self.0.as_ref().filter(|it| !it.is_api_key()).map(PresentedCredential::secret)
    }
}

impl<S: HasIdentity> FromRequestParts<S> for MaybeSignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        // Another extractor of the same request may have looked already.
        if let Some(actor) = parts.extensions.get::<Actor>() {
            return Ok(Self(Some(actor.clone())));
        }
        let origins = server.identity().config().origins();
        let Some(presented) = PresentedCredential::of(parts, origins)? else {
            return Ok(Self(None));
        };
        let principal = authenticate(server, presented).await?;
        let actor = principal.map(|principal| Actor::new(principal, RequestId::of(parts)));
        actor.clone().map(|actor| parts.extensions.insert(actor));
        Ok(Self(actor))
    }
}

impl<S: HasIdentity> FromRequestParts<S> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        let MaybeSignedIn(actor) = MaybeSignedIn::from_request_parts(parts, server).await?;
        actor.map(Self).ok_or_else(|| {
            Code::Unauthenticated.error(
                "sign in first: send `Authorization: Bearer <token>` with a session token or an API key that is neither expired nor revoked",
            )
        })
    }
}

impl<S: HasIdentity> FromRequestParts<S> for SignedInUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, server).await?;
        let user = actor.user().cloned().ok_or_else(|| {
            Code::PermissionDenied.error("this needs a user: sign in, or use a personal API key")
        })?;
        Ok(Self { actor, user })
    }
}

impl<S: HasIdentity> FromRequestParts<S> for Administrator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        let SignedInUser { actor, user } = SignedInUser::from_request_parts(parts, server).await?;
        session::required(&user)?;
        if !user.is_platform_admin() {
            return Err(
                Code::PermissionDenied.error("only administrators of this server manage accounts")
            );
        }
        Ok(Self(actor))
    }
}

impl<S: HasIdentity> FromRequestParts<S> for Presented {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        let origins = server.identity().config().origins();
        Ok(Self(PresentedCredential::of(parts, origins)?))
    }
}

impl<S: HasIdentity> FromRequestParts<S> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &S) -> Result<Self> {
        Self::of(parts, server.identity().config())
    }
}
