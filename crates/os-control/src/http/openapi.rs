//! The reference of the HTTP API, made from the list of endpoints.

use crate::Endpoint;
use crate::error::{Code, error_form};
use os_http::ErrorCode;
use os_http::openapi::{self, Api};
use serde_json::Value;

/// Describes endpoints, each with its parameters, body, response and errors.
pub fn document(endpoints: &[Endpoint]) -> Value {
    let codes: Vec<ErrorCode> = Code::ALL.iter().map(|it| (*it).into()).collect();
    let api = Api {
        title: "os control plane",
        version: env!("CARGO_PKG_VERSION"),
        description: "Packages, versions, environments and installations of ObjectStack.",
        credentials: "A session token, an API key (`osk_…`), a runtime token (`oscc_…`) or the service key.",
        codes: &codes,
        error_form,
    };
    openapi::document(&api, endpoints)
}
