use super::{Call, assert_column, order, url};
use crate::world::control_plane;
use os_test::control::{App, Client, ENVIRONMENTS};
use serde_json::json;

/// A client of a role, and the ids of the environment and the private package of acme.
async fn site(app: &App, role: &str) -> (Client, String, String) {
    let (owner, outsider) = (app.user("ada").await, app.user("eve").await);
    let acme = app.organization("acme", &[(&owner, "owner")]).await;
    app.organization("evil", &[(&outsider, "owner")]).await;
    let environment = owner.create_environment(acme, "development").await.to_string();
    let package = owner.create_package(acme, "com.acme.crm").await.to_string();
    let client = match role.split_once('_') {
        None if role == "anonymous" => app.anonymous(),
        None if role == "outsider" => outsider,
        None if role == "operator" => app.admin("root").await,
        None if role == "service" => app.service(),
        None if role == "runtime" => {
            let body = json!({ "name": "box", "environment_id": environment });
            let bound = owner.post("/api/v1/cloud-connection/bind", body).await.data();
            app.bearer(bound["runtime_token"].as_str().unwrap())
        }
        Some(("key", scope)) => owner.create_api_key(&[scope]).await,
        Some(("organization", "owner")) => owner,
        Some(("organization", role)) => {
            let user = app.user("mia").await;
            owner.add_member(acme, &user, role).await;
            user
        }
        Some(("environment", role)) => {
            let user = app.user("mia").await;
            let members = format!("{ENVIRONMENTS}/{environment}/members");
            owner.post(&members, json!({ "user_id": user.id, "role": role })).await.data();
            user
        }
        _ => panic!("an unknown role: {role}"),
    };
    (client, environment, package)
}

async fn walk(role: &str) {
    let app = control_plane().await;
    let (client, environment, package) = site(&app, role).await;
    let parameters = [("{environment}", &*environment), ("{package}", &*package)];
    let mut endpoints = os_console::control::endpoints();
    endpoints.sort_by_key(|it| order(&it.method, it.path));
    let mut calls = Vec::new();
    for endpoint in endpoints {
        let url = url(endpoint.path, &parameters);
        let response = client.send(endpoint.method.clone(), &url, &[], Vec::new()).await;
        let text = String::from_utf8_lossy(&response.bytes);
        let status = response.status;
        assert!(status < 500 || status == 501, "{role}: {} {url}: {text}", endpoint.method);
        if role == "anonymous" && !endpoint.open && !endpoint.path.starts_with("/api/") {
            let location = response.location();
            assert!(location.starts_with("/sign-in"), "{url} leads to {location}");
        }
        calls.push(Call { method: endpoint.method, path: endpoint.path, status });
    }
    assert_column(include_str!("control.txt"), role, &calls);
}

macro_rules! roles {
    ($($role:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $role() {
            walk(stringify!($role)).await;
        }
    )*};
}

roles! {
    anonymous, outsider, environment_reader, environment_maker, environment_admin,
    organization_member, organization_admin, organization_owner, operator,
    key_read, key_publish, key_install, key_admin, runtime, service,
}
