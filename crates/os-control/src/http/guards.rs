//! The extractors that make an access, and the rules behind them.

use crate::fleet::environment::{self as env, EnvironmentRole, EnvironmentType};
use crate::registry::package as pkg;
use crate::{Code, Control, EnvironmentId, Error, PackageId, Result, RuntimeConnectionId};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use os_db::Tx;
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Principal, Scope, SignedIn};

/// Proof that an environment may be read, or more, as the door says.
#[derive(Debug, Clone)]
pub struct EnvironmentAccess {
    pub actor: Actor,
    pub organization: OrganizationId,
    pub environment: EnvironmentId,
    pub environment_type: EnvironmentType,
    /// What the caller is in this environment, at most.
    pub role: EnvironmentRole,
}

/// Proof that a package may be seen, or changed, as the door says.
#[derive(Debug, Clone)]
pub struct PackageAccess {
    pub actor: Actor,
    pub package: PackageId,
    pub manifest_id: String,
    pub owner: OrganizationId,
    /// What the caller is in the organization that owns it.
    pub role: Option<OrganizationRole>,
    /// Whether the caller may see drafts, unlisted versions and the review.
    pub is_insider: bool,
}

/// A platform administrator: reviews, tiers, everything.
pub struct Admin;

/// Members of the owner, roles from `reader` in the environment, its runtime.
pub struct MayReadEnvironment(pub EnvironmentAccess);

/// The runtime that is bound to the environment, and nobody else: it is told secrets.
pub struct BoundRuntime {
    pub access: EnvironmentAccess,
    pub connection: RuntimeConnectionId,
}

/// Owners and admins of the organization; owners, admins and makers of the environment.
pub struct MayInstall(pub EnvironmentAccess);

/// Owners and admins of the organization or of the environment.
pub struct MayManageEnvironment(pub EnvironmentAccess);

/// The same, and platform administrators.
pub struct MayDeleteEnvironment(pub EnvironmentAccess);

/// Whoever the package is visible to.
pub struct MayReadPackage(pub PackageAccess);

/// Owners and admins of the organization that owns the package.
pub struct MayPublish(pub PackageAccess);

/// Those who may publish, and platform administrators.
pub struct MayModerate(pub PackageAccess);

/// Platform administrators.
pub struct MayReview(pub PackageAccess);

impl FromRequestParts<Control> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
        if !actor.is_platform_admin() {
            return Err(Code::PermissionDenied.error("only a platform administrator may do this"));
        }
        Ok(Self)
    }
}

macro_rules! environment_doors {
    ($($door:ident: $role:expr, $scope:expr);* $(;)?) => {$(
        impl FromRequestParts<Control> for $door {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
                let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
                let id = path_parameter(parts, "environment").await;
                let mut tx = control.db.peek().await?;
                environment(&mut tx, &actor, &id, $role, $scope).await.map(Self)
            }
        }
    )*};
}
environment_doors! {
    MayReadEnvironment: EnvironmentRole::Reader, Scope::Read;
    MayInstall: EnvironmentRole::Maker, Scope::Install;
    MayManageEnvironment: EnvironmentRole::Admin, Scope::Admin;
}

impl FromRequestParts<Control> for BoundRuntime {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let MayReadEnvironment(access) =
            MayReadEnvironment::from_request_parts(parts, control).await?;
        match access.actor.principal() {
            Principal::Runtime(runtime) if runtime.environment().is_some() => {
                let connection = RuntimeConnectionId(runtime.connection());
                Ok(Self { access, connection })
            }
            _ => Err(Code::PermissionDenied.error(
                "only the runtime of this environment may do this: bind it, and send its token",
            )),
        }
    }
}

impl FromRequestParts<Control> for MayDeleteEnvironment {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
        let id = path_parameter(parts, "environment").await;
        let mut tx = control.db.read().await?;
        if !actor.is_platform_admin() {
            let (role, scope) = (EnvironmentRole::Admin, Scope::Admin);
            return environment(&mut tx, &actor, &id, role, scope).await.map(Self);
        }
        let (id, found) = find_environment(&mut tx, &actor, &id).await?;
        Ok(Self(EnvironmentAccess {
            actor,
            organization: found.organization_id,
            environment: id,
            environment_type: found.environment_type,
            role: EnvironmentRole::Owner,
        }))
    }
}

impl FromRequestParts<Control> for MayReadPackage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
        let id = path_parameter(parts, "package").await;
        let mut tx = control.db.peek().await?;
        package(&mut tx, &actor, &id).await.map(Self)
    }
}

impl FromRequestParts<Control> for MayPublish {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, control).await?;
        let id = path_parameter(parts, "package").await;
        let mut tx = control.db.peek().await?;
        let access = package(&mut tx, &actor, &id).await?;
        publisher(access).map(Self)
    }
}

impl FromRequestParts<Control> for MayModerate {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let MayReadPackage(access) = MayReadPackage::from_request_parts(parts, control).await?;
        if access.actor.is_platform_admin() {
            return Ok(Self(access));
        }
        publisher(access).map(Self)
    }
}

impl FromRequestParts<Control> for MayReview {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self> {
        let MayReadPackage(access) = MayReadPackage::from_request_parts(parts, control).await?;
        if !access.actor.is_platform_admin() {
            return Err(Code::PermissionDenied.error("only a platform administrator may do this"));
        }
        Ok(Self(access))
    }
}

/// Whether the actor may publish versions of the package they see.
fn publisher(access: PackageAccess) -> Result<PackageAccess> {
    let may = access.role.is_some_and(|role| role >= OrganizationRole::Admin);
    if may && access.actor.allows(Scope::Publish) {
        return Ok(access);
    }
    Err(Code::PublisherRequired.error(format!(
        "publishing `{}` needs the role owner or admin in the organization that owns it, and a key with the scope `publish`",
        access.manifest_id
    )))
}

/// Whether the actor has at least `needed` in the environment.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND` for outsiders, `PERMISSION_DENIED` for too low a role or scope.
pub async fn environment(
    tx: &mut Tx,
    actor: &Actor,
    id: &str,
    needed: EnvironmentRole,
    scope: Scope,
) -> Result<EnvironmentAccess> {
    let (id, found) = find_environment(tx, actor, id).await?;
    let role = match actor.principal() {
        Principal::Service | Principal::System(_) => Some(EnvironmentRole::Owner),
        Principal::Runtime(runtime) => {
            let same = runtime.organization() == found.organization_id;
            match runtime.environment() {
                Some(bound) => (bound == id.0).then_some(EnvironmentRole::Maker),
                None => same.then_some(EnvironmentRole::Reader),
            }
        }
        Principal::User(user) => {
            let locked_out = user.confined_to().is_some_and(|only| only != found.organization_id);
            if locked_out {
                None
            } else {
                let member = found.organization_role.map(|role| match role {
                    OrganizationRole::Owner => EnvironmentRole::Owner,
                    OrganizationRole::Admin => EnvironmentRole::Admin,
                    _ => EnvironmentRole::Reader,
                });
                member.max(found.role)
            }
        }
    };
    let role = role.ok_or_else(|| unknown_environment(&id.to_string()))?;
    if role < needed {
        return Err(Code::PermissionDenied.error(format!(
            "this needs the role {} or higher in the environment; yours is {}",
            needed.as_str(),
            role.as_str()
        )));
    }
    actor.must_allow(scope)?;
    Ok(EnvironmentAccess {
        actor: actor.clone(),
        organization: found.organization_id,
        environment: id,
        environment_type: found.environment_type,
        role,
    })
}

async fn find_environment(
    tx: &mut Tx,
    actor: &Actor,
    id: &str,
) -> Result<(EnvironmentId, env::ForAccess)> {
    let Ok(parsed) = id.parse() else { return Err(unknown_environment(id)) };
    let user = match actor.principal() {
        Principal::User(user) => Some(user.id()),
        _ => None,
    };
    let found = env::find_for_access(tx, parsed, user).await?;
    found.map(|found| (parsed, found)).ok_or_else(|| unknown_environment(id))
}

fn unknown_environment(id: &str) -> Error {
    Code::EnvironmentNotFound.error(format!("there is no environment `{id}` that you may see"))
}

/// Whether the actor may see the package, by row id or manifest id.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when there is none, or none that the actor may see.
pub async fn package(tx: &mut Tx, actor: &Actor, id: &str) -> Result<PackageAccess> {
    let unknown =
        || Code::PackageNotFound.error(format!("there is no package `{id}` that you may see"));
    let found = pkg::find_for_access(tx, id).await?.ok_or_else(unknown)?;
    let owner =
        organization::access(tx, actor, found.owner_org_id, OrganizationRole::Member, Scope::Read);
    let role = match owner.await {
        Ok(owner) => Some(owner.role()),
        Err(error) if error.code() == Code::NotFound => None,
        Err(error) => return Err(error),
    };
    let is_insider = role.is_some() || actor.is_platform_admin();
    let is_visible = is_insider
        || found.listed
        || pkg::is_granted(tx, actor, found.id).await?
        || pkg::is_installed(tx, actor, found.id).await?;
    if !is_visible {
        return Err(unknown());
    }
    Ok(PackageAccess {
        actor: actor.clone(),
        package: found.id,
        manifest_id: found.manifest_id,
        owner: found.owner_org_id,
        role,
        is_insider,
    })
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
