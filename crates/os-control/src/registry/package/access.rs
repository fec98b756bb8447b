//! Proof of the rights of an actor on a package.

use super::sql::AccessFacts;

use super::sql;
use super::visibility::{VersionAccess, VisibleVersions, is_granted, is_installed};
use crate::{Code, PackageId, Result};
use os_db::Tx;
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, OrganizationId, Scope};

/// Proof that an actor may see a package.
///
/// **Invariant:** [`PackageAccess::find`] is the only maker.
#[derive(Debug, Clone)]
pub struct PackageAccess {
    actor: Actor,
    package: PackageId,
    manifest_id: String,
    owner: OrganizationId,
    role: Option<OrganizationRole>,
}

impl PackageAccess {
    /// Checks that the actor may see the package. `id` is its row id or manifest id.
    ///
    /// # Errors
    /// `PACKAGE_NOT_FOUND` when there is none, or none that the actor may see.
    pub async fn find(tx: &mut Tx, actor: &Actor, id: &str) -> Result<Self> {
        let unknown =
            || Code::PackageNotFound.error(format!("there is no package `{id}` that you may see"));
        let facts = find_unchecked(tx, id).await?.ok_or_else(unknown)?;
        let access = Self {
            role: role(tx, actor, facts.owner_org_id).await?,
            actor: actor.clone(),
            package: facts.id,
            manifest_id: facts.manifest_id,
            owner: facts.owner_org_id,
        };
        let is_visible = access.is_insider()
            || facts.listed
            || is_granted(tx, actor, facts.id).await?
            || is_installed(tx, actor, facts.id).await?;
        if is_visible { Ok(access) } else { Err(unknown()) }
    }

    /// Checks that the actor may publish versions of the package.
    ///
    /// # Errors
    /// `PUBLISHER_REQUIRED`.
    pub fn require_publisher(&self) -> Result<()> {
        let may = self.role.is_some_and(|role| role >= OrganizationRole::Admin);
        if may && self.actor.allows(Scope::Publish) {
            return Ok(());
        }
        Err(Code::PublisherRequired.error(format!(
            "publishing `{}` needs the role owner or admin in the organization that owns it, and a key with the scope `publish`",
            self.manifest_id
        )))
    }

    /// Checks that the actor is a platform administrator.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn require_platform_admin(&self) -> Result<()> {
        super::require_platform_admin(&self.actor)
    }

    /// Returns the access to the versions that the actor sees.
    pub async fn versions(&self, tx: &mut Tx) -> Result<VersionAccess> {
        let visible = if self.is_insider() {
            VisibleVersions::All
        } else if is_granted(tx, &self.actor, self.package).await? {
            VisibleVersions::Published
        } else {
            VisibleVersions::Listed
        };
        Ok(VersionAccess::new(self.package, visible))
    }

    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The row of the package.
    pub fn package(&self) -> PackageId {
        self.package
    }

    /// The manifest id of the package.
    pub fn manifest_id(&self) -> &str {
        &self.manifest_id
    }

    /// The organization that owns the package.
    pub fn owner(&self) -> OrganizationId {
        self.owner
    }

    /// The actor's role in the organization that owns the package.
    pub fn role(&self) -> Option<OrganizationRole> {
        self.role
    }

    /// Returns whether the actor may see drafts, unlisted versions and the review.
    pub fn is_insider(&self) -> bool {
        self.role.is_some() || self.actor.is_platform_admin()
    }
}

/// Finds a package by row id or manifest id, for a rule that checks the caller's right itself.
pub(crate) async fn find_unchecked(tx: &mut Tx, id: &str) -> Result<Option<AccessFacts>> {
    Ok(match id.parse::<PackageId>() {
        Ok(id) => sql::find_by_id(tx, id).await?,
        Err(_) => sql::find_by_manifest_id(tx, id).await?,
    })
}

async fn role(
    tx: &mut Tx,
    actor: &Actor,
    owner: OrganizationId,
) -> Result<Option<OrganizationRole>> {
    let (role, scope) = (OrganizationRole::Member, Scope::Read);
    match organization::access(tx, actor, owner, role, scope).await {
        Ok(owner) => Ok(Some(owner.role())),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
