//! The handler of the catalog's pages.

use super::{CatalogRequest, CatalogResponse, Source};
use crate::{Result, Runtime};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const MARKETPLACE_PATH: &str = "/api/v1/marketplace/";

/// Answers a page of the catalog.
pub async fn show_page(
    State(runtime): State<Runtime>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let cache_control = text(header::CACHE_CONTROL).unwrap_or_default();
    let request = CatalogRequest {
        path: uri.path().strip_prefix(MARKETPLACE_PATH).unwrap_or_default().to_owned(),
        query: uri.query().map(str::to_owned),
        language: text(header::ACCEPT_LANGUAGE).unwrap_or_default().to_owned(),
        bypasses_cache: ["no-cache", "no-store"].iter().any(|it| cache_control.contains(it)),
    };
    let (response, source) = runtime.catalog.get(request).await?;
    Ok(respond(response, source, text(header::IF_NONE_MATCH)))
}

fn respond(page: CatalogResponse, source: Source, known: Option<&str>) -> Response {
    let (name, age) = match source {
        Source::Hit { age } => ("HIT", Some(age)),
        Source::Revalidated => ("REVALIDATED", None),
        Source::Miss => ("MISS", None),
        Source::Bypass => ("BYPASS", None),
        Source::Stale { age } => ("STALE", Some(age)),
        Source::Snapshot => ("PUBLIC-R2", None),
        Source::FilteredSnapshot => ("PUBLIC-R2-FILTERED", None),
    };
    let is_known = known.is_some() && page.header("etag") == known;
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::BAD_GATEWAY);
        (status, page.body).into_response()
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in page.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers.insert(HeaderName::from_static("x-cache"), HeaderValue::from_static(name));
    if let Some(age) = age {
        headers.insert(header::AGE, age.into());
    }
    response
}
