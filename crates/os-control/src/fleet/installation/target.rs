//! VersionSelector version of which package is meant, and whether it may be known here.

use super::{Installation, sql};
use crate::fleet::environment::{EnvironmentType, Locked};
use crate::registry::package::{self, VisibleVersions};
use crate::registry::version::{self, Installable, ListingStatus, VersionStatus, Wanted};
use crate::{Code, Error, PackageId, Result, VersionId};
use os_db::Tx;

/// What somebody says of a version: its row, its number, or nothing for the latest.
#[derive(Debug, Clone, Default)]
pub struct VersionSelector {
    pub version: Option<String>,
    pub allow_draft: bool,
}

impl VersionSelector {
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
pub async fn visible(
    tx: &mut Tx,
    locked: &Locked,
    id: PackageId,
    name: &str,
) -> Result<VisibleVersions> {
    package::visible_to_organization(tx, locked.organization, id).await?.ok_or_else(|| {
        Code::PackageNotFound.error(format!(
            "the organization of this environment may not see the package `{name}`; its owner can grant it"
        ))
    })
}

/// The same, of a package that is installed.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when nothing.
pub async fn visible_of(
    tx: &mut Tx,
    locked: &Locked,
    it: &Installation,
) -> Result<VisibleVersions> {
    if it.owner_org_id == locked.organization {
        return Ok(VisibleVersions::All);
    }
    visible(tx, locked, it.package_id, &it.manifest_id).await
}

/// The version that is meant, among those that `visible` shows.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find(
    tx: &mut Tx,
    locked: &Locked,
    package: PackageId,
    which: &VersionSelector,
    visible: VisibleVersions,
) -> Result<Installable> {
    let wanted = which.wanted(locked.environment_type);
    if let (Wanted::Latest { .. }, VisibleVersions::Listed) = (&wanted, visible) {
        let found = version::resolve(tx, package, "latest", visible).await?;
        return version::get_installable(tx, found.id).await;
    }
    let found = version::find_installable(tx, package, &wanted).await?;
    if is_visible(&found, visible) { Ok(found) } else { Err(hidden(&found)) }
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
    let found =
        version::find_installable(tx, it.package_id, &Wanted::Exact(version.to_owned())).await?;
    let is_known = match visible_of(tx, locked, it).await {
        Ok(visible) => is_visible(&found, visible),
        Err(error) if error.code() == Code::PackageNotFound => false,
        Err(error) => return Err(error),
    };
    let is_known = is_known || sql::has_run(tx, locked.id, it.package_id, found.id).await?;
    if is_known { Ok(found) } else { Err(hidden(&found)) }
}

/// The version of a row, if there is such a row.
pub async fn find_by_id(tx: &mut Tx, id: VersionId) -> Result<Option<Installable>> {
    match version::get_installable(tx, id).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::VersionNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_visible(version: &Installable, visible: VisibleVersions) -> bool {
    let is_draft = version.status == VersionStatus::Draft;
    match visible {
        VisibleVersions::All => true,
        VisibleVersions::Published => !is_draft,
        VisibleVersions::Listed => !is_draft && version.listing_status == ListingStatus::Approved,
    }
}

fn hidden(version: &Installable) -> Error {
    Code::VersionNotFound.error(format!(
        "the package `{}` has no version `{}` that you may see",
        version.manifest_id, version.version
    ))
}
