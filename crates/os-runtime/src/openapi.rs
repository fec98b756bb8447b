//! The OpenAPI document of the runtime.

use crate::endpoints;
use crate::error::{Code, error_form};
use os_http::ErrorCode;
use os_http::extract::Bare;
use os_http::openapi::{Api, document};
use serde_json::Value;

/// The OpenAPI 3.1 document: every endpoint but pages, with its parameters, body, response and
/// errors.
pub fn openapi() -> Value {
    let codes: Vec<ErrorCode> = Code::ALL.iter().map(|it| (*it).into()).collect();
    let api = Api {
        title: "os runtime",
        version: env!("CARGO_PKG_VERSION"),
        description: "Records, metadata, files and installed packages of an ObjectStack runtime.",
        credentials: "A session token.",
        codes: &codes,
        error_form,
    };
    document(&api, &endpoints())
}

/// `GET /api/v1/openapi.json`.
pub async fn show_document() -> Bare<Value> {
    Bare(openapi())
}
