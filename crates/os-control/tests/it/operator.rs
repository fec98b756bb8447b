//! What people do who run packages in environments.

use os_test::control::{App, Client, ENVIRONMENTS, artifact, version, versions};
use serde_json::{Value, json};
use uuid::Uuid;

/// An organization with two environments, its people, and an outsider.
pub struct Site {
    pub app: App,
    /// Owner.
    pub ada: Client,
    /// Admin.
    pub max: Client,
    /// Plain member.
    pub mia: Client,
    pub root: Client,
    pub eve: Client,
    pub acme: Uuid,
    pub evil: Uuid,
    pub dev: Uuid,
    pub prod: Uuid,
}

impl Site {
    pub async fn new() -> Self {
        let app = App::new().await;
        let (ada, max, mia) = (app.user("ada").await, app.user("max").await, app.user("mia").await);
        let (root, eve) = (app.admin("root").await, app.user("eve").await);
        let members = [(&ada, "owner"), (&max, "admin"), (&mia, "member")];
        let acme = app.organization("acme", &members).await;
        let evil = app.organization("evil", &[(&eve, "owner")]).await;
        let dev = ada.create_environment(acme, "development").await;
        let prod = ada.create_environment(acme, "production").await;
        Self { app, ada, max, mia, root, eve, acme, evil, dev, prod }
    }

    /// A package of the organization with these versions.
    pub async fn package(&self, id: &str, numbers: &[&str]) {
        assert!(self.ada.register(id, self.acme).await.status < 300);
        for number in numbers {
            self.release(id, number, json!({})).await;
        }
    }

    /// Publishes a version whose manifest says more; answers its row id.
    pub async fn release(&self, id: &str, number: &str, more: Value) -> String {
        let body = json!({ "version": number, "bundle": artifact(id, number, more) });
        let answer = self.ada.post(&versions(id), body).await;
        assert_eq!(answer.status, 201, "{id} {number}: {}", answer.text());
        answer.data()["id"].as_str().unwrap().to_owned()
    }

    /// Makes a draft; answers its row id.
    pub async fn draft(&self, id: &str, number: &str) -> String {
        let text = artifact(id, number, json!({})).to_string();
        let body = json!({ "version": number, "manifestJson": text });
        let answer = self.ada.post(&versions(id), body).await;
        assert_eq!(answer.status, 201, "{id} {number}: {}", answer.text());
        answer.data()["id"].as_str().unwrap().to_owned()
    }

    pub async fn deprecate(&self, id: &str, number: &str) {
        let url = format!("{}/deprecate", version(id, number));
        assert_eq!(self.ada.post(&url, json!({ "reason": "old" })).await.status, 200);
    }

    pub async fn generation(&self, environment: Uuid) -> i64 {
        let url = format!("{ENVIRONMENTS}/{environment}/generations");
        self.ada.get(&url).await.data()["current"].as_i64().unwrap()
    }

    /// How much was written down so far: generations, history, events.
    pub async fn written(&self) -> [i64; 3] {
        [
            self.app.count("SELECT COUNT(*) FROM sys_environment_generation").await,
            self.app.count("SELECT COUNT(*) FROM sys_package_installation_history").await,
            self.app.count("SELECT COUNT(*) FROM sys_event").await,
        ]
    }
}
