//! The packages, and the versions of a package, that a caller may see (docs/wire/rights.md).

use super::{Package, sql};
use crate::{PackageId, Result};
use os_db::Tx;
use os_identity::organization::OrganizationAccess;
use os_identity::{Actor, OrganizationId, Principal, organization};

/// A set of versions of a package, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisibleVersions {
    /// All, drafts and those in review included: for the owner.
    All,
    /// All but drafts, listed or not: for organizations with a grant.
    Published,
    /// Those in the public catalog: for everybody.
    Listed,
}

impl VisibleVersions {
    /// Returns the versions that are in both sets.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Listed, _) | (_, Self::Listed) => Self::Listed,
            (Self::Published, _) | (_, Self::Published) => Self::Published,
            (Self::All, Self::All) => Self::All,
        }
    }
}

/// Proof that a caller may see some versions of a package.
///
/// **Invariant:** made by this crate only, from a [`super::PackageAccess`], from the access to an
/// environment whose organization sees the package, or for a package in the public catalog.
#[derive(Debug, Clone, Copy)]
pub struct VersionAccess {
    package: PackageId,
    visible: VisibleVersions,
}

impl VersionAccess {
    pub(crate) fn new(package: PackageId, visible: VisibleVersions) -> Self {
        Self { package, visible }
    }

    /// The row of the package.
    pub fn package(&self) -> PackageId {
        self.package
    }

    /// The versions that may be seen.
    pub fn visible(&self) -> VisibleVersions {
        self.visible
    }

    /// Narrows the access to the versions that are also in another set.
    pub fn and(self, other: VisibleVersions) -> Self {
        Self { visible: self.visible.and(other), ..self }
    }
}

/// Proof of the organizations whose packages a caller sees besides the public ones.
///
/// **Invariant:** made by [`viewer`] and [`Viewer::of_organization`]; only the first makes one
/// that sees everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer(Organizations);

/// The organizations of a [`Viewer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::registry) enum Organizations {
    /// Every organization there is.
    All,
    /// These, with what was granted to them.
    Some(Vec<OrganizationId>),
}

impl Viewer {
    /// Sees what the members of an organization see.
    pub fn of_organization(access: &OrganizationAccess) -> Self {
        Self::of_organization_id(access.organization())
    }

    pub(crate) fn of_organization_id(organization: OrganizationId) -> Self {
        Self(Organizations::Some(vec![organization]))
    }

    pub(in crate::registry) fn organizations(&self) -> &Organizations {
        &self.0
    }

    /// Returns the versions that this viewer sees of a package which a list has shown to them.
    pub fn visible_versions(&self, package: &Package) -> VisibleVersions {
        match &self.0 {
            Organizations::All => VisibleVersions::All,
            Organizations::Some(own) if own.contains(&package.owner_org_id) => VisibleVersions::All,
            // A package that is not in the catalog was granted.
            Organizations::Some(_) if !package.listed => VisibleVersions::Published,
            Organizations::Some(_) => VisibleVersions::Listed,
        }
    }
}

/// Returns the viewer that an actor is: one of the organizations that they belong to or act for,
/// one of no organization without an actor.
pub async fn viewer(tx: &mut Tx, actor: Option<&Actor>) -> Result<Viewer> {
    let Some(actor) = actor else { return Ok(Viewer(Organizations::Some(Vec::new()))) };
    if actor.is_platform_admin() {
        return Ok(Viewer(Organizations::All));
    }
    Ok(match actor.principal() {
        Principal::Service | Principal::System(_) => Viewer(Organizations::All),
        Principal::Runtime(runtime) => Viewer::of_organization_id(runtime.organization()),
        Principal::User(user) => {
            let all = organization::list_of(tx, user.id()).await?.into_iter().map(|it| it.id);
            // An API key of one organization gives no access to another.
            let only = user.confined_to();
            let own = all.filter(|id| only.is_none_or(|only| only == *id)).collect();
            Viewer(Organizations::Some(own))
        }
    })
}

/// Returns the versions that the members of an organization see of a package; `None` when they
/// do not see the package.
pub(crate) async fn visible_to_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PackageId,
) -> Result<Option<VersionAccess>> {
    let Some(package) = sql::find_by_id(tx, id).await? else { return Ok(None) };
    let visible = if package.owner_org_id == organization {
        Some(VisibleVersions::All)
    } else if sql::is_granted_to_organization(tx, id, organization).await? {
        Some(VisibleVersions::Published)
    } else {
        package.listed.then_some(VisibleVersions::Listed)
    };
    Ok(visible.map(|visible| VersionAccess::new(id, visible)))
}

/// Returns whether the package was granted to an organization of the actor.
pub(super) async fn is_granted(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    let Viewer(Organizations::Some(organizations)) = viewer(tx, Some(actor)).await? else {
        return Ok(true);
    };
    for organization in organizations {
        if sql::is_granted_to_organization(tx, package, organization).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether an environment of the actor's organizations has the package installed. Its
/// members see a package that they run even after it has left the catalog.
pub(super) async fn is_installed(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    let Viewer(Organizations::Some(organizations)) = viewer(tx, Some(actor)).await? else {
        return Ok(true);
    };
    for organization in organizations {
        if sql::is_installed_in_organization(tx, package, organization).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
