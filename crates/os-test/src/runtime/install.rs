//! Packages to install, and installing them.

use super::Client;
use crate::Response;
use serde_json::{Value, json};

/// The URL under which packages of this runtime are installed and listed.
pub const INSTALLED: &str = "/api/v1/marketplace/install-local";

/// The compiled artifact of an example: `crm/1.0.0`.
pub fn example(name: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let text = std::fs::read_to_string(format!("{root}/{name}/objectstack.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// `com.acme.<namespace>` with these objects.
pub fn package(namespace: &str, version: &str, objects: Value) -> Value {
    json!({
        "manifest": {
            "id": format!("com.acme.{namespace}"), "namespace": namespace, "version": version,
            "type": "app", "name": namespace,
        },
        "objects": objects,
    })
}

/// An object with string fields.
pub fn object(name: &str, fields: &[&str]) -> Value {
    let fields: serde_json::Map<String, Value> =
        fields.iter().map(|it| ((*it).to_owned(), json!({"type": "text"}))).collect();
    json!({"name": name, "fields": fields})
}

/// The artifact with this member outside of its `manifest` block.
pub fn with(mut artifact: Value, key: &str, value: Value) -> Value {
    artifact[key] = value;
    artifact
}

/// The artifact with this member in its `manifest` block.
pub fn with_manifest(mut artifact: Value, key: &str, value: Value) -> Value {
    artifact["manifest"][key] = value;
    artifact
}

impl Client {
    pub async fn install(&self, artifact: &Value) -> Response {
        self.post(INSTALLED, json!({"manifest": artifact})).await
    }

    /// Installs an artifact; returns the outcome.
    pub async fn installs(&self, artifact: &Value) -> Value {
        self.install(artifact).await.data()
    }

    pub async fn uninstall(&self, id: &str) -> Response {
        self.delete(&format!("{INSTALLED}/{id}")).await
    }

    /// Ids and versions of what is installed.
    pub async fn installed(&self) -> Vec<String> {
        let items = self.get(INSTALLED).await.data()["items"].clone();
        let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
        let name = |it| format!("{}@{}", text(it, "manifestId"), text(it, "version"));
        items.as_array().unwrap().iter().map(name).collect()
    }
}
