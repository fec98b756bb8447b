//! Which packages, and which of their versions, somebody sees (docs/wire/rights.md).

use super::sql;
use crate::{PackageId, Result};
use os_db::Tx;
use os_identity::{Actor, OrganizationId, Principal, organization};

/// Which versions of a package somebody sees, fewest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisibleVersions {
    /// All of them, drafts and those in review included: for the owner.
    All,
    /// Those that are not drafts, listed or not: for organizations with a grant.
    Published,
    /// Those in the public catalog: for everybody.
    Listed,
}

impl VisibleVersions {
    /// Those that both show.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Listed, _) | (_, Self::Listed) => Self::Listed,
            (Self::Published, _) | (_, Self::Published) => Self::Published,
            (Self::All, Self::All) => Self::All,
        }
    }
}

/// Whose packages somebody sees besides the public ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Those of every organization.
    Everything,
    /// Those of these organizations, and what was granted to them.
    Organizations(Vec<OrganizationId>),
}

/// The organizations that the actor belongs to or acts for; none without an actor.
pub async fn viewer(tx: &mut Tx, actor: Option<&Actor>) -> Result<Viewer> {
    let Some(actor) = actor else { return Ok(Viewer::Organizations(Vec::new())) };
    if actor.is_platform_admin() {
        return Ok(Viewer::Everything);
    }
    Ok(match actor.principal() {
        Principal::Service | Principal::System(_) => Viewer::Everything,
        Principal::Runtime(runtime) => Viewer::Organizations(vec![runtime.organization()]),
        Principal::User(user) => {
            let all = organization::list_of(tx, user.id()).await?.into_iter().map(|it| it.id);
            // A key of one organization opens no other.
            let only = user.confined_to();
            Viewer::Organizations(all.filter(|id| only.is_none_or(|only| only == *id)).collect())
        }
    })
}

/// The versions that the members of an organization see of a package; `None`
/// when they do not see the package.
pub async fn visible_to_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PackageId,
) -> Result<Option<VisibleVersions>> {
    let Some(package) = sql::find_by_id(tx, id).await? else { return Ok(None) };
    Ok(if package.owner_org_id == organization {
        Some(VisibleVersions::All)
    } else if sql::is_granted_to_organization(tx, id, organization).await? {
        Some(VisibleVersions::Published)
    } else {
        package.listed.then_some(VisibleVersions::Listed)
    })
}

/// Whether the package was granted to an organization of the actor.
pub(super) async fn is_granted(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    let organizations = match viewer(tx, Some(actor)).await? {
        Viewer::Everything => return Ok(true),
        Viewer::Organizations(organizations) => organizations,
    };
    for organization in organizations {
        if sql::is_granted_to_organization(tx, package, organization).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an environment of the actor's organizations has the package
/// installed: what runs somewhere can be seen there, whatever became of its listing.
pub(super) async fn is_installed(tx: &mut Tx, actor: &Actor, package: PackageId) -> Result<bool> {
    let Viewer::Organizations(organizations) = viewer(tx, Some(actor)).await? else {
        return Ok(true);
    };
    for organization in organizations {
        if sql::is_installed_in_organization(tx, package, organization).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
