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

/// The start, the length and the filters of a list.
#[derive(Debug, Clone)]
pub struct Span {
    pub sort_name: Vec<u8>,
    pub id: PackageId,
    pub visibility: Option<Visibility>,
    pub category: Option<String>,
    pub limit: i64,
}

/// Every statement starts with these parameters, `$1` to `$5`.
fn bind(query: Query<'_>, span: Span) -> Query<'_> {
    query
        .bind(span.sort_name)
        .bind(span.id)
        .bind(span.limit)
        .bind(span.visibility)
        .bind(span.category)
}

pub async fn keys_of_all(tx: &mut Tx, span: Span) -> os_db::Result<Vec<Key>> {
    let query = tx.query(
        "SELECT sort_name, id, search_id FROM sys_package
          WHERE (sort_name, id) > ($1, $2)
            AND ($4 IS NULL OR visibility = $4) AND ($5 IS NULL OR category = $5)
          ORDER BY sort_name, id LIMIT $3",
    );
    bind(query, span).all().await
}

pub async fn keys_of_listed(tx: &mut Tx, span: Span) -> os_db::Result<Vec<Key>> {
    let query = tx.query(if span.category.is_some() {
        "SELECT sort_name, id, search_id FROM sys_package
          WHERE listed AND category = $5 AND (sort_name, id) > ($1, $2)
            AND ($4 IS NULL OR visibility = $4)
          ORDER BY sort_name, id LIMIT $3"
    } else {
        "SELECT sort_name, id, search_id FROM sys_package
          WHERE listed AND (sort_name, id) > ($1, $2)
            AND ($4 IS NULL OR visibility = $4) AND ($5 IS NULL OR category = $5)
          ORDER BY sort_name, id LIMIT $3"
    });
    bind(query, span).all().await
}

/// The packages of an owner; only the listed ones unless `all` of them.
pub async fn keys_of_owner(
    tx: &mut Tx,
    owner: OrganizationId,
    all: bool,
    span: Span,
) -> os_db::Result<Vec<Key>> {
    let query = tx.query(
        "SELECT sort_name, id, search_id FROM sys_package
          WHERE owner_org_id = $6 AND (sort_name, id) > ($1, $2) AND ($7 OR listed)
            AND ($4 IS NULL OR visibility = $4) AND ($5 IS NULL OR category = $5)
          ORDER BY sort_name, id LIMIT $3",
    );
    bind(query, span).bind(owner).bind(all).all().await
}

/// The packages that were granted to an organization, of one owner or of all.
pub async fn keys_of_granted(
    tx: &mut Tx,
    organization: OrganizationId,
    owner: Option<OrganizationId>,
    span: Span,
) -> os_db::Result<Vec<Key>> {
    let query = tx.query(
        "SELECT p.sort_name, p.id, p.search_id
           FROM sys_package_grant g JOIN sys_package p ON p.id = g.package_id
          WHERE g.organization_id = $6 AND (p.sort_name, p.id) > ($1, $2)
            AND ($7 IS NULL OR p.owner_org_id = $7)
            AND ($4 IS NULL OR p.visibility = $4) AND ($5 IS NULL OR p.category = $5)
          ORDER BY p.sort_name, p.id LIMIT $3",
    );
    bind(query, span).bind(organization).bind(owner).all().await
}

/// Counts all packages that pass the filters.
pub async fn count_all(
    tx: &mut Tx,
    visibility: Option<Visibility>,
    category: Option<&str>,
) -> os_db::Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(*) FROM sys_package
              WHERE ($1 IS NULL OR visibility = $1) AND ($2 IS NULL OR category = $2)",
        )
        .bind(visibility)
        .bind(category.map(str::to_owned))
        .one()
        .await?;
    Ok(count)
}

pub async fn count_of_owner(
    tx: &mut Tx,
    owner: OrganizationId,
    all: bool,
    visibility: Option<Visibility>,
    category: Option<&str>,
) -> os_db::Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(*) FROM sys_package
              WHERE owner_org_id = $1 AND ($2 OR listed)
                AND ($3 IS NULL OR visibility = $3) AND ($4 IS NULL OR category = $4)",
        )
        .bind(owner)
        .bind(all)
        .bind(visibility)
        .bind(category.map(str::to_owned))
        .one()
        .await?;
    Ok(count)
}

pub async fn count_unlisted(
    tx: &mut Tx,
    owner: OrganizationId,
    visibility: Option<Visibility>,
    category: Option<&str>,
) -> os_db::Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(*) FROM sys_package
              WHERE owner_org_id = $1 AND listed = FALSE
                AND ($2 IS NULL OR visibility = $2) AND ($3 IS NULL OR category = $3)",
        )
        .bind(owner)
        .bind(visibility)
        .bind(category.map(str::to_owned))
        .one()
        .await?;
    Ok(count)
}

/// Lists the packages granted to an organization that are not in the catalog, each with its owner.
pub async fn granted_unlisted(
    tx: &mut Tx,
    organization: OrganizationId,
    owner: Option<OrganizationId>,
    visibility: Option<Visibility>,
    category: Option<&str>,
) -> os_db::Result<BTreeMap<PackageId, OrganizationId>> {
    let rows: Vec<(PackageId, OrganizationId)> = tx
        .query(
            "SELECT p.id, p.owner_org_id
               FROM sys_package_grant g JOIN sys_package p ON p.id = g.package_id
              WHERE g.organization_id = $1 AND p.listed = FALSE
                AND ($2 IS NULL OR p.owner_org_id = $2)
                AND ($3 IS NULL OR p.visibility = $3) AND ($4 IS NULL OR p.category = $4)",
        )
        .bind(organization)
        .bind(owner)
        .bind(visibility)
        .bind(category.map(str::to_owned))
        .all()
        .await?;
    Ok(rows.into_iter().collect())
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
