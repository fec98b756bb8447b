//! Lists of the packages that a viewer sees, by name.
//!
//! A viewer sees packages from several indexes: the public catalog, the packages of each of their
//! organizations, and the packages granted to those. Each index is read in order from the start of
//! the page and no further than its end, so the cost does not grow with the number of packages.

use super::sql;
use crate::registry::package::search::{self, PackageFilter};
use crate::registry::package::{self, Organizations, Package, Viewer, Visibility};
use crate::{PackageId, Result, pagination};
use os_db::Tx;
use os_identity::OrganizationId;
use std::collections::BTreeMap;

/// The start and the length of a page, in packages.
#[derive(Debug, Clone, Default)]
pub struct Range {
    pub after: Option<PageKey>,
    pub offset: i64,
    pub limit: i64,
}

/// The position of a package in every list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageKey {
    pub sort_name: Vec<u8>,
    pub id: PackageId,
}

/// A page of packages, with the number of all packages in the list.
pub struct PackagePage {
    pub packages: Vec<Package>,
    pub total: i64,
    pub next_cursor: Option<String>,
}

/// The name of these lists in their cursors.
const CURSOR: &str = "packages";

impl PageKey {
    /// Reads a cursor.
    ///
    /// # Errors
    /// `INVALID_CURSOR`.
    pub fn read(cursor: &str) -> Result<Self> {
        let key = pagination::read_cursor(CURSOR, cursor)?;
        let (id, sort_name) = key.split_at_checked(16).unwrap_or_default();
        let id = PackageId(uuid::Uuid::from_slice(id).unwrap_or_default());
        Ok(Self { sort_name: sort_name.to_vec(), id })
    }

    fn cursor(&self) -> String {
        pagination::write_cursor(
            CURSOR,
            &[self.id.0.as_bytes(), self.sort_name.as_slice()].concat(),
        )
    }

    fn first() -> Self {
        Self { sort_name: Vec::new(), id: PackageId(uuid::Uuid::nil()) }
    }
}

/// Lists a page of the packages that the viewer sees and that pass the filter.
pub async fn browse(
    tx: &mut Tx,
    viewer: &Viewer,
    filter: &PackageFilter,
    range: &Range,
) -> Result<PackagePage> {
    let (keys, total) = match &filter.words {
        Some(words) if words.is_empty() => (BTreeMap::new(), 0),
        Some(_) => found_by_words(tx, viewer, filter, range).await?,
        None => {
            let keys = in_order(tx, viewer, filter, range).await?;
            (keys, count(tx, viewer, filter).await?)
        }
    };
    let offset = usize::try_from(range.offset).unwrap_or_default();
    let limit = usize::try_from(range.limit).unwrap_or_default();
    let mut on_page: Vec<_> = keys.into_iter().skip(offset).take(limit + 1).collect();
    let has_more = on_page.len() > limit;
    on_page.truncate(limit);
    let next_cursor = on_page.last().filter(|_| has_more).map(|(key, _)| key.cursor());
    let rows: Vec<_> = on_page.iter().map(|(_, row)| *row).collect();
    let mut packages = package::find_all(tx, &rows).await?;
    packages.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
    Ok(PackagePage { packages, total, next_cursor })
}

/// Positions, each with the row of the package in the search index.
type Keys = BTreeMap<PageKey, i64>;

async fn found_by_words(
    tx: &mut Tx,
    viewer: &Viewer,
    filter: &PackageFilter,
    range: &Range,
) -> Result<(Keys, i64)> {
    let hits = sql::search(tx, search::expression(viewer, filter)).await?;
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
    viewer: &Viewer,
    filter: &PackageFilter,
    range: &Range,
) -> Result<Keys> {
    let after = range.after.clone().unwrap_or_else(PageKey::first);
    let span = sql::Span {
        sort_name: after.sort_name,
        id: after.id,
        limit: range.offset + range.limit + 1,
    };
    let (filters, span) = (&filters_of(filter), &span);
    let organizations = match (viewer.organizations(), filter.owner) {
        (Organizations::All, None) => {
            return Ok(collect(sql::keys_of_all(tx, filters, span).await?));
        }
        (Organizations::All, Some(owner)) => {
            return Ok(collect(sql::keys_of_owner(tx, owner, true, filters, span).await?));
        }
        (Organizations::Some(organizations), _) => organizations,
    };
    let mut keys = Keys::new();
    match filter.owner {
        Some(owner) => {
            let is_own = organizations.contains(&owner);
            keys.extend(collect(sql::keys_of_owner(tx, owner, is_own, filters, span).await?));
        }
        None => {
            if filter.visibility.is_none_or(|it| it == Visibility::Marketplace) {
                keys.extend(collect(sql::keys_of_listed(tx, filters, span).await?));
            }
            for organization in organizations {
                let own = sql::keys_of_owner(tx, *organization, true, filters, span).await?;
                keys.extend(collect(own));
            }
        }
    }
    for organization in organizations {
        let granted = sql::keys_of_granted(tx, *organization, filter.owner, filters, span).await?;
        keys.extend(collect(granted));
    }
    Ok(keys)
}

/// Counts the packages that [`in_order`] would find in all pages.
async fn count(tx: &mut Tx, viewer: &Viewer, filter: &PackageFilter) -> Result<i64> {
    let (visibility, category) = (filter.visibility, filter.category.as_deref());
    let filters = &filters_of(filter);
    let organizations = match (viewer.organizations(), filter.owner) {
        (Organizations::All, None) if visibility.is_none() && category.is_none() => {
            return package::package_total(tx).await;
        }
        (Organizations::All, None) => {
            return Ok(sql::count_all(tx, filters).await?);
        }
        (Organizations::All, Some(owner)) => {
            return Ok(sql::count_of_owner(tx, owner, true, filters).await?);
        }
        (Organizations::Some(organizations), _) => organizations,
    };
    let (mut total, insiders): (i64, &[OrganizationId]) = match filter.owner {
        Some(owner) if organizations.contains(&owner) => {
            (sql::count_of_owner(tx, owner, true, filters).await?, &[])
        }
        Some(owner) => (sql::count_of_owner(tx, owner, false, filters).await?, &[]),
        None if visibility.is_some_and(|it| it != Visibility::Marketplace) => (0, organizations),
        None => (package::listed_total(tx, category).await?, organizations),
    };
    for organization in insiders {
        total += sql::count_unlisted(tx, *organization, filters).await?;
    }
    let mut granted = BTreeMap::new();
    for organization in organizations {
        let rows = sql::granted_unlisted(tx, *organization, filter.owner, filters);
        granted.extend(rows.await?);
    }
    granted.retain(|_, owner| !organizations.contains(owner));
    Ok(total + i64::try_from(granted.len()).unwrap_or_default())
}

fn filters_of(filter: &PackageFilter) -> sql::Filters {
    sql::Filters { visibility: filter.visibility, category: filter.category.clone() }
}

fn collect(rows: Vec<sql::Key>) -> Keys {
    rows.into_iter()
        .map(|key| (PageKey { sort_name: key.sort_name, id: key.id }, key.search_id))
        .collect()
}
