//! The handlers of `/api/v1/meta` and `/api/v1/ui/view` (docs/wire/metadata.md#metadata-items).

pub mod i18n;

use super::{Reader, kind, view};
use crate::auth::{MayManage, SignedIn};
use crate::{Code, Error, Result, Runtime};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use os_api::runtime::metadata as wire;
use os_api::runtime::view::GeneratedView;
use os_http::extract::{Bare, Path, Query};
use serde_json::Value;

/// Returns the reader of a request, with the locale of its query.
fn reader(runtime: &Runtime, headers: &HeaderMap, locale: Option<&str>) -> Reader {
    Reader::new(runtime.kernel(), &runtime.metadata, headers, locale)
}

fn package(query: &wire::MetadataQuery) -> Option<&str> {
    query.package.as_deref().filter(|package| !package.is_empty())
}

/// Lists the kinds of metadata.
pub async fn list_kinds(
    State(runtime): State<Runtime>,
    _: SignedIn,
    headers: HeaderMap,
) -> Response {
    reader(&runtime, &headers, None).cached(&["", "types", ""], kind::described).respond(&headers)
}

/// Lists the items of a kind.
pub async fn list_items(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path(kind): Path<String>,
    Query(query): Query<wire::MetadataQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let reader = reader(&runtime, &headers, query.locale.as_deref());
    let reader = reader.seen_by(&runtime, &kind, &caller).await?;
    Ok(reader.list(&kind, package(&query))?.respond(&headers))
}

/// Shows an item with its provenance.
pub async fn show_item(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((kind, name)): Path<(String, String)>,
    Query(query): Query<wire::MetadataQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let reader = reader(&runtime, &headers, query.locale.as_deref());
    let reader = reader.seen_by(&runtime, &kind, &caller).await?;
    Ok(reader.show(&kind, &name, package(&query))?.respond(&headers))
}

/// Shows the item alone, as its package declares it.
pub async fn show_published(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((kind, name)): Path<(String, String)>,
    Query(query): Query<wire::MetadataQuery>,
    headers: HeaderMap,
) -> Result<Bare<wire::MetadataItem>> {
    let reader = reader(&runtime, &headers, query.locale.as_deref());
    let reader = reader.seen_by(&runtime, &kind, &caller).await?;
    reader.published(&kind, &name, package(&query)).map(Bare)
}

/// Lists the places that name an item.
pub async fn list_references(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<wire::References>> {
    // Apps name items of other kinds.
    let reader = reader(&runtime, &headers, None).seen_by(&runtime, "app", &caller).await?;
    reader.references(&kind, &name).map(Bare)
}

/// Lists the changes of an item in this runtime: none.
pub async fn show_history(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<wire::ItemHistory>> {
    let reader = reader(&runtime, &headers, None).seen_by(&runtime, &kind, &caller).await?;
    reader.find(&kind, &name, None)?;
    Ok(Bare(wire::ItemHistory::default()))
}

/// Shows the difference between an item and its package: none.
pub async fn show_diff(
    State(runtime): State<Runtime>,
    SignedIn(caller): SignedIn,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Bare<wire::ItemDiff>> {
    let reader = reader(&runtime, &headers, None).seen_by(&runtime, &kind, &caller).await?;
    let (_, item) = reader.find(&kind, &name, None)?;
    Ok(Bare(wire::ItemDiff {
        kind: item.kind.to_owned(),
        name: item.name.to_string(),
        from_version: None,
        to_version: None,
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
    }))
}

/// Lists unpublished changes: none.
pub async fn list_drafts(_: SignedIn) -> Bare<wire::MetadataDrafts> {
    Bare(wire::MetadataDrafts::default())
}

/// Counts the items of each kind.
pub async fn show_diagnostics(
    State(runtime): State<Runtime>,
    _: SignedIn,
    headers: HeaderMap,
) -> Bare<wire::MetadataDiagnostics> {
    Bare(reader(&runtime, &headers, None).statistics())
}

/// Generates a list or a form of an object.
pub async fn generate_view(
    State(runtime): State<Runtime>,
    _: SignedIn,
    Path((object, shape)): Path<(String, String)>,
    Query(query): Query<wire::MetadataQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let reader = reader(&runtime, &headers, query.locale.as_deref());
    reader.kernel.object(&object)?;
    let generate: fn(&Value) -> GeneratedView = match shape.as_str() {
        "list" => view::generated_list,
        "form" => view::generated_form,
        _ => {
            return Err(Code::InvalidRequest.error(
                "a view of an object is a `list` or a `form`, such as /api/v1/ui/view/crm_account/list",
            ));
        }
    };
    let item = reader.item("object", &object, package(&query))?;
    Ok(reader.cached(&["ui", &object, &shape], || generate(&item.0)).respond(&headers))
}

/// Refuses to change metadata: it comes with packages.
pub async fn refuse_edit(_: MayManage) -> Error {
    Code::NotImplemented.error(
        "metadata of this runtime comes with packages and is not changed over the API; change the package and install its next version with `os package install`",
    )
}
