//! Pages of the marketplace.

use super::categories::CATEGORIES;
use crate::frame::Frame;
use crate::html::Html;
use crate::markdown::markdown;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::http::extract::{Path, Query};
use os_control::registry::catalog::Range;
use os_control::registry::catalog::{self, Entry};
use os_control::registry::package::Package;
use os_control::registry::package::search::{PackageFilter, typed};
use os_control::registry::version::Version;
use os_control::{Control, Result};
use os_identity::{MaybeSignedIn, organization};
use serde::Deserialize;

const PAGE_PACKAGES: i64 = 24;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    category: String,
    offset: i64,
}

#[derive(Template)]
#[template(path = "control/marketplace.html")]
struct ListPage {
    frame: Frame,
    packages: Vec<Entry>,
    words: String,
    category: Option<String>,
    categories: &'static [&'static str],
    next: Option<String>,
}

pub async fn list(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let words = query.q.trim().to_owned();
    let category = Some(query.category).filter(|it| !it.is_empty());
    let wish = PackageFilter {
        words: (!words.is_empty()).then(|| typed(&words)),
        category: category.clone(),
        ..PackageFilter::default()
    };
    let offset = os_control::pagination::read_offset(Some(query.offset))?;
    let range = Range { after: None, offset, limit: PAGE_PACKAGES };
    let mut tx = control.db.read().await?;
    let (packages, total) = catalog::list(&mut tx, actor.as_ref(), &wish, &range).await?;
    let next = (offset + PAGE_PACKAGES < total).then(|| {
        let (category, offset) =
            (category.as_deref().unwrap_or(""), (offset + PAGE_PACKAGES).to_string());
        more("/marketplace", &[("q", &words), ("category", category), ("offset", &offset)])
    });
    page(&ListPage { frame, packages, words, category, categories: &CATEGORIES, next })
}

#[derive(Deserialize)]
pub struct PackagePath {
    package: String,
}

#[derive(Template)]
#[template(path = "control/marketplace_package.html")]
struct PackagePage {
    frame: Frame,
    package: Package,
    latest: Option<String>,
    owner: String,
    readme: Option<Html>,
    versions: Vec<Version>,
}

pub async fn show(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    frame: Frame,
    Path(path): Path<PackagePath>,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let (Entry { package, latest }, mut versions) =
        catalog::show(&mut tx, actor.as_ref(), &path.package).await?;
    versions.truncate(12);
    let owner = organization::get(&mut tx, package.owner_org_id).await?.name;
    let readme = package.readme.as_deref().filter(|it| !it.trim().is_empty()).map(markdown);
    let latest = latest.map(|it| it.version);
    page(&PackagePage { frame, package, latest, owner, readme, versions })
}
