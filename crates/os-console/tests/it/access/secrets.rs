//! A secret of settings, looked for in every answer of every GET of both servers, pages included, in
//! every role: while its version marks it, after an upgrade that does not, after a rollback, and in
//! a copy.
//!
//! The runtime of the environment gets the secret in its desired state, and nobody else does.

use super::url;
use crate::world::{control_plane, runtime_with};
use axum::http::Method;
use os_test::control::{App, Client, ENVIRONMENTS, artifact, installations, versions};
use os_test::runtime::{self, package, with_manifest};
use serde_json::{Value, json};

const SECRET: &str = "S3cret-of-the-shop";
const CRM: &str = "com.acme.crm";

/// A schema that marks `token`.
fn marking() -> Value {
    json!({"configurationSchema": {"type": "object", "properties": {
        "url": {"type": "string"}, "token": {"type": "string", "writeOnly": true},
    }}})
}

/// A schema that does not, and that the secret does not fit.
fn refusing() -> Value {
    json!({"configurationSchema": {"type": "object", "properties": {
        "url": {"type": "string"}, "token": {"type": "string", "pattern": "^x"},
    }}})
}

/// A control plane with the secret in an environment, and a client of each role.
struct Site {
    app: App,
    owner: Client,
    acme: String,
    environment: String,
    clients: Vec<(String, Client)>,
}

impl Site {
    async fn new() -> Self {
        let app = control_plane().await;
        let (owner, outsider) = (app.user("ada").await, app.user("eve").await);
        let (admin, member) = (app.user("max").await, app.user("mia").await);
        let members = [(&owner, "owner"), (&admin, "admin"), (&member, "member")];
        let acme = app.organization("acme", &members).await;
        app.organization("evil", &[(&outsider, "owner")]).await;
        let environment = owner.create_environment(acme, "development").await.to_string();
        owner.create_package(acme, CRM).await;
        for (number, more) in [("1.0.0", marking()), ("1.1.0", json!({})), ("1.2.0", refusing())] {
            let body = json!({"version": number, "bundle": artifact(CRM, number, more)});
            owner.post(&versions(CRM), body).await.data();
        }
        let mut clients = vec![
            ("anonymous".to_owned(), app.anonymous()),
            ("outsider".to_owned(), outsider),
            ("organization_admin".to_owned(), admin),
            ("organization_member".to_owned(), member),
            ("operator".to_owned(), app.admin("root").await),
            ("service".to_owned(), app.service()),
            ("organization_owner".to_owned(), owner.clone()),
        ];
        for role in ["reader", "maker", "admin"] {
            let user = app.user(role).await;
            let members = format!("{ENVIRONMENTS}/{environment}/members");
            owner.post(&members, json!({"user_id": user.id, "role": role})).await.data();
            clients.push((format!("environment_{role}"), user));
        }
        for scope in ["read", "publish", "install", "admin"] {
            clients.push((format!("key_{scope}"), owner.create_api_key(&[scope]).await));
        }
        clients.push(("runtime".to_owned(), bound(&app, &owner, &environment).await));
        Self { acme: acme.to_string(), app, owner, environment, clients }
    }

    /// Asks for everything in every role; after the first stage in those that see most.
    async fn looks_everywhere(&self, environment: &str, stage: &str) {
        const READERS: [&str; 5] =
            ["environment_reader", "operator", "organization_owner", "runtime", "service"];
        let is_first = stage == "marked";
        let list = format!("{ENVIRONMENTS}/{environment}/packages");
        let row = self.owner.get(&format!("{list}/{CRM}")).await.data()["package"].clone();
        let parameters = [
            ("{environment}", environment),
            ("{package}", CRM),
            ("{installation}", row["id"].as_str().unwrap()),
            ("{checksum}", "none"),
        ];
        let desired = format!("{ENVIRONMENTS}/{environment}/desired-state");
        let asks = |(role, _): &&(String, Client)| is_first || READERS.contains(&role.as_str());
        for (role, client) in self.clients.iter().filter(asks) {
            let mut hits = 0;
            for endpoint in os_console::control::endpoints() {
                if endpoint.method != Method::GET || endpoint.path.ends_with("/sign-out") {
                    continue;
                }
                let url = url(endpoint.path, &parameters);
                let answer = client.get(&url).await;
                let text = String::from_utf8_lossy(&answer.bytes);
                let has_it = text.contains(SECRET);
                let may_have = role == "runtime" && url == desired;
                assert!(!has_it || may_have, "{stage}, {role}: {url}: {text}");
                hits += usize::from(has_it);
            }
            let is_its_own = role == "runtime" && environment == self.environment;
            assert_eq!(hits, usize::from(is_its_own), "{stage}, {role}");
        }
        let events = "SELECT COUNT(*) FROM sys_event WHERE detail LIKE '%S3cret-of-the-shop%'";
        assert_eq!(self.app.count(events).await, 0, "{stage}");
    }

    async fn moves(&self, operation: &str, body: Value) -> String {
        // Its runtime only asks and never reports, so changes would wait for it.
        self.app.execute("UPDATE sys_runtime_connection SET followed_since = NULL").await;
        let environment = self.environment.parse().unwrap();
        let answer = self.owner.operate(environment, CRM, operation, body).await;
        assert!(!answer.text().contains(SECRET), "{operation}: {}", answer.text());
        answer.text().to_owned()
    }
}

/// The runtime of an environment.
async fn bound(app: &App, owner: &Client, environment: &str) -> Client {
    let body = json!({"name": "box", "environment_id": environment});
    let bound = owner.post("/api/v1/cloud-connection/bind", body).await.data();
    app.bearer(bound["runtime_token"].as_str().unwrap())
}

#[tokio::test]
async fn nobody_but_the_runtime_is_told_a_secret_of_settings() {
    let site = Site::new().await;
    let settings = json!({"url": "https://acme.com", "token": SECRET});
    let body = json!({"packageId": CRM, "version": "1.0.0", "settings": settings});
    let environment = site.environment.parse().unwrap();
    let installed = site.owner.post(&installations(environment), body).await;
    assert!(!installed.text().contains(SECRET), "{}", installed.text());
    let first = installed.data()["package"]["package_version_id"].clone();
    site.looks_everywhere(&site.environment, "marked").await;

    site.moves("upgrade", json!({"targetVersion": "1.1.0"})).await;
    site.looks_everywhere(&site.environment, "upgraded to no schema").await;
    let refused = site.moves("upgrade", json!({"targetVersion": "1.2.0"})).await;
    assert!(refused.contains("settings.token"), "{refused}");
    site.moves("settings", json!({"settings": {"url": "https://acme.com", "token": "xyz"}})).await;
    site.moves("upgrade", json!({"targetVersion": "1.2.0"})).await;
    let shown = site.owner.get(&format!("{}/{CRM}", installations(environment))).await.data();
    assert_eq!(shown["package"]["settings"], json!({"url": "https://acme.com"}), "another secret");

    // The generation that has it is current again.
    let url = format!("{ENVIRONMENTS}/{}/generations/2/restore", site.environment);
    site.owner.post(&url, json!({})).await.data();
    site.looks_everywhere(&site.environment, "restored").await;
    site.moves("rollback", json!({"targetPackageVersionId": first})).await;
    site.looks_everywhere(&site.environment, "rolled back").await;

    let body = json!({"organization_id": site.acme, "display_name": "Copy",
        "clone_from_environment_id": site.environment});
    let made = site.owner.post(ENVIRONMENTS, body).await.data();
    let copy = made["environment"]["id"].as_str().unwrap();
    site.looks_everywhere(copy, "copied").await;
    let desired = format!("{ENVIRONMENTS}/{copy}/desired-state");
    let state = bound(&site.app, &site.owner, copy).await.get(&desired).await;
    assert!(state.text().contains(SECRET), "within the organization it is copied");
}

#[tokio::test]
async fn a_runtime_tells_nobody_a_secret_of_settings() {
    let app = runtime_with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let outsider = app.register("eve").await;
    let clients =
        [("owner", owner.clone()), ("outsider", outsider), ("anonymous", app.anonymous())];
    let shop = package("shop", "1.0.0", json!([]));
    let schema = marking()["configurationSchema"].clone();
    let marked = with_manifest(shop, "configurationSchema", schema);
    let open = package("shop", "1.1.0", json!([]));
    let settings = json!({"url": "https://acme.com", "token": SECRET});
    let body = json!({"manifest": marked, "settings": settings});
    owner.post(runtime::INSTALLED, body.clone()).await.data();
    for (stage, next) in [("marked", None), ("no schema", Some(open)), ("back", Some(marked))] {
        if let Some(next) = next {
            owner.installs(&next).await;
        }
        let stored = "SELECT COUNT(*) FROM sys_ledger WHERE settings LIKE '%S3cret-of-the-shop%'";
        assert_eq!(app.count(stored).await, 1, "{stage}");
        let parameters = [
            ("{package}", "com.acme.shop"),
            ("{type}", "package"),
            ("{name}", "com.acme.shop"),
            ("{id}", "com.acme.shop"),
        ];
        for (role, client) in &clients {
            for endpoint in os_console::runtime::endpoints() {
                if endpoint.method == Method::GET && !endpoint.path.ends_with("/sign-out") {
                    let url = url(endpoint.path, &parameters);
                    let answer = client.get(&url).await;
                    let text = String::from_utf8_lossy(&answer.bytes);
                    assert!(!text.contains(SECRET), "{stage}, {role}: {url}: {text}");
                }
            }
        }
        let row = owner.get("/api/v1/packages/com.acme.shop").await.data();
        assert_eq!(row["settings"], json!({"url": "https://acme.com"}), "{stage}");
    }
}
