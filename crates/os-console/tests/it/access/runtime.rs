use super::{Call, assert_column, order, url};
use crate::world::runtime_with;
use os_test::runtime::{object, package};
use serde_json::json;

const SECRET: &str = "a secret of the shop";

/// Calls a runtime with an object that no permission set grants, and a record of it.
async fn walk(role: &str) {
    let app = runtime_with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let outsider = app.register("eve").await;
    owner.installs(&package("shop", "1.0.0", json!([object("shop_order", &["title"])]))).await;
    let made = owner.post("/api/v1/data/shop_order", json!({ "title": SECRET })).await.json();
    let client = match role {
        "anonymous" => app.anonymous(),
        "outsider" => outsider,
        _ => owner,
    };
    let parameters = [
        ("{object}", "shop_order"),
        ("{id}", made["id"].as_str().unwrap()),
        ("{package}", "com.acme.shop"),
        ("{type}", "object"),
        ("{name}", "shop_order"),
    ];
    let mut endpoints = os_console::runtime::endpoints();
    endpoints.sort_by_key(|it| order(&it.method, it.path));
    let mut calls = Vec::new();
    for endpoint in endpoints {
        let url = url(endpoint.path, &parameters);
        // An outsider's answer does not depend on the body: this one cannot be read.
        let body = if role == "owner" { "{}" } else { "{" };
        let headers = [("content-type", "application/json")];
        let response = client.send(endpoint.method.clone(), &url, &headers, body.into()).await;
        let text = String::from_utf8_lossy(&response.bytes);
        let status = response.status;
        assert!(role == "owner" || !text.contains(SECRET), "{role}: {url}: {text}");
        let is_failure = status >= 500 && ![501, 503].contains(&status);
        assert!(!is_failure, "{role}: {} {url}: {text}", endpoint.method);
        calls.push(Call { method: endpoint.method, path: endpoint.path, status });
    }
    assert_column(include_str!("runtime.txt"), role, &calls);
}

#[tokio::test]
async fn anonymous() {
    walk("anonymous").await;
}

#[tokio::test]
async fn outsider() {
    walk("outsider").await;
}

#[tokio::test]
async fn owner() {
    walk("owner").await;
}
