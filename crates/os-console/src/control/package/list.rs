//! The list of packages.

use crate::control::workplace::{current, may_publish};
use crate::flash::done;
use crate::frame::Frame;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::http::extract::Query;
use os_control::registry::catalog::{PageKey, Range, browse};
use os_control::registry::package::search::{PackageFilter, typed};
use os_control::registry::package::{self, Package};
use os_control::workflow::examples;
use os_control::{Control, Result};
use os_identity::SignedInUser;
use os_identity::organization::Organization;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "control/packages.html")]
struct ListPage {
    frame: Frame,
    organization: Organization,
    may_publish: bool,
    packages: Vec<Package>,
    total: i64,
    words: String,
    next: Option<String>,
    has_examples: bool,
}

pub async fn list(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let after = query.cursor.as_deref().map(PageKey::read).transpose()?;
    let words = query.q.trim().to_owned();
    let mut tx = control.db.read().await?;
    let organization = current(&mut tx, &actor).await?;
    let own = organization.id;
    let wish = PackageFilter {
        words: (!words.is_empty()).then(|| typed(&words)),
        owner: Some(own),
        ..PackageFilter::default()
    };
    let range = Range { after, offset: 0, limit: 50 };
    let viewer = package::viewer(&mut tx, Some(&actor)).await?;
    let found = browse(&mut tx, &viewer, &wish, &range).await?;
    let may_publish = may_publish(&mut tx, &actor, own).await;
    let next =
        found.next_cursor.map(|cursor| more("/packages", &[("q", &words), ("cursor", &cursor)]));
    let (packages, total) = (found.packages, found.total);
    let has_examples = !control.config.examples.is_empty();
    page(&ListPage { frame, organization, may_publish, packages, total, words, next, has_examples })
}

/// Publishes the example packages.
pub async fn publish_examples(
    State(control): State<Control>,
    SignedInUser { actor, .. }: SignedInUser,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let owner = current(&mut tx, &actor).await?.id;
    drop(tx);
    let prepared = examples::prepare(&control.db, &actor, &control.config, owner).await?;
    let mut tx = control.db.write().await?;
    let published = examples::publish(&mut tx, &actor, prepared).await?;
    control.catalog.commit(tx).await?;
    Ok(done("/packages", &format!("{} versions are published.", published.len())))
}
