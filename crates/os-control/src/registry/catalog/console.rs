//! Pages of the marketplace.

use super::{Entry, list as find_all, show as find};
use crate::console::parts::Html;
use crate::console::{Frame, markdown, more, page};
use crate::http::extract::{Path, Query};
use crate::http::guards::Visitor;
use crate::registry::package::browse::{Place, Range};
use crate::registry::package::console::CATEGORIES;
use crate::registry::package::search::{Wish, typed};
use crate::registry::version::Version;
use crate::{Control, Result, organization};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

const ON_PAGE: i64 = 24;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    category: String,
    offset: i64,
}

#[derive(Template)]
#[template(path = "marketplace.html")]
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
    Visitor(actor): Visitor,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let words = query.q.trim().to_owned();
    let category = Some(query.category).filter(|it| !it.is_empty());
    let wish = Wish {
        words: (!words.is_empty()).then(|| typed(&words)),
        category: category.clone(),
        ..Wish::default()
    };
    let offset = crate::page::offset(Some(query.offset))?;
    let range = Range { after: None::<Place>, offset, limit: ON_PAGE };
    let mut tx = control.db.read().await?;
    let (packages, total) = find_all(&mut tx, actor.as_ref(), &wish, &range).await?;
    let next = (offset + ON_PAGE < total).then(|| {
        let (category, offset) =
            (category.as_deref().unwrap_or(""), (offset + ON_PAGE).to_string());
        more("/marketplace", &[("q", &words), ("category", category), ("offset", &offset)])
    });
    page(&ListPage { frame, packages, words, category, categories: &CATEGORIES, next })
}

#[derive(Deserialize)]
pub struct PackagePath {
    package: String,
}

#[derive(Template)]
#[template(path = "marketplace_package.html")]
struct PackagePage {
    frame: Frame,
    package: crate::registry::package::Package,
    latest: Option<String>,
    owner: String,
    readme: Option<Html>,
    versions: Vec<Version>,
}

pub async fn show(
    State(control): State<Control>,
    Visitor(actor): Visitor,
    frame: Frame,
    Path(path): Path<PackagePath>,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let (Entry { package, latest }, mut versions) =
        find(&mut tx, actor.as_ref(), &path.package).await?;
    versions.truncate(12);
    let owner = organization::get(&mut tx, package.owner_org_id).await?.name;
    let readme = package.readme.as_deref().filter(|it| !it.trim().is_empty()).map(markdown);
    let latest = latest.map(|it| it.version);
    page(&PackagePage { frame, package, latest, owner, readme, versions })
}
