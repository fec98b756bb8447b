//! Pages of the catalog that a runtime passes on (docs/wire/catalog.md#browse-proxy).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The response of the catalog at the same path, with its envelope.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CatalogResponse(pub Map<String, Value>);
