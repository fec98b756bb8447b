//! Requests of operators of environments.

use super::Client;
use super::organizations::id;
use crate::Response;
use serde_json::{Value, json};
use uuid::Uuid;

pub const ENVIRONMENTS: &str = "/api/v1/cloud/environments";

pub fn installations(environment: Uuid) -> String {
    format!("{ENVIRONMENTS}/{environment}/packages")
}

impl Client {
    /// Creates an environment of this type.
    pub async fn create_environment(&self, organization: Uuid, kind: &str) -> Uuid {
        let body = json!({
            "organization_id": organization, "display_name": kind, "environment_type": kind,
        });
        id(&self.post(ENVIRONMENTS, body).await.data()["environment"]["id"])
    }

    pub async fn install(&self, environment: Uuid, package: &str, version: &str) -> Response {
        let body = json!({ "packageId": package, "version": version });
        self.post(&installations(environment), body).await
    }

    /// Asks for one of the operations on an installation.
    pub async fn operate(
        &self,
        environment: Uuid,
        package: &str,
        operation: &str,
        body: Value,
    ) -> Response {
        let url = format!("{}/{package}", installations(environment));
        match operation {
            "upgrade" | "rollback" => self.post(&format!("{url}/{operation}"), body).await,
            "settings" => self.patch(&url, body).await,
            "uninstall" => self.delete(&url).await,
            _ => self.patch(&format!("{url}/{operation}"), body).await,
        }
    }
}

/// A compiled artifact; `more` goes into its manifest.
pub fn artifact(id: &str, number: &str, more: Value) -> Value {
    let namespace: String = id.rsplit('.').next().unwrap().replace('-', "_");
    let mut manifest = json!({
        "id": id, "version": number, "type": "app", "name": "A package", "namespace": namespace,
        "engines": { "protocol": "^17" },
    });
    for (key, value) in more.as_object().unwrap() {
        manifest[key] = value.clone();
    }
    let object = json!({
        "name": format!("{namespace}_thing"), "fields": { "title": { "type": "text" } },
    });
    json!({ "manifest": manifest, "objects": [object] })
}
