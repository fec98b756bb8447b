//! The reference of the HTTP API, made from the list of endpoints.

use super::extract::Bare;
use crate::endpoints;
use crate::error::{Code, error_form};
use os_http::ErrorCode;
use os_http::openapi::{Api, document};
use serde_json::Value;

/// The OpenAPI 3.1 document: every endpoint but pages, with its parameters, body, response and
/// errors.
pub fn openapi() -> Value {
    let codes: Vec<ErrorCode> = Code::ALL.iter().map(|it| (*it).into()).collect();
    let api = Api {
        title: "os control plane",
        version: env!("CARGO_PKG_VERSION"),
        description: "Packages, versions, environments and installations of ObjectStack.",
        credentials: "A session token, an API key (`osk_…`), a runtime token (`oscc_…`) or the service key.",
        codes: &codes,
        error_form,
    };
    document(&api, &endpoints())
}

/// `GET /openapi.json`.
pub async fn show_document() -> Bare<Value> {
    Bare(openapi())
}
