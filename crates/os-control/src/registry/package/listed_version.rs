//! The columns of a package that follow from its versions: its listing and its
//! listed version; and the totals of packages.

use super::{Visibility, search, sql};
use crate::{PackageId, Result};
use os_db::Tx;

/// The counter of all packages.
const PACKAGES: &str = "packages";

/// Brings the derived columns of a package, the totals and the search index up
/// to date. Every rule that may change them calls it before the commit:
/// publishing, deprecating, the review, the visibility and the category.
///
/// Two of them at once on one package take turns: the first statement locks its
/// row, so that the second sees what the first did.
pub(in crate::registry) async fn refresh_listed_version(
    tx: &mut Tx,
    package: PackageId,
) -> Result<()> {
    sql::lock_package(tx, package).await?;
    let found = sql::listed_version(tx, package).await?;
    let is_public = found.visibility == Visibility::Marketplace && found.public_candidate.is_some();
    let public = if is_public { found.public_candidate } else { None };
    let category = if is_public { found.category.clone() } else { None };
    let moved = found.listed != is_public || found.listed_category != category;
    if !moved && found.public_version_id == public && found.latest_version_id == found.latest {
        return Ok(());
    }
    sql::set_listed_version(tx, package, public, found.latest, category.clone()).await?;
    if moved {
        recount(tx, &found, is_public, category).await?;
        search::index(tx, package).await?;
    }
    Ok(())
}

/// Returns the number of packages in the public catalog, or in one of its categories.
pub(in crate::registry) async fn listed_total(tx: &mut Tx, category: Option<&str>) -> Result<i64> {
    let name = category.map_or_else(|| "listed".to_owned(), counter);
    Ok(sql::counter(tx, &name).await?.unwrap_or(0))
}

/// Returns the number of all packages.
pub(in crate::registry) async fn package_total(tx: &mut Tx) -> Result<i64> {
    Ok(sql::counter(tx, PACKAGES).await?.unwrap_or(0))
}

/// Adds `by` to the number of all packages: 1 or -1.
pub async fn count_package(tx: &mut Tx, by: i64) -> Result<()> {
    Ok(sql::count(tx, PACKAGES, by).await?)
}

async fn recount(
    tx: &mut Tx,
    before: &sql::ListedVersion,
    is_listed: bool,
    category: Option<String>,
) -> Result<()> {
    let mut changes = Vec::new();
    if before.listed != is_listed {
        changes.push(("listed".to_owned(), if is_listed { 1 } else { -1 }));
    }
    if before.listed_category != category {
        changes.extend(before.listed_category.as_deref().map(|it| (counter(it), -1)));
        changes.extend(category.as_deref().map(|it| (counter(it), 1)));
    }
    // Always in one order, so that no two transactions wait for each other.
    changes.sort();
    for (name, by) in changes {
        sql::count(tx, &name, by).await?;
    }
    Ok(())
}

fn counter(category: &str) -> String {
    format!("listed:{category}")
}
