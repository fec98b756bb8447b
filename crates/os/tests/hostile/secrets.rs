//! A secret of settings, looked for in every answer of every GET of `os start`, where both servers
//! share a port, in every role that has a client.

use crate::scene::Scene;
use crate::wire::Client;
use os_test::control::{ENVIRONMENTS, PACKAGES, artifact, versions};
use os_test::{PASSWORD, eventually_blocking};
use serde_json::{Value, json};

const SECRET: &str = "S3cret-of-the-shop";
const ID: &str = "com.acme.crm";

#[test]
fn both_servers_together_show_nobody_a_secret_of_settings() {
    let Some(scene) = Scene::open(&["start"], 15) else { return };
    let environment = install(&scene);
    for (role, client) in clients(&scene, &environment) {
        let mut answered = 0;
        for path in paths(&environment) {
            let answer = client.get(&path);
            assert!(!answer.text.contains(SECRET), "{role}: {path}: {}", answer.text);
            assert!(answer.status != 0 && answer.status != 500, "{role}: {path}: {answer:?}");
            answered += usize::from(answer.status == 200);
        }
        assert!(answered > 5, "{role}: {answered} answers");
    }
}

/// Installs a package with a secret in the environment that the runtime follows, and waits for it.
fn install(scene: &Scene) -> String {
    let owner = &scene.owner;
    let package = json!({"manifest_id": ID, "display_name": "CRM", "visibility": "private"});
    assert!(owner.post(PACKAGES, &package).status < 300);
    let schema = json!({"configurationSchema": {"type": "object", "properties": {
        "url": {"type": "string"}, "token": {"type": "string", "writeOnly": true},
    }}});
    let body = json!({"version": "1.0.0", "bundle": artifact(ID, "1.0.0", schema)});
    let published = owner.post(&versions(ID), &body);
    assert!(published.status < 300, "{published:?}");
    let environments = owner.get(ENVIRONMENTS).json();
    let is_followed = |it: &&Value| it["environment_type"] == "development";
    let all = environments["data"]["environments"].as_array().unwrap();
    let environment = all.iter().find(is_followed).unwrap()["id"].as_str().unwrap().to_owned();
    let settings = json!({"url": "https://acme.com", "token": SECRET});
    let body = json!({"packageId": ID, "version": "1.0.0", "settings": settings});
    let installed = owner.post(&format!("{ENVIRONMENTS}/{environment}/packages"), &body);
    assert!(installed.status < 300, "{installed:?}");
    eventually_blocking("the runtime has the package", || {
        let row = owner.get(&format!("/api/v1/packages/{ID}")).json();
        (row["data"]["settings"]["url"] == "https://acme.com").then_some(())
    });
    environment
}

fn clients(scene: &Scene, environment: &str) -> Vec<(&'static str, Client)> {
    let with = |token: &Value| Client {
        token: Some(token.as_str().unwrap().to_owned()),
        ..scene.nobody.clone()
    };
    let sign_up = |name: &str| {
        let body =
            json!({"email": format!("{name}@example.com"), "password": PASSWORD, "name": name});
        let session = scene.nobody.post("/api/v1/auth/sign-up/email", &body);
        assert_eq!(session.status, 200, "{name}: {session:?}");
        with(&session.json()["token"])
    };
    let mut clients = vec![
        ("nobody", scene.nobody.clone()),
        ("the owner", scene.owner.clone()),
        ("an outsider", sign_up("eve")),
    ];
    for role in ["reader", "maker", "admin"] {
        let client = sign_up(&format!("a-{role}"));
        let session = client.get("/api/v1/auth/get-session").json();
        clients.push((role, client));
        let body = json!({"user_id": session["user"]["id"], "role": role});
        let added = scene.owner.post(&format!("{ENVIRONMENTS}/{environment}/members"), &body);
        assert!(added.status < 300, "{added:?}");
    }
    for scope in ["read", "publish", "install", "admin"] {
        let body = json!({"name": scope, "scopes": [scope]});
        let created = scene.owner.post("/api/v1/keys", &body);
        assert_eq!(created.status, 201, "{created:?}");
        clients.push((scope, with(&created.json()["data"]["key"])));
    }
    clients
}

/// Every GET of both servers, with something that exists in its parameters.
fn paths(environment: &str) -> Vec<String> {
    let control = os_console::control::endpoints().into_iter().map(|it| (it.method, it.path));
    let runtime = os_console::runtime::endpoints().into_iter().map(|it| (it.method, it.path));
    let gets = control.chain(runtime).filter(|(method, _)| *method == "GET");
    let fill = |word: &'static str| match word {
        "{environment}" => environment,
        "{package}" | "{id}" | "{name}" => ID,
        "{type}" => "package",
        "{object}" => "crm_thing",
        "{version}" => "1.0.0",
        word if word.starts_with('{') => "1",
        word => word,
    };
    let mut paths: Vec<String> = gets
        .filter(|(_, path)| !path.ends_with("/sign-out"))
        .map(|(_, path)| path.split('/').map(fill).collect::<Vec<_>>().join("/"))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}
