//! Finding the version that a request names, among those that the organization of the environment
//! sees.

use super::change::Destination;
use super::{Installation, sql};
use crate::fleet::environment::EnvironmentType;
use crate::registry::package::{self, VersionAccess, VisibleVersions};
use crate::registry::version::{self, Installable, Wanted};
use crate::{Code, Error, PackageId, Result, VersionId};
use os_db::Tx;
use os_identity::OrganizationId;

/// The name of a version in a request: its row id, its number, or `None` for the latest.
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

/// Returns the access of the organization to a package's versions.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when it does not see the package.
pub async fn visible(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PackageId,
    name: &str,
) -> Result<VersionAccess> {
    let found = package::visible_to_organization(tx, organization, id).await?;
    found.ok_or_else(|| invisible(name))
}

/// Returns the access of the organization to the versions of an installed package; `None` when it
/// no longer sees the package.
pub async fn find_access(
    tx: &mut Tx,
    organization: OrganizationId,
    it: &Installation,
) -> Result<Option<VersionAccess>> {
    if it.owner_org_id == organization {
        return Ok(Some(VersionAccess::new(it.package_id, VisibleVersions::All)));
    }
    package::visible_to_organization(tx, organization, it.package_id).await
}

/// Finds the version to upgrade an installation to.
///
/// # Errors
/// `PACKAGE_NOT_FOUND` when the organization no longer sees the package, `VERSION_NOT_FOUND`.
pub async fn find_newer(
    tx: &mut Tx,
    destination: Destination,
    it: &Installation,
    selector: &VersionSelector,
) -> Result<Installable> {
    let access = find_access(tx, destination.organization, it).await?;
    find(tx, destination, access.ok_or_else(|| invisible(&it.manifest_id))?, selector).await
}

/// Finds the version that a request names, among those of the access.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find(
    tx: &mut Tx,
    destination: Destination,
    access: VersionAccess,
    selector: &VersionSelector,
) -> Result<Installable> {
    let wanted = selector.wanted(destination.environment_type);
    version::installable(tx, access, &wanted).await
}

/// Finds a version to roll back to: one that is visible, or that the environment has run.
///
/// # Errors
/// `VERSION_NOT_FOUND`.
pub async fn find_older(
    tx: &mut Tx,
    destination: Destination,
    it: &Installation,
    version: &str,
) -> Result<Installable> {
    let wanted = Wanted::Exact(version.to_owned());
    let found = version::find_installable(tx, it.package_id, &wanted).await?;
    let access = find_access(tx, destination.organization, it).await?;
    if let Some(found) = found {
        let is_known = access.is_some_and(|access| found.is_visible(access.visible()))
            || sql::has_run(tx, destination.environment, it.package_id, found.id).await?;
        if is_known {
            return Ok(found);
        }
    }
    Err(version::unknown(tx, access, &wanted).await?)
}

/// Returns the version of a row, or `None` when there is no such row.
pub async fn find_by_id(tx: &mut Tx, id: VersionId) -> Result<Option<Installable>> {
    match version::get_installable(tx, id).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::VersionNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn invisible(name: &str) -> Error {
    Code::PackageNotFound.error(format!(
        "the organization of this environment may not see the package `{name}`; its owner can grant it"
    ))
}
