//! Publishing to the registry of a runtime.

use super::Client;
use serde_json::{Value, json};

const PUBLISH: &str = "/api/v1/packages/publish";

/// The URL under which published packages are listed.
pub const REGISTRY: &str = "/api/v1/registry/packages";

/// The manifest of a package to publish.
pub fn manifest(id: &str, version: &str) -> Value {
    json!({ "id": id, "version": version, "name": id })
}

impl Client {
    pub async fn publish(&self, id: &str, version: &str, metadata: Value) -> Value {
        let body = json!({ "manifest": manifest(id, version), "metadata": metadata });
        self.post(PUBLISH, body).await.data()
    }

    pub async fn package(&self, id: &str) -> Value {
        self.get(&format!("{REGISTRY}/{id}")).await.data()
    }
}
