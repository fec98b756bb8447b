//! Lists of packages that somebody may see, in the order of their names.
//!
//! What somebody sees comes from several indexes: the public catalog, the
//! packages of each of their organizations, what was granted to those. Each is
//! read in order from where the page starts and no further than the page goes;
//! merging them costs nothing that grows with the number of packages.

use super::sql;
use crate::registry::package::search::{self, PackageFilter};
use crate::registry::package::{self, Package, Viewer, Visibility};
use crate::{PackageId, Result, page};
use os_db::Tx;
use os_identity::OrganizationId;
use std::collections::BTreeMap;

/// Where a page starts and how long it is.
#[derive(Debug, Clone, Default)]
pub struct Range {
    pub after: Option<Place>,
    pub offset: i64,
    pub limit: i64,
}

/// The place of a package in every list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub sort_name: Vec<u8>,
    pub id: PackageId,
}

/// A page, and how many there are in all.
pub struct Found {
    pub packages: Vec<Package>,
    pub total: i64,
    pub next_cursor: Option<String>,
}

const CURSOR: &str = "packages";

impl Place {
    /// Reads a cursor.
    ///
    /// # Errors
    /// `INVALID_CURSOR`.
    pub fn read(cursor: &str) -> Result<Self> {
        let key = page::key(CURSOR, cursor)?;
        let (id, sort_name) = key.split_at_checked(16).unwrap_or_default();
        let id = PackageId(uuid::Uuid::from_slice(id).unwrap_or_default());
        Ok(Self { sort_name: sort_name.to_vec(), id })
    }

    fn cursor(&self) -> String {
        page::cursor(CURSOR, &[self.id.0.as_bytes(), self.sort_name.as_slice()].concat())
    }

    fn first() -> Self {
        Self { sort_name: Vec::new(), id: PackageId(uuid::Uuid::nil()) }
    }
}

/// One page of the packages that the audience may see and that fit the wish.
pub async fn browse(
    tx: &mut Tx,
    audience: &Viewer,
    wish: &PackageFilter,
    range: &Range,
) -> Result<Found> {
    let (keys, total) = match &wish.words {
        Some(words) if words.is_empty() => (BTreeMap::new(), 0),
        Some(_) => found_by_words(tx, audience, wish, range).await?,
        None => {
            let keys = in_order(tx, audience, wish, range).await?;
            (keys, count(tx, audience, wish).await?)
        }
    };
    let offset = usize::try_from(range.offset).unwrap_or_default();
    let limit = usize::try_from(range.limit).unwrap_or_default();
    let mut on_page: Vec<_> = keys.into_iter().skip(offset).take(limit + 1).collect();
    let has_more = on_page.len() > limit;
    on_page.truncate(limit);
    let next_cursor = on_page.last().filter(|_| has_more).map(|(place, _)| place.cursor());
    let rows: Vec<_> = on_page.iter().map(|(_, row)| *row).collect();
    let mut packages = package::find_all(tx, &rows).await?;
    packages.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
    Ok(Found { packages, total, next_cursor })
}

/// Places, each with the row of the package in the search index.
type Keys = BTreeMap<Place, i64>;

async fn found_by_words(
    tx: &mut Tx,
    audience: &Viewer,
    wish: &PackageFilter,
    range: &Range,
) -> Result<(Keys, i64)> {
    let hits = sql::search(tx, search::expression(audience, wish)).await?;
    let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
    let mut keys = collect(hits);
    if let Some(after) = &range.after {
        keys = keys.split_off(after);
        keys.remove(after);
    }
    Ok((keys, total))
}

async fn in_order(
    tx: &mut Tx,
    audience: &Viewer,
    wish: &PackageFilter,
    range: &Range,
) -> Result<Keys> {
    let after = range.after.clone().unwrap_or_else(Place::first);
    let span = sql::Span {
        sort_name: after.sort_name,
        id: after.id,
        visibility: wish.visibility,
        category: wish.category.clone(),
        limit: range.offset + range.limit + 1,
    };
    let organizations = match (audience, wish.owner) {
        (Viewer::Everything, None) => return Ok(collect(sql::keys_of_all(tx, span).await?)),
        (Viewer::Everything, Some(owner)) => {
            return Ok(collect(sql::keys_of_owner(tx, owner, true, span).await?));
        }
        (Viewer::Organizations(organizations), _) => organizations,
    };
    let mut keys = Keys::new();
    match wish.owner {
        Some(owner) => {
            let is_own = organizations.contains(&owner);
            keys.extend(collect(sql::keys_of_owner(tx, owner, is_own, span.clone()).await?));
        }
        None => {
            if wish.visibility.is_none_or(|it| it == Visibility::Marketplace) {
                keys.extend(collect(sql::keys_of_listed(tx, span.clone()).await?));
            }
            for organization in organizations {
                let own = sql::keys_of_owner(tx, *organization, true, span.clone()).await?;
                keys.extend(collect(own));
            }
        }
    }
    for organization in organizations {
        let granted = sql::keys_of_granted(tx, *organization, wish.owner, span.clone()).await?;
        keys.extend(collect(granted));
    }
    Ok(keys)
}

/// How many packages [`in_order`] would find without an end.
async fn count(tx: &mut Tx, audience: &Viewer, wish: &PackageFilter) -> Result<i64> {
    let (visibility, category) = (wish.visibility, wish.category.as_deref());
    let organizations = match (audience, wish.owner) {
        (Viewer::Everything, None) if visibility.is_none() && category.is_none() => {
            return package::package_total(tx).await;
        }
        (Viewer::Everything, None) => {
            return Ok(sql::count_all(tx, visibility, category).await?);
        }
        (Viewer::Everything, Some(owner)) => {
            return Ok(sql::count_of_owner(tx, owner, true, visibility, category).await?);
        }
        (Viewer::Organizations(organizations), _) => organizations,
    };
    let (mut total, insiders): (i64, &[OrganizationId]) = match wish.owner {
        Some(owner) if organizations.contains(&owner) => {
            (sql::count_of_owner(tx, owner, true, visibility, category).await?, &[])
        }
        Some(owner) => (sql::count_of_owner(tx, owner, false, visibility, category).await?, &[]),
        None if visibility.is_some_and(|it| it != Visibility::Marketplace) => (0, organizations),
        None => (package::listed_total(tx, category).await?, organizations),
    };
    for organization in insiders {
        total += sql::count_unlisted(tx, *organization, visibility, category).await?;
    }
    let mut granted = BTreeMap::new();
    for organization in organizations {
        let rows = sql::granted_unlisted(tx, *organization, wish.owner, visibility, category);
        granted.extend(rows.await?);
    }
    granted.retain(|_, owner| !organizations.contains(owner));
    Ok(total + i64::try_from(granted.len()).unwrap_or_default())
}

fn collect(rows: Vec<sql::Key>) -> Keys {
    rows.into_iter()
        .map(|key| (Place { sort_name: key.sort_name, id: key.id }, key.search_id))
        .collect()
}
