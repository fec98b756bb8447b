//! Which version of which package is meant, and whether it may be known here.

use super::{Installation, sql};
use crate::fleet::environment::{EnvironmentType, Locked};
use crate::registry::package::{self, Sight};
use crate::registry::version::{self, Installable, ListingStatus, VersionStatus, Wanted};
use crate::{Code, Error, PackageId, Result, VersionId};
use os_db::Tx;

/// What somebody says of a version: its row, its number, or nothing for the latest.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub version: Option<String>,
    pub allow_draft: bool,
}

impl Which {
    fn wanted(&self, environment_type: EnvironmentType) -> Wanted {
        match self.version.as_deref().filter(|it| !it.is_empty() && *it != "latest") {
            Some(exact) => Wanted::Exact(exact.to_owned()),
            None => Wanted::Latest {
                pre_releases: self.allow_draft && environment_type != EnvironmentType::Production,
            },
        }
    }
}

/// How much of a package the organization of the environment sees.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when nothing.
pub async fn sight(tx: &mut Tx, locked: &Locked, id: PackageId, name: &str) -> Result<Sight> {
    package::sight_of_organization(tx, locked.organization, id).await?.ok_or_else(|| {
        Code::PackageNotFound.error(format!(
            "the organization of this environment may not see the package `{name}`; its owner can grant it"
        ))
    })
}

/// The same, of a package that is installed.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when nothing.
pub async fn sight_of(tx: &mut Tx, locked: &Locked, it: &Installation) -> Result<Sight> {
    if it.owner_org_id == locked.organization {
        return Ok(Sight::Insider);
    }
    sight(tx, locked, it.package_id, &it.manifest_id).await
}

/// The version that is meant, among those that `sight` shows.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find(
    tx: &mut Tx,
    locked: &Locked,
    package: PackageId,
    which: &Which,
    sight: Sight,
) -> Result<Installable> {
    let wanted = which.wanted(locked.environment_type);
    if let (Wanted::Latest { .. }, Sight::Public) = (&wanted, sight) {
        let found = version::resolve(tx, package, "latest", sight).await?;
        return version::get(tx, found.id).await;
    }
    let found = version::find(tx, package, &wanted).await?;
    if is_visible(&found, sight) { Ok(found) } else { Err(hidden(&found)) }
}

/// A version to go back to: one that is visible, or that the environment has run.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find_older(
    tx: &mut Tx,
    locked: &Locked,
    it: &Installation,
    version: &str,
) -> Result<Installable> {
    let found = version::find(tx, it.package_id, &Wanted::Exact(version.to_owned())).await?;
    let is_known = match sight_of(tx, locked, it).await {
        Ok(sight) => is_visible(&found, sight),
        Err(error) if error.code() == Code::PackageNotFound => false,
        Err(error) => return Err(error),
    };
    let is_known = is_known || sql::has_run(tx, locked.id, it.package_id, found.id).await?;
    if is_known { Ok(found) } else { Err(hidden(&found)) }
}

/// The version of a row, if there is such a row.
pub async fn find_by_id(tx: &mut Tx, id: VersionId) -> Result<Option<Installable>> {
    match version::get(tx, id).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::VersionNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The smaller of two views.
pub fn narrower(one: Sight, other: Sight) -> Sight {
    match (one, other) {
        (Sight::Public, _) | (_, Sight::Public) => Sight::Public,
        (Sight::Granted, _) | (_, Sight::Granted) => Sight::Granted,
        (Sight::Insider, Sight::Insider) => Sight::Insider,
    }
}

fn is_visible(version: &Installable, sight: Sight) -> bool {
    let is_draft = version.status == VersionStatus::Draft;
    match sight {
        Sight::Insider => true,
        Sight::Granted => !is_draft,
        Sight::Public => !is_draft && version.listing_status == ListingStatus::Approved,
    }
}

fn hidden(version: &Installable) -> Error {
    Code::VersionNotFound.error(format!(
        "the package `{}` has no version `{}` that you may see",
        version.manifest_id, version.version
    ))
}
