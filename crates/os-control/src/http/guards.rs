//! Extractors that authenticate a request and check its right before a body is read.
//!
//! **Invariant:** the guards `May…` are made here only. Each holds an access of
//! its noun, which alone checks the right; a caller who may not know that a
//! resource exists gets `…_NOT_FOUND`. The roles are docs/wire/rights.md.

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::runtime_link::RuntimeAccess;
use crate::registry::listing::ReviewAccess;
use crate::registry::package::PackageAccess;
use crate::{Control, Error, Result};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use os_identity::{Scope, SignedIn};
use std::ops::Deref;

/// Guards that hold an access and can be used as one.
macro_rules! guards {
    ($($(#[$doc:meta])* $guard:ident($access:ident) = $find:ident;)*) => {$(
        $(#[$doc])*
        pub struct $guard($access);

        impl Deref for $guard {
            type Target = $access;

            fn deref(&self) -> &$access {
                &self.0
            }
        }

        impl FromRequestParts<Control> for $guard {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
                $find(parts, control).await.map(Self)
            }
        }
    )*};
}

guards! {
    /// Members of the owner, roles from `reader` in the environment, and its runtime.
    MayReadEnvironment(EnvironmentAccess) = reader;
    /// Owners and admins of the organization; owners, admins and makers of the
    /// environment; its runtime.
    MayInstall(EnvironmentAccess) = installer;
    /// Owners and admins of the organization or of the environment.
    MayManageEnvironment(EnvironmentAccess) = manager;
    /// Owners and admins of the organization or of the environment, and platform administrators.
    MayDeleteEnvironment(EnvironmentAccess) = deleter;
    /// The runtime that is bound to the environment, and no one else: its responses have secrets.
    BoundRuntime(RuntimeAccess) = runtime;
    /// All who see the package.
    MayReadPackage(PackageAccess) = package;
    /// Owners and admins of the organization that owns the package.
    MayPublish(PackageAccess) = publisher;
    /// Owners and admins of the organization that owns the package, and platform administrators.
    MayModerate(PackageAccess) = moderator;
    /// Platform administrators, for one package.
    MayReview(PackageAccess) = reviewer;
    /// Platform administrators, for the review queue.
    MayReviewAny(ReviewAccess) = review_access;
}

async fn reader(parts: &mut Parts, control: &Control) -> Result<EnvironmentAccess> {
    environment(parts, control, EnvironmentRole::Reader, Scope::Read).await
}

async fn installer(parts: &mut Parts, control: &Control) -> Result<EnvironmentAccess> {
    environment(parts, control, EnvironmentRole::Maker, Scope::Install).await
}

async fn manager(parts: &mut Parts, control: &Control) -> Result<EnvironmentAccess> {
    environment(parts, control, EnvironmentRole::Admin, Scope::Admin).await
}

async fn environment(
    parts: &mut Parts,
    control: &Control,
    role: EnvironmentRole,
    scope: Scope,
) -> Result<EnvironmentAccess> {
    let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
    let id = path_parameter(parts, "environment").await;
    EnvironmentAccess::find(&mut control.db.autocommit().await?, &actor, &id, role, scope).await
}

async fn deleter(parts: &mut Parts, control: &Control) -> Result<EnvironmentAccess> {
    let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
    let id = path_parameter(parts, "environment").await;
    EnvironmentAccess::find_for_delete(&mut control.db.read().await?, &actor, &id).await
}

async fn runtime(parts: &mut Parts, control: &Control) -> Result<RuntimeAccess> {
    let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
    let id = path_parameter(parts, "environment").await;
    RuntimeAccess::find(&mut control.db.autocommit().await?, &actor, &id).await
}

async fn package(parts: &mut Parts, control: &Control) -> Result<PackageAccess> {
    let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
    let id = path_parameter(parts, "package").await;
    PackageAccess::find(&mut control.db.autocommit().await?, &actor, &id).await
}

async fn publisher(parts: &mut Parts, control: &Control) -> Result<PackageAccess> {
    let access = package(parts, control).await?;
    access.require_publisher()?;
    Ok(access)
}

async fn moderator(parts: &mut Parts, control: &Control) -> Result<PackageAccess> {
    let access = package(parts, control).await?;
    if !access.actor().is_platform_admin() {
        access.require_publisher()?;
    }
    Ok(access)
}

async fn reviewer(parts: &mut Parts, control: &Control) -> Result<PackageAccess> {
    let access = package(parts, control).await?;
    access.require_platform_admin()?;
    Ok(access)
}

async fn review_access(parts: &mut Parts, control: &Control) -> Result<ReviewAccess> {
    let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
    ReviewAccess::of(&actor)
}

async fn path_parameter(parts: &mut Parts, name: &str) -> String {
    let Ok(parameters) = RawPathParams::from_request_parts(parts, &()).await else {
        return String::new();
    };
    parameters
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .unwrap_or_default()
}
