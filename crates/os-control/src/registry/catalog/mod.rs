//! The public, read-only view of packages that anybody may browse and install
//! (docs/wire/catalog.md#catalog-endpoints).
//!
//! A caller with a credential also sees the packages of their organizations and those granted to
//! them.
//!
//! **Invariant:** nothing here writes.

mod browse;
pub mod offers;
mod sql;
mod wire;

pub use browse::{PackagePage, PageKey, Range, browse};

use crate::registry::package::search::PackageFilter;
use crate::registry::package::{self, Package, PackageAccess, VersionAccess, VisibleVersions};
use crate::registry::version::{self, Version};
use crate::{Code, Error, Result, VersionId};
use os_db::Tx;
use os_identity::Actor;
use std::collections::HashMap;

/// A package with the latest version that the caller sees.
pub struct Entry {
    pub package: Package,
    pub latest: Option<Version>,
}

/// Lists a page of the packages that the caller sees. Returns it with the number of all of them.
pub async fn list(
    tx: &mut Tx,
    actor: Option<&Actor>,
    filter: &PackageFilter,
    range: &Range,
) -> Result<(Vec<Entry>, i64)> {
    let viewer = package::viewer(tx, actor).await?;
    let found = browse(tx, &viewer, filter, range).await?;
    let latest = |package: &Package| latest_id(package, viewer.visible_versions(package));
    let ids: Vec<_> = found.packages.iter().filter_map(latest).collect();
    let mut versions = by_id(version::find_all(tx, &ids).await?);
    let entry = |package: Package| {
        let latest = latest(&package).and_then(|id| versions.remove(&id));
        Entry { package, latest }
    };
    Ok((found.packages.into_iter().map(entry).collect(), found.total))
}

fn latest_id(package: &Package, visible: VisibleVersions) -> Option<VersionId> {
    match visible {
        VisibleVersions::Listed => package.public_version_id,
        VisibleVersions::All | VisibleVersions::Published => package.latest_version_id,
    }
}

fn by_id(versions: Vec<Version>) -> HashMap<VersionId, Version> {
    versions.into_iter().map(|version| (version.id, version)).collect()
}

/// The most versions of a package that the catalog shows.
const MAX_VERSIONS: i64 = 100;

/// Returns a package with its versions, the highest first.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`.
pub async fn show(tx: &mut Tx, actor: Option<&Actor>, id: &str) -> Result<(Entry, Vec<Version>)> {
    let access = find(tx, actor, id).await?;
    let package = package::get_by_id(tx, access.package()).await?;
    let versions = version::list(tx, access, None, MAX_VERSIONS).await?;
    let latest = match latest_id(&package, access.visible()) {
        Some(id) => Some(version::get(tx, id).await?),
        None => None,
    };
    Ok((Entry { package, latest }, versions))
}

/// Returns a version with its artifact, byte for byte. `number` is a version number, a row id or
/// `latest`.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`, `VERSION_NOT_FOUND`.
pub async fn manifest(
    tx: &mut Tx,
    actor: Option<&Actor>,
    id: &str,
    number: &str,
) -> Result<(Version, String)> {
    let access = find(tx, actor, id).await?;
    let version = version::resolve(tx, access, number).await?;
    let text = version::manifest_of(tx, access, &version).await?;
    Ok((version, text))
}

/// Returns the access to a package's versions. The catalog shows drafts to nobody, their owner
/// included.
async fn find(tx: &mut Tx, actor: Option<&Actor>, id: &str) -> Result<VersionAccess> {
    if let Some(actor) = actor {
        let access = PackageAccess::find(tx, actor, id).await?;
        return Ok(access.versions(tx).await?.and(VisibleVersions::Published));
    }
    let found = package::find_unchecked(tx, id).await?.filter(|found| found.listed);
    let found = found.ok_or_else(|| unknown(id))?;
    Ok(VersionAccess::new(found.id, VisibleVersions::Listed))
}

fn unknown(id: &str) -> Error {
    Code::PackageNotFound.error(format!("there is no package `{id}` in the catalog"))
}
