//! What publishers do, in as few words as tests need.

use crate::app::{Answer, App, User};
use os_db::now;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A compiled artifact of an app with one object.
pub fn bundle(id: &str, version: &str) -> Value {
    json!({
        "manifest": { "id": id, "version": version, "type": "app", "name": "A package", "namespace": "app" },
        "objects": [{ "name": "app_thing", "fields": { "title": { "type": "text" } } }],
    })
}

/// What a listing must have.
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

impl User {
    /// Registers a package for the marketplace.
    pub async fn list_package(&self, id: &str, organization: Uuid) -> Answer {
        let mut body = listing(id);
        body["owner_org_id"] = json!(organization);
        self.post(PACKAGES, body).await
    }

    /// Registers a package for the organization only.
    pub async fn register(&self, id: &str, organization: Uuid) -> Answer {
        let body = json!({ "manifest_id": id, "display_name": id, "visibility": "org", "owner_org_id": organization });
        self.post(PACKAGES, body).await
    }

    pub async fn publish(&self, id: &str, version: &str) -> Answer {
        let body = json!({ "version": version, "bundle": bundle(id, version) });
        self.post(&versions(id), body).await
    }

    pub async fn draft(&self, id: &str, version: &str) -> Answer {
        let text = bundle(id, version).to_string();
        self.post(&versions(id), json!({ "version": version, "manifestJson": text })).await
    }
}

/// An owner, an administrator of the server, and an outsider of other organizations.
pub struct World {
    pub app: App,
    pub ada: User,
    pub root: User,
    pub eve: User,
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

/// An API key of a person.
pub async fn api_key(app: &App, user: &User, scopes: &[&str]) -> User {
    let secret = format!("osk_{}", Uuid::now_v7().simple());
    let mut tx = app.test.db.write().await.unwrap();
    tx.query("INSERT INTO sys_api_key (id, name, prefix, key_hash, user_id, scopes, revoked, created_at, updated_at) VALUES ($1, 'test', 'osk_', $2, $3, $4, FALSE, $5, $5)")
        .bind(Uuid::now_v7()).bind(hash(&secret)).bind(user.id).bind(json!(scopes).to_string()).bind(now())
        .run().await.unwrap();
    tx.commit().await.unwrap();
    app.bearer(&secret)
}

/// A runtime that is bound to an organization.
pub async fn runtime(app: &App, organization: Uuid) -> User {
    let secret = format!("oscc_{}", Uuid::now_v7().simple());
    let mut tx = app.test.db.write().await.unwrap();
    tx.query("INSERT INTO sys_runtime_connection (id, runtime_id, organization_id, name, token_hash, bound_by, bound_at) VALUES ($1, $1, $2, 'test', $3, 'test', $4)")
        .bind(Uuid::now_v7()).bind(organization).bind(hash(&secret)).bind(now())
        .run().await.unwrap();
    tx.commit().await.unwrap();
    app.bearer(&secret)
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}
