//! JSON of the catalog (docs/wire/catalog.md#catalog-endpoints).

use crate::http::cache::Page;
use crate::http::extract::{Path, Query};
use crate::registry::catalog::{self, Range};
use crate::registry::package::search::{self, PackageFilter};
use crate::{Control, Error, Result, pagination};
use anyhow::Context;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use os_api::Envelope;
use os_api::catalog as wire;
use os_identity::{Actor, MaybeSignedIn};
use os_package::Checksum;
use serde::{Deserialize, Serialize};

/// The `Cache-Control` of responses that depend on the caller.
const PRIVATE: &str = "private, no-cache";

pub async fn list(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    request: Request,
) -> Result<Response> {
    let actor = actor.as_ref();
    let read =
        async |Query(query): Query<wire::ListCatalog>| read_list(&control, actor, &query).await;
    respond(&control, actor, request, read).await
}

async fn read_list(
    control: &Control,
    actor: Option<&Actor>,
    query: &wire::ListCatalog,
) -> Result<Page> {
    let (limit, offset) =
        (pagination::read_limit(query.limit)?, pagination::read_offset(query.offset)?);
    let words = query.q.as_deref().filter(|q| !q.trim().is_empty());
    let filter = PackageFilter {
        words: words.map(search::typed),
        category: query.category.clone().filter(|it| !it.is_empty()),
        ..PackageFilter::default()
    };
    let range = Range { after: None, offset, limit };
    let mut tx = control.db.read().await?;
    let (entries, total) = catalog::list(&mut tx, actor, &filter, &range).await?;
    let items = entries.into_iter().map(Into::into).collect();
    let age = if actor.is_some() { PRIVATE } else { "public, max-age=30" };
    enveloped(wire::CatalogPage { items, total, limit, offset }, age)
}

/// Responds with what `read` makes of the request; to those who are not signed in from the cache,
/// where it is there.
async fn respond<E: FromRequestParts<Control, Rejection = Error>>(
    control: &Control,
    actor: Option<&Actor>,
    request: Request,
    read: impl AsyncFnOnce(E) -> Result<Page>,
) -> Result<Response> {
    let (mut parts, _) = request.into_parts();
    if let (None, Some(page)) = (actor, control.catalog.kept(key(&parts))) {
        return Ok(page.answer(&parts.headers));
    }
    let wanted = E::from_request_parts(&mut parts, control).await?;
    let page = match actor {
        Some(_) => read(wanted).await?.into(),
        None => control.catalog.get(key(&parts), async || read(wanted).await).await?,
    };
    Ok(page.answer(&parts.headers))
}

/// Returns the key of a response in the cache.
fn key(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

#[derive(Deserialize)]
pub struct DetailPath {
    package: String,
}

pub async fn show(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    request: Request,
) -> Result<Response> {
    let actor = actor.as_ref();
    let read =
        async |Path(path): Path<DetailPath>| read_detail(&control, actor, &path.package).await;
    respond(&control, actor, request, read).await
}

async fn read_detail(control: &Control, actor: Option<&Actor>, id: &str) -> Result<Page> {
    let mut tx = control.db.read().await?;
    let (entry, versions) = catalog::show(&mut tx, actor, id).await?;
    let age = if actor.is_some() { PRIVATE } else { "public, max-age=300" };
    let versions = versions.into_iter().map(Into::into).collect();
    enveloped(wire::CatalogDetail { package: entry.into(), versions }, age)
}

#[derive(Deserialize)]
pub struct ManifestPath {
    package: String,
    version: String,
}

pub async fn manifest(
    State(control): State<Control>,
    MaybeSignedIn(actor): MaybeSignedIn,
    request: Request,
) -> Result<Response> {
    let actor = actor.as_ref();
    let read = async |Path(path): Path<ManifestPath>| read_manifest(&control, actor, &path).await;
    respond(&control, actor, request, read).await
}

async fn read_manifest(
    control: &Control,
    actor: Option<&Actor>,
    path: &ManifestPath,
) -> Result<Page> {
    let mut tx = control.db.read().await?;
    let (version, text) = catalog::manifest(&mut tx, actor, &path.package, &path.version).await?;
    let age = match (actor, path.version.as_str()) {
        (Some(_), _) => PRIVATE,
        (None, "latest") => "public, max-age=60",
        (None, _) => "public, max-age=86400, immutable",
    };
    let body = format!(
        r#"{{"success":true,"data":{{"version_id":"{}","version":"{}","checksum":"{}","manifest":{text}}}}}"#,
        version.id, version.version, version.checksum
    );
    Page::new(body.into(), &version.checksum, age)
}

fn enveloped<T: Serialize>(data: T, cache_control: &'static str) -> Result<Page> {
    let body = serde_json::to_vec(&Envelope::new(data)).context("a body of the catalog")?;
    let checksum = Checksum::of(&body).to_string();
    Page::new(body.into(), &checksum, cache_control)
}
