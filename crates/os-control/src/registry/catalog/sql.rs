//! The statements behind `browse`: positions in a list, each read from an index in order.

use super::PageKey;
use crate::PackageId;
use crate::registry::package::{Visibility, search};
use os_db::{Query, Tx};
use os_identity::OrganizationId;
use std::collections::BTreeMap;

/// The position of a package in a list, and its row in the search index.
#[derive(Debug, os_db::FromRow)]
pub struct Key {
    pub sort_name: Vec<u8>,
    pub id: PackageId,
    pub search_id: i64,
}

/// The filters of a list and of its total; `$1` and `$2` of their statements.
#[derive(Debug, Clone)]
pub struct Filters {
    pub visibility: Option<Visibility>,
    pub category: Option<String>,
}

/// The start and the length of a list.
#[derive(Debug, Clone)]
pub struct Span {
    pub sort_name: Vec<u8>,
    pub id: PackageId,
    pub limit: i64,
}

impl Filters {
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.visibility).bind(self.category.clone())
    }
}

impl Span {
    /// Binds the last parameters of a list.
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.sort_name.clone()).bind(self.id).bind(self.limit)
    }
}

/// The rows that a list and its total have in common, which pass the filters.
macro_rules! rows {
    (all) => {
        "FROM sys_package p
          WHERE ($1 IS NULL OR p.visibility = $1) AND ($2 IS NULL OR p.category = $2)"
    };
    (of_owner) => {
        concat!(rows!(all), " AND p.owner_org_id = $3 AND ($4 OR p.listed)")
    };
    (granted) => {
        "FROM sys_package_grant g JOIN sys_package p ON p.id = g.package_id
          WHERE ($1 IS NULL OR p.visibility = $1) AND ($2 IS NULL OR p.category = $2)
            AND g.organization_id = $3 AND ($4 IS NULL OR p.owner_org_id = $4)"
    };
}

/// The list of rows, from a place on: `$from` to `$limit` are the parameters of [`Span`].
macro_rules! list {
    ($rows:expr, $name:literal, $id:literal, $limit:literal) => {
        concat!(
            "SELECT p.sort_name, p.id, p.search_id ",
            $rows,
            " AND (p.sort_name, p.id) > (",
            $name,
            ", ",
            $id,
            ") ORDER BY p.sort_name, p.id LIMIT ",
            $limit
        )
    };
}

macro_rules! total {
    ($rows:expr) => {
        concat!("SELECT COUNT(*) ", $rows)
    };
}

pub async fn keys_of_all(tx: &mut Tx, filters: &Filters, span: &Span) -> os_db::Result<Vec<Key>> {
    let query = filters.bind(tx.query(list!(rows!(all), "$3", "$4", "$5")));
    span.bind(query).all().await
}

/// Counts the packages of [`keys_of_all`].
pub async fn count_all(tx: &mut Tx, filters: &Filters) -> os_db::Result<i64> {
    count(filters.bind(tx.query(total!(rows!(all))))).await
}

pub async fn keys_of_listed(
    tx: &mut Tx,
    filters: &Filters,
    span: &Span,
) -> os_db::Result<Vec<Key>> {
    let query = tx.query(if filters.category.is_some() {
        // Without the choice the index of a category is used.
        "SELECT sort_name, id, search_id FROM sys_package
          WHERE listed AND category = $2 AND (sort_name, id) > ($3, $4)
            AND ($1 IS NULL OR visibility = $1)
          ORDER BY sort_name, id LIMIT $5"
    } else {
        list!(concat!(rows!(all), " AND p.listed"), "$3", "$4", "$5")
    });
    span.bind(filters.bind(query)).all().await
}

/// The packages of an owner; only the listed ones unless `all` of them.
pub async fn keys_of_owner(
    tx: &mut Tx,
    owner: OrganizationId,
    all: bool,
    filters: &Filters,
    span: &Span,
) -> os_db::Result<Vec<Key>> {
    let query = filters.bind(tx.query(list!(rows!(of_owner), "$5", "$6", "$7")));
    span.bind(query.bind(owner).bind(all)).all().await
}

/// Counts the packages of [`keys_of_owner`].
pub async fn count_of_owner(
    tx: &mut Tx,
    owner: OrganizationId,
    all: bool,
    filters: &Filters,
) -> os_db::Result<i64> {
    let query = filters.bind(tx.query(total!(rows!(of_owner))));
    count(query.bind(owner).bind(all)).await
}

/// Counts the packages of an owner that are not in the catalog.
pub async fn count_unlisted(
    tx: &mut Tx,
    owner: OrganizationId,
    filters: &Filters,
) -> os_db::Result<i64> {
    let sql = total!(concat!(rows!(all), " AND p.owner_org_id = $3 AND p.listed = FALSE"));
    count(filters.bind(tx.query(sql)).bind(owner)).await
}

/// The packages that were granted to an organization, of one owner or of all.
pub async fn keys_of_granted(
    tx: &mut Tx,
    organization: OrganizationId,
    owner: Option<OrganizationId>,
    filters: &Filters,
    span: &Span,
) -> os_db::Result<Vec<Key>> {
    let query = filters.bind(tx.query(list!(rows!(granted), "$5", "$6", "$7")));
    span.bind(query.bind(organization).bind(owner)).all().await
}

/// Lists the packages of [`keys_of_granted`] that are not in the catalog, each with its owner.
pub async fn granted_unlisted(
    tx: &mut Tx,
    organization: OrganizationId,
    owner: Option<OrganizationId>,
    filters: &Filters,
) -> os_db::Result<BTreeMap<PackageId, OrganizationId>> {
    let sql = concat!("SELECT p.id, p.owner_org_id ", rows!(granted), " AND p.listed = FALSE");
    let query = filters.bind(tx.query(sql)).bind(organization).bind(owner);
    let rows: Vec<(PackageId, OrganizationId)> = query.all().await?;
    Ok(rows.into_iter().collect())
}

async fn count(query: Query<'_>) -> os_db::Result<i64> {
    let (count,): (i64,) = query.one().await?;
    Ok(count)
}

/// The packages that the index finds, at most a thousand, in no order.
pub async fn search(tx: &mut Tx, expression: search::Expression) -> os_db::Result<Vec<Key>> {
    let text = if tx.is_sqlite() { expression.sqlite } else { expression.postgres };
    tx.query_per_dialect(
        "SELECT p.sort_name, p.id, p.search_id
           FROM (SELECT rowid AS hit FROM package_search WHERE package_search MATCH $1 LIMIT 1000)
           JOIN sys_package p ON p.search_id = hit",
        // OFFSET 0 has it look each hit up, instead of reading all packages once.
        "SELECT p.sort_name, p.id, p.search_id
           FROM (SELECT rowid AS hit FROM package_search
                  WHERE words @@ CAST($1 AS TSQUERY) LIMIT 1000) AS found
          CROSS JOIN LATERAL (SELECT sort_name, id, search_id FROM sys_package
                               WHERE search_id = hit OFFSET 0) AS p",
    )
    .bind(text)
    .all()
    .await
}

/// A package with the version that would be installed.
#[derive(Debug, os_db::FromRow)]
pub struct Offer {
    pub id: PackageId,
    pub manifest_id: String,
    pub display_name: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub icon_url: Option<String>,
    pub visibility: Visibility,
    pub sort_name: Vec<u8>,
    pub latest_version: String,
}

/// The packages an organization could install, after one of them.
pub async fn offers(
    tx: &mut Tx,
    organization: OrganizationId,
    after: PageKey,
    limit: i64,
) -> os_db::Result<Vec<Offer>> {
    tx.query(
        "SELECT p.id, p.manifest_id, p.display_name, p.description, p.category, p.icon_url,
                p.visibility, p.sort_name, l.version AS latest_version
           FROM sys_package p
           JOIN sys_package_version l
             ON l.id = CASE WHEN p.owner_org_id = $1
                          OR EXISTS (SELECT 1 FROM sys_package_grant g
                                      WHERE g.package_id = p.id AND g.organization_id = $1)
                        THEN p.latest_version_id ELSE p.public_version_id END
          WHERE (p.sort_name, p.id) > ($2, $3)
          ORDER BY p.sort_name, p.id LIMIT $4",
    )
    .bind(organization)
    .bind(after.sort_name)
    .bind(after.id)
    .bind(limit)
    .all()
    .await
}
