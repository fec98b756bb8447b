//! The public read side: what anybody may browse and install (contract §3.8).
//!
//! Whoever presents a credential sees, besides, the packages of their
//! organizations and what was granted to those.
//!
//! **Invariant:** nothing here writes. Answers to the public are kept in memory
//! ([`Cache`]) and come from there only while no change was committed since.

pub mod api;
mod body;
mod cache;

pub use cache::{Cache, Page, is_current};

use crate::http::guards;
use crate::registry::package::browse::{Range, browse};
use crate::registry::package::search::Wish;
use crate::registry::package::{self, Package, Sight};
use crate::registry::version::{self, Version};
use crate::{Code, Control, Error, PackageId, Result, VersionId};
use os_db::Tx;
use os_identity::Actor;
use std::collections::HashMap;

/// Commits a change that may show in the catalog, and makes it show.
pub async fn commit(control: &Control, tx: Tx) -> Result<()> {
    tx.commit().await?;
    control.catalog.expire();
    Ok(())
}

/// A package with the version that the caller would get.
pub struct Entry {
    pub package: Package,
    pub latest: Option<Version>,
}

/// One page of what the caller may see, and how many there are in all.
pub async fn list(
    tx: &mut Tx,
    actor: Option<&Actor>,
    wish: &Wish,
    range: &Range,
) -> Result<(Vec<Entry>, i64)> {
    let audience = package::audience(tx, actor).await?;
    let found = browse(tx, &audience, wish, range).await?;
    let latest = |package: &Package| {
        let is_own = match &audience {
            package::Audience::Everything => true,
            package::Audience::Organizations(own) => own.contains(&package.owner_org_id),
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
        Sight::Public => package.public_version_id,
        Sight::Insider | Sight::Granted => package.latest_version_id,
    };
    let latest = match latest {
        Some(id) => Some(version::reload(tx, id).await?),
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
async fn find(tx: &mut Tx, actor: Option<&Actor>, id: &str) -> Result<(PackageId, Sight)> {
    if let Some(actor) = actor {
        let access = guards::package(tx, actor, id).await?;
        let sight = match package::sight(tx, &access).await? {
            Sight::Insider | Sight::Granted => Sight::Granted,
            Sight::Public => Sight::Public,
        };
        return Ok((access.package, sight));
    }
    let found = package::find_for_access(tx, id).await?.filter(|found| found.listed);
    Ok((found.ok_or_else(|| unknown(id))?.id, Sight::Public))
}

fn unknown(id: &str) -> Error {
    Code::PackageNotFound.error(format!("there is no package `{id}` in the catalog"))
}
