//! The static catalog: files in the form of the live one (docs/wire/catalog.md#static-catalog).

use super::{CatalogProxy, CatalogRequest, CatalogResponse, Source, failed};
use crate::{Code, Result};
use serde_json::Value;
use url::form_urlencoded;

/// Returns a page of a snapshot, and whether it was filtered here.
///
/// # Errors
/// When the snapshot has no such page, or does not answer.
pub async fn page(
    proxy: &CatalogProxy,
    base: &str,
    request: &CatalogRequest,
) -> Result<(CatalogResponse, Source)> {
    let file = file(&request.path).ok_or_else(|| {
        Code::EndpointNotFound
            .error(format!("a static catalog has no `{}`", request.path.escape_default()))
    })?;
    let url = format!("{}/{file}", base.trim_end_matches('/'));
    let page = proxy.read(url, request, None).await?;
    if page.status != 200 {
        return Err(missing(&page, request));
    }
    let search = Search::of(request.query.as_deref().unwrap_or_default());
    if request.path != "packages" || search.is_empty() {
        return Ok((page, Source::Snapshot));
    }
    search.within(page).map(|page| (page, Source::FilteredSnapshot))
}

fn missing(page: &CatalogResponse, request: &CatalogRequest) -> crate::Error {
    match page.status {
        404 => {
            Code::NotFound.error(format!("the catalog has no `{}`", request.path.escape_default()))
        }
        status => failed(&format!("answered {status}")),
    }
}

/// Returns the file for a path of the live catalog.
fn file(path: &str) -> Option<String> {
    match path.split('/').collect::<Vec<_>>()[..] {
        ["packages"] => Some("packages.json".to_owned()),
        ["packages", id] => Some(format!("packages/{id}.json")),
        ["packages", id, "versions", version, "manifest"] => {
            Some(format!("packages/{id}/versions/{version}/manifest.json"))
        }
        _ => None,
    }
}

/// The search of a list.
#[derive(Default)]
struct Search {
    text: String,
    category: String,
}

impl Search {
    fn of(query: &str) -> Self {
        let mut search = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "q" => search.text = value.trim().to_lowercase(),
                "category" => value.trim().clone_into(&mut search.category),
                _ => {}
            }
        }
        search
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.category.is_empty()
    }

    fn matches(&self, item: &Value) -> bool {
        let keys = ["manifest_id", "display_name", "description", "tags", "tagline"];
        let has_text =
            |key: &str| item[key].as_str().is_some_and(|it| it.to_lowercase().contains(&self.text));
        (self.category.is_empty() || item["category"] == self.category.as_str())
            && (self.text.is_empty() || keys.into_iter().any(has_text))
    }

    /// Returns the list with the matching items only.
    fn within(&self, page: CatalogResponse) -> Result<CatalogResponse> {
        let mut body: Value =
            serde_json::from_slice(&page.body).map_err(|_| failed("did not answer in JSON"))?;
        let Some(items) = body.pointer_mut("/data/items").and_then(Value::as_array_mut) else {
            return Err(failed("answered a list without `items`"));
        };
        items.retain(|item| self.matches(item));
        let total = items.len();
        body["data"]["total"] = total.into();
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("cache-control", "public, max-age=30".to_owned()),
        ];
        Ok(CatalogResponse { status: 200, headers, body: body.to_string().into() })
    }
}
