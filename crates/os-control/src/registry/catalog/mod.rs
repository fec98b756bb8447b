//! The public read side: what anybody may browse and install
//! (docs/wire/catalog.md#catalog-endpoints).
//!
//! A caller with a credential sees, besides, the packages of their
//! organizations and what was granted to those.
//!
//! **Invariant:** nothing here writes.

mod browse;
pub mod offers;
mod sql;
mod wire;

pub use browse::{Found, Place, Range, browse};

use crate::registry::package::search::PackageFilter;
use crate::registry::package::{self, Package, PackageAccess, Viewer, VisibleVersions};
use crate::registry::version::{self, Version};
use crate::{Code, Error, PackageId, Result, VersionId};
use os_db::Tx;
use os_identity::Actor;
use std::collections::HashMap;

/// A package with the version that the caller would get.
pub struct Entry {
    pub package: Package,
    pub latest: Option<Version>,
}

/// One page of what the caller may see, and how many there are in all.
pub async fn list(
    tx: &mut Tx,
    actor: Option<&Actor>,
    wish: &PackageFilter,
    range: &Range,
) -> Result<(Vec<Entry>, i64)> {
    let audience = package::viewer(tx, actor).await?;
    let found = browse(tx, &audience, wish, range).await?;
    let latest = |package: &Package| {
        let is_own = match &audience {
            Viewer::Everything => true,
            Viewer::Organizations(own) => own.contains(&package.owner_org_id),
        };
        if is_own || !package.listed {
            package.latest_version_id
        } else {
            package.public_version_id
        }
    };
    let ids: Vec<_> = found.packages.iter().filter_map(latest).collect();
    let mut versions = by_id(version::find_all(tx, &ids).await?);
    let entry = |package: Package| {
        let latest = latest(&package).and_then(|id| versions.remove(&id));
        Entry { package, latest }
    };
    Ok((found.packages.into_iter().map(entry).collect(), found.total))
}

fn by_id(versions: Vec<Version>) -> HashMap<VersionId, Version> {
    versions.into_iter().map(|version| (version.id, version)).collect()
}

/// A package with its versions, the highest first, at most a hundred.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`.
pub async fn show(tx: &mut Tx, actor: Option<&Actor>, id: &str) -> Result<(Entry, Vec<Version>)> {
    let (id, sight) = find(tx, actor, id).await?;
    let package = package::get(tx, id).await?;
    let versions = version::list(tx, id, sight, None, 100).await?;
    let latest = match sight {
        VisibleVersions::Listed => package.public_version_id,
        VisibleVersions::All | VisibleVersions::Published => package.latest_version_id,
    };
    let latest = match latest {
        Some(id) => Some(version::get(tx, id).await?),
        None => None,
    };
    Ok((Entry { package, latest }, versions))
}

/// A version with its artifact, byte for byte.
///
/// # Errors
/// `PACKAGE_NOT_FOUND`, `VERSION_NOT_FOUND`.
pub async fn manifest(
    tx: &mut Tx,
    actor: Option<&Actor>,
    id: &str,
    wanted: &str,
) -> Result<(Version, String)> {
    let (id, sight) = find(tx, actor, id).await?;
    let version = version::resolve(tx, id, wanted, sight).await?;
    let text = version::manifest_json(tx, version.id).await?;
    Ok((version, text))
}

/// The package, and how much of it the caller sees. Drafts are nobody's here.
async fn find(
    tx: &mut Tx,
    actor: Option<&Actor>,
    id: &str,
) -> Result<(PackageId, VisibleVersions)> {
    if let Some(actor) = actor {
        let access = PackageAccess::find(tx, actor, id).await?;
        let sight = match access.visible_versions(tx).await? {
            VisibleVersions::All | VisibleVersions::Published => VisibleVersions::Published,
            VisibleVersions::Listed => VisibleVersions::Listed,
        };
        return Ok((access.package(), sight));
    }
    let found = package::find_unchecked(tx, id).await?.filter(|found| found.listed);
    Ok((found.ok_or_else(|| unknown(id))?.id, VisibleVersions::Listed))
}

fn unknown(id: &str) -> Error {
    Code::PackageNotFound.error(format!("there is no package `{id}` in the catalog"))
}
