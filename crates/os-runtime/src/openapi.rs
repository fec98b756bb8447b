//! The OpenAPI document of the runtime.

use crate::Endpoint;
use crate::error::{Code, error_form};
use os_http::ErrorCode;
use os_http::openapi::{self, Api};
use serde_json::Value;

/// Describes endpoints, each with its parameters, body, response and errors.
pub fn document(endpoints: &[Endpoint]) -> Value {
    let codes: Vec<ErrorCode> = Code::ALL.iter().map(|it| (*it).into()).collect();
    let api = Api {
        title: "os runtime",
        version: env!("CARGO_PKG_VERSION"),
        description: "Records, metadata, files and installed packages of an ObjectStack runtime.",
        credentials: "A session token.",
        codes: &codes,
        error_form,
    };
    openapi::document(&api, endpoints)
}
