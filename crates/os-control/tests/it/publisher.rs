//! What publishers do, in as few words as tests need.

use os_test::control::{App, Client, bundle, version, versions};
use serde_json::json;
use uuid::Uuid;

/// An owner, an administrator of the server, and an outsider of other organizations.
pub struct World {
    pub app: App,
    pub ada: Client,
    pub root: Client,
    pub eve: Client,
    pub acme: Uuid,
    pub evil: Uuid,
}

impl World {
    pub async fn new() -> Self {
        let app = App::new().await;
        let (ada, root, eve) =
            (app.user("ada").await, app.admin("root").await, app.user("eve").await);
        let acme = app.organization("acme", &[(&ada, "owner")]).await;
        let evil = app.organization("evil", &[(&eve, "owner")]).await;
        Self { app, ada, root, eve, acme, evil }
    }

    /// A package in the catalog, with this version.
    pub async fn listed(&self, id: &str, number: &str) {
        assert!(self.ada.list_package(id, self.acme).await.status < 300);
        let body = json!({
            "version": number, "bundle": bundle(id, number), "submit_for_review": true,
        });
        let answer = self.ada.post(&versions(id), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let answer = self.root.post(&format!("{}/approve", version(id, number)), json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}
