//! `/docs`: the HTTP API of each server, read from its OpenAPI document.

mod document;
mod schema;

use crate::frame::Frame;
use crate::respond::page;
use askama::Template;
use axum::response::Response;
use document::Api;
use os_http::Result;
use std::sync::LazyLock;

static CONTROL_PLANE: LazyLock<Api> = LazyLock::new(|| Api::read(&os_control::openapi()));
static RUNTIME: LazyLock<Api> = LazyLock::new(|| Api::read(&os_runtime::openapi()));

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    frame: Frame,
    api: &'static Api,
    /// The path of the document that the page was made of.
    document: &'static str,
    is_runtime: bool,
}

/// `GET /docs`: the server that one is on; in `os start` the control plane.
pub async fn home(frame: Frame) -> Result<Response> {
    if !frame.has_control_plane() {
        return runtime(frame).await;
    }
    page(&Page { frame, api: &CONTROL_PLANE, document: "/openapi.json", is_runtime: false })
}

/// `GET /docs/runtime`.
pub async fn runtime(frame: Frame) -> Result<Response> {
    page(&Page { frame, api: &RUNTIME, document: "/api/v1/openapi.json", is_runtime: true })
}
