//! Requests of publishers.

use super::Client;
use super::organizations::id;
use crate::Response;
use serde_json::{Value, json};
use uuid::Uuid;

/// A compiled artifact of an app with one object.
pub fn bundle(id: &str, version: &str) -> Value {
    json!({
        "manifest": { "id": id, "version": version, "type": "app", "name": "A package", "namespace": "app" },
        "objects": [{ "name": "app_thing", "fields": { "title": { "type": "text" } } }],
    })
}

/// The fields that a listing must have.
pub fn listing(id: &str) -> Value {
    json!({
        "manifest_id": id, "display_name": format!("App {id}"), "visibility": "marketplace",
        "description": "Keeps things.", "category": "crm", "readme": "# Things",
        "icon_url": "https://example.com/icon.png",
    })
}

pub const PACKAGES: &str = "/api/v1/cloud/packages";

pub fn versions(id: &str) -> String {
    format!("{PACKAGES}/{id}/versions")
}

pub fn version(id: &str, version: &str) -> String {
    format!("{PACKAGES}/{id}/versions/{version}")
}

impl Client {
    /// Registers a private package without versions; returns the id of its row.
    pub async fn create_package(&self, organization: Uuid, manifest_id: &str) -> Uuid {
        let body = json!({
            "manifest_id": manifest_id, "display_name": manifest_id, "visibility": "private",
            "owner_org_id": organization,
        });
        id(&self.post(PACKAGES, body).await.data()["id"])
    }

    /// Registers a package for the marketplace.
    pub async fn list_package(&self, id: &str, organization: Uuid) -> Response {
        let mut body = listing(id);
        body["owner_org_id"] = json!(organization);
        self.post(PACKAGES, body).await
    }

    /// Registers a package for the organization only.
    pub async fn register(&self, id: &str, organization: Uuid) -> Response {
        let body = json!({ "manifest_id": id, "display_name": id, "visibility": "org", "owner_org_id": organization });
        self.post(PACKAGES, body).await
    }

    pub async fn publish(&self, id: &str, version: &str) -> Response {
        let body = json!({ "version": version, "bundle": bundle(id, version) });
        self.post(&versions(id), body).await
    }

    pub async fn draft(&self, id: &str, version: &str) -> Response {
        let text = bundle(id, version).to_string();
        self.post(&versions(id), json!({ "version": version, "manifestJson": text })).await
    }
}
